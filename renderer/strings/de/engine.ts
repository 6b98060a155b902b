import type { Words } from '../words.ts';

export const engine: Words['engine'] = {
  name: 'Engine',
  running: 'Läuft',
  starting: 'Startet',
  connecting: 'Verbindet',
  reconnecting: 'Verbindet neu',
  stopped: 'Gestoppt',
  failed: 'Fehlgeschlagen',
  restart: 'Engine starten',
  restartFailed: 'Die Engine wurde nicht gestartet',
  downTitle: 'Die Engine läuft nicht',
  downText: 'Laufende Container laufen ohne sie weiter. Zum Ansehen und Verwalten wird sie gebraucht.',
  stale: 'Die Engine antwortet nicht. Dies ist der letzte bekannte Stand.',
  unread: 'Was die Engine hat, ließ sich nicht lesen',
  startingText: 'Die Engine startet.',
  socket: (path) => `Socket ${path}`,
};
