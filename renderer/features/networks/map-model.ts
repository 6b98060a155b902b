import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { listed } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import type { MapRow, NetworkMap } from './map-layout.ts';
import { bestName, leavesMachine, reachOf } from './reach.ts';
import { isUp, matches } from './view-model.ts';

const words = t.networkMap;
/** Peers that are named in the line below the map. */
const NAMED = 6;

/** What is pointed at: the key of a row, or `network:ID`. */
export type Target = string;
export const networkTarget = (id: string): Target => `network:${id}`;
export const networkIdOf = (target: Target): string | null => (target.startsWith('network:') ? target.slice('network:'.length) : null);

/** Containers that match by name or by one of their networks. */
export function filteredContainers(containers: Iterable<ContainerRow>, networks: Iterable<NetworkRow>, filter: string): readonly ContainerRow[] {
  const all = [...containers];
  const wanted = filter.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return all;
  const found = new Set([...networks].filter((network) => matches(network, filter)).map(({ name }) => name));
  return all.filter(({ name, networks: on }) => wanted.every((word) => name.toLowerCase().includes(word)) || on.some((network) => found.has(network)));
}

/** What belongs to what is pointed at; everything else is dimmed. */
export interface Lit {
  readonly rows: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
}

export function litBy(target: Target, map: NetworkMap, networks: readonly NetworkRow[]): Lit {
  const network = networkIdOf(target);
  if (network !== null) {
    const rows = map.rows.filter(({ stops }) => stops.some((stop) => stop.network === network)).map(({ key }) => key);
    return { rows: new Set(rows), networks: new Set([network]) };
  }
  const row = map.rows.find(({ key }) => key === target);
  const peers = new Set<string>();
  const ways = new Set<string>();
  for (const { id } of row?.containers ?? []) {
    for (const [peer, found] of reachOf(id, networks)) {
      peers.add(peer);
      for (const way of found) ways.add(way.network.id);
    }
  }
  for (const { network: id } of row?.stops ?? []) ways.add(id);
  return { rows: new Set(map.rows.filter(({ containers }) => containers.some(({ id }) => peers.has(id))).map(({ key }) => key)), networks: ways };
}

/** Who can talk to whom, in a sentence; the name first. */
export function sentenceFor(
  target: Target,
  map: NetworkMap,
  networks: readonly NetworkRow[],
  nameOf: (id: string) => string,
): readonly [string, string] | null {
  const id = networkIdOf(target);
  if (id !== null) {
    const network = networks.find((one) => one.id === id);
    return network ? [network.name, networkSentence(network, nameOf)] : null;
  }
  const row = map.rows.find(({ key }) => key === target);
  if (!row) return null;
  return [
    row.kind === 'project' ? row.label : (row.containers[0]?.name ?? row.label),
    row.kind === 'project' ? projectSentence(row) : containerSentence(row, networks, nameOf),
  ];
}

function networkSentence(network: NetworkRow, nameOf: (id: string) => string): string {
  const members = network.members.map(({ container, ipv4, ipv6 }) => [nameOf(container), ipv4 || ipv6].filter(Boolean).join(' '));
  const more = members.length > NAMED ? [words.more(members.length - NAMED)] : [];
  return [
    network.driver,
    ...network.subnets.map(({ subnet }) => subnet),
    ...(network.internal ? [words.staysIn] : []),
    `${words.networkMembers(members.length)}${members.length > 0 ? `: ${[...members.slice(0, NAMED), ...more].join(', ')}` : ''}`,
  ].join(' · ');
}

function projectSentence(row: MapRow): string {
  const counts = words.projectCounts(row.containers.filter(isUp).length, row.containers.length);
  return [counts, ...(row.ports.length > 0 ? [words.published(row.ports.slice(0, NAMED))] : [])].join(' · ');
}

function containerSentence(row: MapRow, networks: readonly NetworkRow[], nameOf: (id: string) => string): string {
  const [container] = row.containers;
  if (!container) return '';
  if (row.shares !== '') return words.shares(row.shares);
  if (!isUp(container)) return words.notUp;
  const reached = [...reachOf(container.id, networks)];
  const peers = reached.slice(0, NAMED).flatMap(([peer, [way]]) => (way ? [words.peer(nameOf(peer), bestName(way), way.network.name)] : []));
  const more = reached.length > NAMED ? [words.more(reached.length - NAMED)] : [];
  return [
    reached.length === 0 ? words.reachesNobody : `${words.reaches(reached.length)}: ${[...peers, ...more].join(', ')}`,
    leavesMachine(container, networks) ? words.getsOut : words.staysIn,
    ...(row.ports.length > 0 ? [words.published(row.ports)] : []),
  ].join(' · ');
}

/** What a container answers to on its networks, each once, without its id. */
export const namesOn = (id: string, networks: readonly NetworkRow[]): string =>
  listed(
    [...new Set(networks.flatMap(({ members }) => members.filter(({ container }) => container === id).flatMap(({ names }) => names)))].filter(
      (name) => !id.startsWith(name),
    ),
  );
