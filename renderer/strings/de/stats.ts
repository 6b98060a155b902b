import type { Words } from '../words.ts';

export const stats: Words['stats'] = {
  cpu: 'CPU',
  memory: 'Speicher',
  network: 'Netzwerk',
  block: 'Platte',
  pids: 'Prozesse',
  received: 'Empfangen',
  sent: 'Gesendet',
  read: 'Gelesen',
  written: 'Geschrieben',
  used: 'Verwendet',
  number: 'Anzahl',
  limit: (text) => `Grenze ${text}`,
  now: 'jetzt',
  range: 'Zeitraum',
  ranges: { '300': '5 min', '1800': '30 min', '3600': '1 h' },
  emptyTitle: 'Keine Messwerte',
  emptyStopped: 'Ein gestoppter Container verbraucht nichts. Sobald er läuft, stehen hier CPU, Speicher, Netzwerk und Platte.',
  emptyRunning: 'Der erste Messwert kommt in ein, zwei Sekunden.',
};
