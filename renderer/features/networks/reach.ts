import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';

/** One way from a container to another one. */
export interface Way {
  readonly network: NetworkRow;
  readonly address: string;
  /** What the other one is called there; empty: only its address reaches it. */
  readonly names: readonly string[];
}

const isOff = (text: string | undefined): boolean => text !== undefined && /^(?:0|f|false)$/i.test(text);

/** Whether those on it reach each other: a bridge can be told not to let them, and links can be private. */
function connects({ driver, options }: NetworkRow): boolean {
  if (driver === 'null' || driver === 'host') return false;
  if (driver === 'macvlan') return options['macvlan_mode'] !== 'private';
  if (driver === 'ipvlan') return options['ipvlan_flag'] !== 'private';
  return !isOff(options['com.docker.network.bridge.enable_icc']);
}

/** Who a container reaches now, and by which ways; only what runs reaches anybody. Those that share its network are reached as itself. */
export function reachOf(id: string, networks: Iterable<NetworkRow>): ReadonlyMap<string, readonly Way[]> {
  const reached = new Map<string, Way[]>();
  for (const network of networks) {
    if (!connects(network) || !network.members.some(({ container }) => container === id)) continue;
    for (const member of network.members) {
      if (member.container === id) continue;
      const way = { network, address: member.ipv4 || member.ipv6, names: member.names };
      const ways = reached.get(member.container);
      if (ways) ways.push(way);
      else reached.set(member.container, [way]);
    }
  }
  return reached;
}

/** Whether it gets out of this machine: by a network that is not internal, or by the machine's own. */
export const leavesMachine = (row: ContainerRow, networks: Iterable<NetworkRow>): boolean =>
  [...networks].some(({ name, internal, driver }) => !internal && driver !== 'null' && row.networks.includes(name));

/** The name that people would use: not its id, not one that is longer than another. */
export const bestName = ({ names, address }: Way): string => names.find((name) => !/^[0-9a-f]{12}$/.test(name)) ?? names[0] ?? address;
