import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { addAddress, addBridge, addDefaultRoute, addVeth, linkUp, removeLink } from '../sys/netlink/link.ts';
import { RouteSocket } from '../sys/netlink/socket.ts';
import type { Syscalls } from '../sys/syscalls.ts';
import { AddressPool } from './address-pool.ts';
import { bridgeRules, removeRules } from './firewall.ts';
import type { Endpoint, EndpointOptions } from './network-service.ts';
import { chooseSubnet, formatAddress, formatSubnet, parseRoutes, type Subnet } from './subnet.ts';

export interface BridgeOptions {
  /** At most 15 characters; also names the nft table. */
  readonly name: string;
  readonly syscalls: Syscalls;
  /** Gives a ruleset to `nft -f -`; rejects when it is refused or there is no nft. */
  readonly applyRules: (ruleset: string) => Promise<void>;
  readonly logger: Logger;
}

interface Up {
  readonly index: number;
  readonly subnet: Subnet;
  readonly pool: AddressPool;
}

/** Link indexes of the pairs are chosen by us, so that the address of the inner end can be sent without asking for its index. */
const FIRST_INDEX = 1 << 20;
const LAST_INDEX = 1 << 30;
const INNER_INDEX = FIRST_INDEX;
const INNER_NAME = 'eth0';

/** One bridge with NAT to the outside; comes up with its first container and goes with the engine when nothing is on it. */
export class Bridge implements AsyncDisposable {
  readonly name: string;
  readonly #options: BridgeOptions;
  #up: Promise<Up> | undefined;
  #known: Up | undefined;

  constructor(options: BridgeOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async connect(containerId: string, mode: string, options: EndpointOptions = {}): Promise<Endpoint> {
    const { index, subnet, pool } = await this.#ensure();
    const ipAddress = pool.take(containerId);
    const gateway = formatAddress(pool.gateway);
    const macAddress = options.macAddress ?? macOf(ipAddress);
    const hostIndex = randomInt(FIRST_INDEX, LAST_INDEX);
    // Another name each time: the link of an earlier run goes with its namespace, which the kernel clears away later.
    const hostName = `${linkPrefix(containerId)}${(hostIndex % 4096).toString(16)}`;
    const pair = { hostName, hostIndex, bridgeIndex: index };
    return {
      inside: [linkUp('lo'), addAddress(INNER_INDEX, ipAddress, subnet.prefixLength), linkUp(INNER_NAME), addDefaultRoute(INNER_INDEX, gateway)],
      outside: [addVeth({ ...pair, peerName: INNER_NAME, peerIndex: INNER_INDEX, peerMac: macAddress })],
      facts: { mode, ipAddress, prefixLength: subnet.prefixLength, gateway, macAddress },
    };
  }

  /** Takes the bridge over as an earlier engine left it. */
  restore(containerId: string, ipAddress: string): void {
    const left = this.#left();
    if (left === undefined) return;
    this.#known = left;
    this.#up ??= Promise.resolve(left);
    left.pool.restore(containerId, ipAddress);
  }

  release(containerId: string, isShared: boolean): void {
    if (isShared) {
      using socket = new RouteSocket(this.#options.syscalls);
      const names = readdirSync('/sys/class/net').filter((name) => name.startsWith(linkPrefix(containerId)));
      for (const name of names) socket.request(`removing link ${name}`, removeLink(name), ['ENODEV']);
    }
    this.#known?.pool.release(containerId);
  }

  subnets(): { subnet: string; gateway: string }[] {
    return this.#known === undefined ? [] : [{ subnet: formatSubnet(this.#known.subnet), gateway: formatAddress(this.#known.pool.gateway) }];
  }

  /** Containers on it keep it; else link and rules go, also those that an engine which crashed has left. */
  async [Symbol.asyncDispose](): Promise<void> {
    const up = (await this.#up?.catch(() => undefined)) ?? this.#left();
    if (up === undefined || up.pool.size > 0) return;
    using socket = new RouteSocket(this.#options.syscalls);
    socket.request(`removing link ${this.name}`, removeLink(this.name), ['ENODEV']);
    await this.#options.applyRules(removeRules(this.name)).catch(() => undefined);
  }

  #ensure(): Promise<Up> {
    this.#up ??= this.#bringUp().catch((error: unknown) => {
      this.#up = undefined;
      throw error;
    });
    return this.#up;
  }

  async #bringUp(): Promise<Up> {
    const { syscalls, applyRules, logger } = this.#options;
    const subnet = this.#left()?.subnet ?? chooseSubnet(parseRoutes(readFileSync('/proc/net/route', 'utf8')));
    const pool = this.#known?.pool ?? new AddressPool(subnet);
    using socket = new RouteSocket(syscalls);
    socket.request(`adding bridge ${this.name}`, addBridge(this.name, macOf(formatAddress(pool.gateway))), ['EEXIST']);
    const index = this.#index();
    socket.request(`giving ${this.name} its address`, addAddress(index, formatAddress(pool.gateway), subnet.prefixLength));
    writeSetting(`/proc/sys/net/ipv6/conf/${this.name}/accept_ra`, '0', logger);
    writeSetting('/proc/sys/net/ipv4/ip_forward', '1', logger);
    await applyRules(bridgeRules(this.name, this.name, subnet)).catch((error: unknown) => {
      logger.warn('containers cannot reach the outside: the firewall rules were not taken', { bridge: this.name, reason: messageOf(error) });
    });
    this.#known = { index, subnet, pool };
    return this.#known;
  }

  #index(): number {
    return Number(readFileSync(`/sys/class/net/${this.name}/ifindex`, 'utf8'));
  }

  #left(): Up | undefined {
    if (this.#known !== undefined) return this.#known;
    const route = parseRoutes(readFileSync('/proc/net/route', 'utf8')).find(({ device }) => device === this.name);
    return route === undefined ? undefined : { index: this.#index(), subnet: route, pool: new AddressPool(route) };
  }
}

function linkPrefix(containerId: string): string {
  return `veth${containerId.slice(0, 7)}`;
}

/** Locally administered, derived from the address as Docker does, so that a reused address has the same neighbour entry. */
function macOf(address: string): string {
  return ['02', '42', ...address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'))].join(':');
}

/** A setting that is right already is not written: /proc/sys may be read-only. */
function writeSetting(path: string, value: string, logger: Logger): void {
  try {
    if (readFileSync(path, 'utf8').trim() !== value) writeFileSync(path, value);
  } catch (error) {
    logger.warn('a kernel setting could not be made', { path, value, reason: messageOf(error) });
  }
}
