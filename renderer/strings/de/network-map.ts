import { count, listed, thousands } from '../format.ts';
import type { Words } from '../words.ts';

const ofContainers = (number: number) => count(number, 'Container', 'Container');

export const networkMap: Words['networkMap'] = {
  title: 'Karte der Netzwerke',
  ports: 'Hier veröffentlicht',
  containers: 'Container',
  internal: 'intern',
  zoomIn: 'Größer',
  zoomOut: 'Kleiner',
  fit: 'An das Fenster anpassen',
  asTable: 'Als Tabelle',
  asPicture: 'Als Bild',
  unfoldAll: 'Alle Container zeigen',
  foldAll: 'Nur Projekte zeigen',
  unused: (number) => `${count(number, 'Netzwerk', 'Netzwerke')} ohne Container nicht gezeigt`,
  hint: 'Auf einen Container oder ein Netzwerk zeigen oder die Pfeiltasten benutzen, um zu sehen, wer mit wem sprechen kann.',
  shares: (name) => `benutzt das Netz von ${name}`,
  noNetwork: 'kein Netz',
  notUp: 'Läuft nicht: erreicht niemanden',
  projectCounts: (up, all) => `${thousands(up)} von ${ofContainers(all)} laufen`,
  reachesNobody: 'erreicht keinen anderen Container',
  reaches: (number) => `erreicht ${ofContainers(number)}`,
  peer: (name, as, network) => (name === as ? `${name} in ${network}` : `${name} als ${as} in ${network}`),
  more: (number) => `und ${thousands(number)} weitere`,
  getsOut: 'kommt aus diesem Rechner hinaus',
  staysIn: 'hat keinen Weg hinaus',
  published: (ports) => `veröffentlicht: ${listed(ports)}`,
  networkMembers: (up) => (up === 0 ? 'niemand läuft darin' : `${ofContainers(up)} ${up === 1 ? 'läuft' : 'laufen'} darin`),
  railLabel: (name, driver, subnet, up) => `Netzwerk ${name}, ${driver}${subnet === '' ? '' : `, ${subnet}`}, ${ofContainers(up)} laufen`,
  rowLabel: (name, state, networks, ports) =>
    [name, state, networks.length > 0 ? `in ${listed(networks)}` : 'in keinem Netzwerk', ...(ports.length > 0 ? [`veröffentlicht ${listed(ports)}`] : [])].join(
      ', ',
    ),
  projectLabel: (name, up, all) => `Projekt ${name}, ${thousands(up)} von ${ofContainers(all)} laufen`,
  empty: 'Keine Container zu zeigen',
  emptyText: 'Die Karte zeigt Container, ihre Netzwerke und ihre veröffentlichten Ports. Ein gestarteter Container erscheint hier.',
  noMatch: 'Nichts auf der Karte passt',
  table: {
    container: 'Container',
    state: 'Zustand',
    published: 'Veröffentlicht',
    networks: 'Netzwerke und Adressen',
    names: 'Hört auf',
    reaches: 'Erreicht',
    out: 'Weg hinaus',
    yes: 'ja',
    no: 'nein',
    limit: (shown, all) => `Die ersten ${thousands(shown)} von ${ofContainers(all)}; ein Filter zeigt andere.`,
  },
};
