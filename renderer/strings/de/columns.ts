import type { Words } from '../words.ts';

export const columns: Words['columns'] = {
  choose: 'Spalten wählen',
  show: (name) => `${name} zeigen`,
  earlier: (name) => `${name} nach links`,
  later: (name) => `${name} nach rechts`,
  width: (name) => `Breite von ${name}`,
  reset: 'Zurücksetzen',
};
