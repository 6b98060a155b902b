import type { Words } from '../words.ts';

export const terminal: Words['terminal'] = {
  label: 'Terminal',
  shell: 'Shell',
  start: 'Neue Sitzung',
  ended: (code) => `Die Sitzung endete mit Exit-Code ${code}.`,
  broken: 'Die Sitzung wurde getrennt',
  stopped: 'Der Container läuft nicht',
  stoppedText: 'Ein Terminal braucht einen laufenden Container.',
  noShell: 'Keine Shell in diesem Image',
  noShellText: 'Keine der üblichen Shells ist darin. Ein eigener Befehl geht mit dem Docker-Client: exec.',
  looking: 'Sucht eine Shell',
  failed: 'Die Shells konnten nicht ermittelt werden',
  host: 'Terminal dieses Rechners',
  hostNote: 'DOCKER_HOST ist diese Engine',
  hide: 'Terminal verbergen',
};
