import { count } from '../format.ts';
import type { Words } from '../words.ts';

export const reasons: Words['reasons'] = {
  ended: 'Das Programm hat sich selbst beendet und Erfolg gemeldet.',
  failed: (code) => `Das Programm endete mit Exit-Code ${code}, seinem eigenen Zeichen für einen Fehler. Das Ende des Logs sagt meist mehr.`,
  notFound: 'Den Befehl gibt es im Image nicht (Exit-Code 127).',
  notExecutable: 'Den Befehl gibt es, er darf aber nicht ausgeführt werden (Exit-Code 126).',
  oom: 'Der Kernel hat das Programm beendet: Es hat allen erlaubten Speicher verbraucht. Eine höhere Grenze setzen oder herausfinden, was es behält.',
  killed: 'Das Programm wurde beendet (SIGKILL): ausdrücklich, oder weil beim Stoppen die Frist abgelaufen war.',
  terminated: 'Das Programm wurde zum Beenden aufgefordert (SIGTERM) und hat sich beendet.',
  interrupted: 'Das Programm wurde unterbrochen (SIGINT), wie mit Strg+C.',
  crashed: 'Das Programm ist abgestürzt: Es griff auf fremden Speicher zu (SIGSEGV).',
  aborted: 'Das Programm hat sich selbst abgebrochen (SIGABRT), wie nach einer verletzten Annahme.',
  signal: (name) => `Das Signal ${name} hat das Programm beendet.`,
  notStarted: (text) => `Das Programm konnte nicht gestartet werden: ${text}`,
  neverStarted: 'Noch nie gestartet.',
  again: (starts, when) =>
    `Die Neustartregel startet es immer wieder: bisher ${count(starts, 'Start', 'Starts')}, ${when === '' ? 'der nächste steht an' : `der nächste ${when}`}.`,
};
