import { count } from '../format.ts';
import type { Words } from '../words.ts';

export const containerList: Words['containerList'] = {
  columns: {
    name: 'Name',
    image: 'Image',
    state: 'Zustand',
    cpu: 'CPU',
    trend: 'CPU, letzte Minute',
    memory: 'Speicher',
    network: 'Netzwerk-I/O',
    ports: 'Ports',
    command: 'Befehl',
    created: 'Erstellt',
    networks: 'Netzwerke',
    health: 'Gesundheit',
    id: 'ID',
    actions: 'Aktionen',
  },
  health: { none: '–', starting: 'Wird geprüft', healthy: 'Gesund', unhealthy: 'Ungesund' },
  group: 'Nach Compose-Projekt gruppieren',
  ungroup: 'Nicht gruppieren',
  running: (up, all) => `${up}/${all} laufen`,
  project: (name) => `Projekt ${name}`,
  fold: (name) => `${name} einklappen`,
  unfold: (name) => `${name} ausklappen`,
  filterHint: 'Filter: Wörter, state:running, label:, port:, network:, image:, health:',
  noneMatchText: (filter) => `Nichts in dieser Ansicht passt zu „${filter}“. Gesucht wird in Namen, Images, IDs, Labels, Ports und Netzwerken.`,
  openPort: (port) => `http://localhost:${port} öffnen`,
  portOf: (host, container) => `${host} auf diesem Rechner führt zu ${container} im Container`,
  morePorts: (number) => count(number, 'weiterer Port', 'weitere Ports'),
  perSecond: (received, sent) => `${received} empfangen, ${sent} gesendet je Sekunde`,
};
