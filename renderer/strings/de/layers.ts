import { count, thousands } from '../format.ts';
import type { Words } from '../words.ts';

export const layers: Words['layers'] = {
  list: 'Schichten',
  tree: (step) => `Dateien der Schicht ${step}`,
  summary: (total, layers) => `${total} in ${count(layers, 'Schicht', 'Schichten')}`,
  efficiency: (percent) => `${percent} genutzt`,
  wasted: (size) => `${size} verschwendet`,
  wastedTitle: 'Verschwendeter Platz',
  wastedText: 'Dateien, die eine spätere Schicht ersetzt oder gelöscht hat. Sie belegen Platz, den niemand sieht.',
  noWaste: 'Nichts ist verschwendet',
  noWasteText: 'Keine Schicht ersetzt oder löscht eine Datei einer früheren.',
  times: (number) => `${thousands(number)}-mal`,
  files: 'Dateien',
  changesOnly: 'Nur Änderungen',
  find: 'Dateien suchen',
  marks: { same: 'unverändert', added: 'hinzugefügt', changed: 'geändert', deleted: 'gelöscht' },
  letters: { same: '', added: 'A', changed: 'C', deleted: 'D' },
  below: (added, changed, deleted) =>
    [added && `+${thousands(added)}`, changed && `~${thousands(changed)}`, deleted && `−${thousands(deleted)}`].filter(Boolean).join(' '),
  more: (number) => `${thousands(number)} weitere zeigen`,
  nothing: 'Diese Schicht hat keine Dateien',
  noChanges: 'Diese Schicht hat keine Datei geändert',
  noMatch: 'Keine passende Datei',
  failed: 'Die Schichten konnten nicht gelesen werden',
  failedTree: 'Die Dateien konnten nicht gelesen werden',
  reading: 'Schichten werden gelesen …',
  base: 'Unterste Schicht',
  unknownStep: 'Das Image sagt nicht, wie diese Schicht entstand.',
};
