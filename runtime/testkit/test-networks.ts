import { openSync } from 'node:fs';
import type { EventBus } from '../base/events.ts';
import { silentLogger } from '../base/log.ts';
import type { NetworkDriver } from '../network/drivers/driver.ts';
import { HostLinks } from '../network/drivers/host-links.ts';
import { plainDriver } from '../network/drivers/plain.ts';
import type { Firewall } from '../network/firewall/firewall.ts';
import type { NameServer } from '../network/names/name-server.ts';
import { NetworkSet } from '../network/network-set.ts';
import { Networks } from '../network/networks.ts';
import type { PortPublisher } from '../network/ports/port-publisher.ts';
import { Database } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { NetworkRecords } from '../store/records/networks.ts';
import { createFakeSyscalls } from './fake-syscalls.ts';
import { noPorts } from './no-ports.ts';

/** Networks of which the host sees nothing. */
export interface TestNetworksOptions {
  readonly events: EventBus;
  readonly database?: Database;
  readonly ports?: PortPublisher;
  /** Told of every change of the rules. */
  readonly onRule?: (change: string) => void;
}

export function testNetworks({
  events,
  database = new Database(':memory:', MIGRATIONS),
  ports = noPorts,
  onRule = () => undefined,
}: TestNetworksOptions): Networks {
  const pretended = (hasMac: boolean): NetworkDriver => ({
    ...plainDriver,
    hasMac,
    hasEndpoints: true,
    link: (_network, { name }) => [{ message: Buffer.from(`link ${name}`.padEnd(24)), pidOffset: 20 }],
  });
  const firewall: Firewall = {
    reset: (networks, endpoints) => onRule(`reset ${networks.length} ${endpoints.length}`),
    addNetwork: ({ bridge }) => onRule(`+ ${bridge.slice(0, 3)}`),
    removeNetwork: () => onRule('-'),
    addEndpoint: ({ addresses, ports: rows }) => onRule(`+ ${addresses.join(' ')} ${rows.map(({ hostPort }) => hostPort).join(' ')}`.trim()),
    removeEndpoint: () => onRule('- endpoint'),
    clear: () => onRule('clear'),
    [Symbol.dispose]: () => undefined,
  };
  const drivers = { bridge: pretended(true), macvlan: pretended(true), ipvlan: pretended(false), host: plainDriver, null: plainDriver };
  const links = new HostLinks(createFakeSyscalls({ socket: () => openSync('/dev/null', 'r') }), silentLogger);
  let time = 1n;
  const set = new NetworkSet({ records: new NetworkRecords(database), drivers, routes: () => [], bridge: 'test0', now: time });
  const names: NameServer = {
    addNetwork: () => undefined,
    removeNetwork: () => undefined,
    addEndpoint: () => undefined,
    removeEndpoint: () => undefined,
    serve: () => undefined,
    end: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return new Networks({ set, names, drivers, links, firewall, ports, events, logger: silentLogger, now: () => ++time, globalId: 0x1234567890n });
}
