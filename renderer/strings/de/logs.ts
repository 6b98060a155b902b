import { count, thousands } from '../format.ts';
import type { Words } from '../words.ts';

export const logs: Words['logs'] = {
  label: 'Log',
  find: 'Im Log suchen',
  matches: (at, of) => `${thousands(at)} von ${thousands(of)}`,
  noMatches: 'Kein Treffer',
  next: 'Nächster Treffer',
  previous: 'Voriger Treffer',
  times: 'Zeiten zeigen',
  wrap: 'Zeilen umbrechen',
  copy: 'Log kopieren',
  download: 'Log herunterladen',
  clear: 'Ansicht leeren',
  emptyRunning: 'Noch keine Ausgabe',
  emptyRunningText: 'Was der Container ausgibt, erscheint hier.',
  emptyStopped: 'Keine Ausgabe',
  emptyStoppedText: 'Der Container hat nichts ausgegeben.',
  paused: (number) => (number === 0 ? 'Angehalten: neueste Zeilen ↓' : `Angehalten: ${count(number, 'neue Zeile', 'neue Zeilen')} ↓`),
  failed: 'Das Log ist abgebrochen',
  stderr: 'Fehlerausgabe',
  lines: (number) => count(number, 'Zeile', 'Zeilen'),
};
