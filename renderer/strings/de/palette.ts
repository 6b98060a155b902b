import type { Words } from '../words.ts';

export const palette: Words['palette'] = {
  title: 'Suche',
  label: 'Objekte und Aktionen suchen',
  results: 'Ergebnisse',
  empty: 'Nichts mit diesem Namen',
  container: 'Container',
  image: 'Image',
  action: 'Aktion',
};
