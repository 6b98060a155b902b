import { count } from '../format.ts';
import type { Words } from '../words.ts';

export const inspect: Words['inspect'] = {
  search: 'Namen und Werte durchsuchen',
  copyPath: 'Pfad kopieren',
  copyValue: 'Wert kopieren',
  copyAll: 'Alles kopieren',
  failed: 'Die Eigenschaften konnten nicht gelesen werden',
  refresh: 'Neu lesen',
  matches: (number) => count(number, 'Treffer', 'Treffer'),
  tree: 'Eigenschaften',
};
