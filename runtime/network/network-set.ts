import { type Block, overlaps } from '../base/cidr.ts';
import { EngineError } from '../base/errors.ts';
import type { NetworkRecords } from '../store/records/networks.ts';
import type { NetworkDriver } from './drivers/driver.ts';
import { BRIDGE } from './drivers/options.ts';
import type { NetworkPlaces } from './endpoint/take-place.ts';
import { AddressPool } from './ipam/address-pool.ts';
import { chooseIPv4, FOR_DEFAULT_BRIDGE } from './ipam/choose-pools.ts';
import type { HostRoute } from './ipam/host-routes.ts';
import type { Network } from './network-service.ts';
import { BUILTIN, builtinId, NetworkTable } from './network-table.ts';

/** A network and what this engine knows of it beyond its definition. */
export interface NetworkEntry extends NetworkPlaces {
  /** It is made on the host. */
  readonly isUp: boolean;
}

export interface NetworkSetOptions {
  readonly records: NetworkRecords;
  readonly drivers: Readonly<Record<string, NetworkDriver>>;
  /** Where the host sends packets at the moment. */
  readonly routes: () => readonly HostRoute[];
  /** Name of the default bridge's link. */
  readonly bridge: string;
  /** Nanoseconds since the epoch. */
  readonly now: bigint;
}

/** All networks, the stored ones and those that every engine has. */
export class NetworkSet extends NetworkTable<NetworkEntry> {
  readonly #records: NetworkRecords;
  readonly #drivers: Readonly<Record<string, NetworkDriver>>;
  readonly routes: () => readonly HostRoute[];

  constructor({ records, drivers, routes, bridge, now }: NetworkSetOptions) {
    super();
    this.#records = records;
    this.#drivers = drivers;
    this.routes = routes;
    for (const network of records.all()) this.put(network);
    for (const [name, driver] of Object.entries(BUILTIN)) {
      if (this.named(name) === undefined) this.put(builtin(name, driver, bridge, now));
    }
  }

  /** Takes the place of the one with the same id. */
  put(network: Network): NetworkEntry {
    const driver = this.#drivers[network.driver];
    if (driver === undefined) throw new EngineError('Internal', `network ${network.name} has the unknown driver ${network.driver}`);
    const entry = { network, driver, pools: network.pools.map((pool) => new AddressPool(pool)), isUp: false };
    this.add(entry);
    return entry;
  }

  /** Its addresses stay as they are. */
  markUp(entry: NetworkEntry): NetworkEntry {
    const up = { ...entry, isUp: true };
    this.add(up);
    return up;
  }

  store(network: Network): void {
    this.#records.put(network);
  }

  forget(entry: NetworkEntry): void {
    this.#records.remove(entry.network.id);
    this.remove(entry);
  }

  /** Of all networks but that one. */
  subnetsBeside(networkId?: string): Block[] {
    return [...this.values()].filter(({ network }) => network.id !== networkId).flatMap(({ pools }) => pools.map(({ subnet }) => subnet));
  }

  /**
   * The default bridge with a subnet that is free at this moment, kept from then on. `isFree`: nobody is on it, and another subnet may be
   * chosen where its own has been taken by another link of the host.
   */
  withDefaultSubnet(entry: NetworkEntry, isFree: boolean): NetworkEntry {
    const { network, pools } = entry;
    const bridge = network.options[`${BRIDGE}name`];
    const others = this.routes().filter(({ device }) => device !== bridge);
    const taken = [...this.subnetsBeside(network.id), ...others.map(({ block }) => block)];
    const own = pools[0]?.subnet;
    if (own !== undefined && (!isFree || !taken.some((block) => overlaps(block, own)))) return entry;
    const changed: Network = { ...network, pools: [chooseIPv4(taken, FOR_DEFAULT_BRIDGE)] };
    this.store(changed);
    return this.put(changed);
  }
}

function builtin(name: string, driver: string, bridge: string, createdAt: bigint): Network {
  return {
    id: builtinId(name),
    name,
    driver,
    createdAt,
    internal: false,
    attachable: false,
    enableIPv4: true,
    enableIPv6: false,
    pools: [],
    hasOwnSubnets: false,
    ipamOptions: {},
    options:
      name === 'bridge'
        ? { [`${BRIDGE}name`]: bridge, [`${BRIDGE}default_bridge`]: 'true', [`${BRIDGE}enable_icc`]: 'true', [`${BRIDGE}enable_ip_masquerade`]: 'true' }
        : {},
    labels: {},
  };
}
