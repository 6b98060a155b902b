import { count } from '../format.ts';
import type { Words } from '../words.ts';

export const palette: Words['palette'] = {
  title: 'Suche',
  label: 'Objekte, Aktionen und Logzeilen suchen',
  logLines: 'Logzeilen',
  results: 'Ergebnisse',
  empty: 'Nichts mit diesem Namen',
  container: 'Container',
  image: 'Image',
  actions: 'Aktionen',
  recent: 'Zuletzt',
  count: (number) => count(number, 'Ergebnis', 'Ergebnisse'),
  commandsOf: (name) => `Was mit ${name} geschehen soll`,
  open: 'Auswählen',
  more: 'Was damit möglich ist',
  back: 'Zurück',
};
