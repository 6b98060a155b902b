import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { byName } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import type { Tone } from '../../ui/status-dot.tsx';
import { visibleName } from '../../ui/visible-text.ts';

/** Containers of each network by its name: those that run on it and those that will. */
type Members = ReadonlyMap<string, readonly ContainerRow[]>;
const NONE: readonly ContainerRow[] = [];
const indexes = new WeakMap<ReadonlyMap<string, ContainerRow>, Members>();

/** Made once for each state of the containers, whoever asks. */
function membersByNetwork(containers: ReadonlyMap<string, ContainerRow>): Members {
  const known = indexes.get(containers);
  if (known) return known;
  const index = new Map<string, ContainerRow[]>();
  for (const row of containers.values()) {
    for (const name of row.networks) {
      const key = name === 'default' ? 'bridge' : name;
      const held = index.get(key);
      if (held) held.push(row);
      else index.set(key, [row]);
    }
  }
  indexes.set(containers, index);
  return index;
}

export const membersOf = (network: NetworkRow, containers: ReadonlyMap<string, ContainerRow>): readonly ContainerRow[] =>
  membersByNetwork(containers).get(network.name) ?? NONE;

/** Restarting and paused ones have their addresses as well. */
export const isUp = ({ state }: ContainerRow): boolean => state === 'running' || state === 'paused' || state === 'restarting';

export function toneOf(row: ContainerRow): Tone {
  if (row.state === 'running') return row.health === 'unhealthy' ? 'unhealthy' : row.health === 'starting' ? 'starting' : 'running';
  if (row.state === 'paused' || row.state === 'created') return row.state;
  if (row.state === 'restarting') return 'starting';
  return row.state === 'dead' || row.exitCode !== 0 || row.error !== '' ? 'failed' : 'exited';
}

/** What prune would take: nobody has it, running or not, and it is not one of those that are always there. */
export const isUnused = (network: NetworkRow, containers: ReadonlyMap<string, ContainerRow>): boolean =>
  !network.builtIn && membersOf(network, containers).length === 0;

/** For people to read: `team=shop`. */
export const labelTexts = ({ labels }: Pick<NetworkRow, 'labels'>): readonly string[] =>
  Object.entries(labels).map(([name, value]) => visibleName(value === '' ? name : `${name}=${value}`));

export function matches(network: NetworkRow, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = [network.internal ? t.networks.internal : '', network.ipv6 ? 'ipv6' : '', network.builtIn ? t.networks.builtIn : ''];
  const addresses = network.subnets.flatMap(({ subnet, gateway }) => [subnet, gateway]);
  const text = [network.name, network.driver, network.id, ...addresses, ...kinds, ...labelTexts(network)].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

export const SCOPES = ['all', 'used', 'unused'] as const;

const inScope = (network: NetworkRow, containers: ReadonlyMap<string, ContainerRow>, scope: string): boolean =>
  scope === 'all' || membersOf(network, containers).length > 0 === (scope === 'used');

function order(column: string, containers: ReadonlyMap<string, ContainerRow>): (a: NetworkRow, b: NetworkRow) => number {
  const subnet = ({ subnets }: NetworkRow): string => subnets[0]?.subnet ?? '';
  switch (column) {
    case 'name':
      return (a, b) => byName(a.name, b.name);
    case 'driver':
      return (a, b) => byName(a.driver, b.driver);
    case 'subnets':
      return (a, b) => byName(subnet(a), subnet(b));
    case 'members':
      return (a, b) => membersOf(a, containers).length - membersOf(b, containers).length;
    default:
      return (a, b) => a.createdAt - b.createdAt;
  }
}

interface Shown {
  readonly scope: string;
  readonly filter: string;
  readonly sort: Sort;
}

/** Built-in ones come last, as there is little to do with them. */
export function listed(
  networks: ReadonlyMap<string, NetworkRow>,
  containers: ReadonlyMap<string, ContainerRow>,
  { scope, filter, sort }: Shown,
): readonly string[] {
  const way = sort.descending ? -1 : 1;
  const compare = order(sort.column, containers);
  return [...networks.values()]
    .filter((row) => inScope(row, containers, scope) && matches(row, filter))
    .sort((a, b) => Number(a.builtIn) - Number(b.builtIn) || way * compare(a, b) || byName(a.name, b.name))
    .map(({ id }) => id);
}

/** How many there are of each scope. */
export function counted(networks: ReadonlyMap<string, NetworkRow>, containers: ReadonlyMap<string, ContainerRow>): Readonly<Record<string, number>> {
  const used = [...networks.values()].filter((row) => membersOf(row, containers).length > 0).length;
  return { all: networks.size, used, unused: networks.size - used };
}
