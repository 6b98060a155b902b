import { createHash } from 'node:crypto';
import type { Block } from '../base/cidr.ts';
import type { EventBus } from '../base/events.ts';
import type { Logger } from '../base/log.ts';
import type { NetworkRecords } from '../store/records/networks.ts';
import type { Syscalls } from '../sys/syscalls.ts';
import { BridgeDriver } from './drivers/bridge.ts';
import type { NetworkDriver } from './drivers/driver.ts';
import { HostLinks } from './drivers/host-links.ts';
import { plainDriver } from './drivers/plain.ts';
import { IpvlanDriver, MacvlanDriver } from './drivers/vlan.ts';
import type { Firewall } from './firewall/firewall.ts';
import { hostRoutes } from './ipam/host-routes.ts';
import type { NameServer } from './names/name-server.ts';
import { NetworkSet } from './network-set.ts';
import { Networks } from './networks.ts';
import type { PortPublisher } from './ports/port-publisher.ts';

export interface NetworkDependencies {
  readonly records: NetworkRecords;
  readonly syscalls: Syscalls;
  /** Link of the default bridge, at most 15 characters. */
  readonly bridge: string;
  /** Stable and the engine's alone. */
  readonly engineId: string;
  readonly firewall: Firewall;
  readonly ports: PortPublisher;
  readonly names: NameServer;
  readonly events: EventBus;
  readonly logger: Logger;
  /** Where new networks take their IPv4 subnets from; null: the usual ones. */
  readonly candidates?: () => readonly Block[] | null;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

/** The networks with the drivers this engine has. Throws Internal naming the network whose record is damaged. */
export function createNetworks({ records, syscalls, bridge, engineId, ...others }: NetworkDependencies): Networks {
  const links = new HostLinks(syscalls, others.logger);
  const drivers: Readonly<Record<string, NetworkDriver>> = {
    bridge: new BridgeDriver(links),
    macvlan: new MacvlanDriver(links),
    ipvlan: new IpvlanDriver(links),
    host: plainDriver,
    null: plainDriver,
  };
  const globalId = BigInt(`0x${createHash('sha256').update(`addresses ${engineId}`).digest('hex').slice(0, 10)}`);
  const set = new NetworkSet({ records, drivers, routes: hostRoutes, bridge, now: others.now() });
  return new Networks({ ...others, links, drivers, globalId, set });
}
