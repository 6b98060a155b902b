import { listed } from '../format.ts';
import type { Words } from '../words.ts';

export const loads: Words['loads'] = {
  label: 'Image-Archive, die geladen werden',
  waiting: 'Wartet',
  sending: 'Wird gesendet',
  progressOf: (current, total) => `${current} von ${total}`,
  done: (names) => (names.length === 0 ? 'Geladen' : `${listed(names)} geladen`),
  failed: 'Nicht geladen',
  canceled: 'Abgebrochen; nichts wurde behalten',
  cancel: (name) => `Laden von ${name} abbrechen`,
  progress: (name) => `${name} wird geladen`,
  run: 'Starten',
};
