import type { SetElement } from '../../sys/netlink/nftables/objects.ts';
import { addElements, addTable, deleteElements, deleteTable } from '../../sys/netlink/nftables/objects.ts';
import { NftSocket } from '../../sys/netlink/nftables/socket.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import type { Firewall, FirewallEndpoint, FirewallNetwork } from './firewall.ts';
import type { Forwarding } from './forwarding.ts';
import { ruleMessages } from './rules.ts';
import { endpointElements, networkElements } from './sets.ts';
import type { StaleConnections } from './stale-connections.ts';

export interface NftFirewallOptions {
  readonly syscalls: Syscalls;
  /** Engines of other roots have other names. */
  readonly table: string;
  /** TCP ports of the host that no container may reach: the engine's own. */
  readonly closedPorts: readonly number[];
  readonly forwarding: Forwarding;
  readonly connections: Pick<StaleConnections, 'forget'>;
}

/**
 * The rules by nf_tables. What should hold is kept here, so that a table which somebody else has flushed is made anew by the next
 * change. A container without published ports costs the kernel nothing.
 */
export class NftFirewall implements Firewall {
  readonly #options: NftFirewallOptions;
  readonly #networks = new Map<string, FirewallNetwork>();
  readonly #endpoints = new Map<string, FirewallEndpoint>();
  #socket: NftSocket | undefined;
  #isMade = false;

  constructor(options: NftFirewallOptions) {
    this.#options = options;
  }

  reset(networks: readonly FirewallNetwork[], endpoints: readonly FirewallEndpoint[]): void {
    this.#networks.clear();
    this.#endpoints.clear();
    for (const network of networks) this.#networks.set(network.id, network);
    for (const endpoint of endpoints) this.#endpoints.set(keyOf(endpoint.containerId, endpoint.networkId), endpoint);
    for (const network of networks) this.#options.forwarding.enableFor(network);
    this.#makeAll();
  }

  addNetwork(network: FirewallNetwork): void {
    const before = this.#networks.get(network.id);
    this.#networks.set(network.id, network);
    const hasNewRules = this.#options.forwarding.enableFor(network);
    if (before !== undefined || hasNewRules) this.#makeAll();
    else this.#change([], networkElements(network));
  }

  removeNetwork(networkId: string): void {
    const network = this.#networks.get(networkId);
    if (network === undefined) return;
    this.#networks.delete(networkId);
    this.#change(networkElements(network), []);
  }

  addEndpoint(endpoint: FirewallEndpoint): void {
    const key = keyOf(endpoint.containerId, endpoint.networkId);
    const before = this.#elementsOf(this.#endpoints.get(key));
    this.#endpoints.set(key, endpoint);
    this.#change(before, this.#elementsOf(endpoint));
    this.#options.connections.forget(endpoint.ports, true);
  }

  removeEndpoint(containerId: string, networkId: string): void {
    const key = keyOf(containerId, networkId);
    const gone = this.#endpoints.get(key);
    this.#endpoints.delete(key);
    this.#change(this.#elementsOf(gone), []);
    this.#options.connections.forget(gone?.ports ?? [], false);
  }

  clear(): void {
    this.#networks.clear();
    this.#endpoints.clear();
    this.#isMade = false;
    const { table } = this.#options;
    this.#open().transact([addTable(table), deleteTable(table)]);
  }

  [Symbol.dispose](): void {
    this.#socket?.[Symbol.dispose]();
    this.#socket = undefined;
  }

  #elementsOf(endpoint: FirewallEndpoint | undefined): SetElement[] {
    if (endpoint === undefined || this.#networks.get(endpoint.networkId)?.internal === true) return [];
    return endpointElements(endpoint);
  }

  #change(remove: readonly SetElement[], add: readonly SetElement[]): void {
    if (remove.length === 0 && add.length === 0) return;
    if (!this.#isMade) {
      this.#makeAll();
      return;
    }
    const { table } = this.#options;
    try {
      this.#open().transact([...deleteElements(table, remove), ...addElements(table, add)]);
    } catch {
      // Somebody has flushed all rules, or changed ours.
      this.#makeAll();
    }
  }

  #makeAll(): void {
    const { table, closedPorts, forwarding } = this.#options;
    const elements = [
      ...[...this.#networks.values()].flatMap(networkElements),
      ...[...this.#endpoints.values()].flatMap((endpoint) => this.#elementsOf(endpoint)),
    ];
    const rules = ruleMessages({ table, closedPorts, routesOnlyContainers: forwarding.isOurs });
    this.#open().transact([...rules, ...addElements(table, elements)]);
    this.#isMade = true;
  }

  #open(): NftSocket {
    return (this.#socket ??= new NftSocket(this.#options.syscalls));
  }
}

function keyOf(containerId: string, networkId: string): string {
  return `${containerId} ${networkId}`;
}
