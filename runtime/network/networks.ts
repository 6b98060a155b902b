import type { Block } from '../base/cidr.ts';
import { EngineError, messageOf } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import type { Logger } from '../base/log.ts';
import type { ResolverDescriptors } from '../sys/launcher/launcher.ts';
import { linkUp, removeLinkAt } from '../sys/netlink/link.ts';
import { defineNetwork } from './define-network.ts';
import { firewallNetworkOf, HOST_ADDRESS, hostLinkPrefix } from './drivers/bridge.ts';
import type { NetworkDriver } from './drivers/driver.ts';
import type { HostLinks } from './drivers/host-links.ts';
import { mtuOf } from './drivers/options.ts';
import { checkSettings } from './endpoint/check-settings.ts';
import { gatewaysOf } from './endpoint/gateway-order.ts';
import { addressMessages, innerIndex, routeMessages, sysctlsOf } from './endpoint/messages.ts';
import { releasePlace, restorePlace, takePlace } from './endpoint/take-place.ts';
import type { Firewall, FirewallEndpoint } from './firewall/firewall.ts';
import type { NameServer, ResolverOptions } from './names/name-server.ts';
import { namedEndpointOf, namedNetworkOf } from './names/named.ts';
import type * as contract from './network-service.ts';
import type { NetworkEntry, NetworkSet } from './network-set.ts';
import { BUILTIN } from './network-table.ts';
import { planAgain } from './ports/plan-ports.ts';
import type { PortPublisher, PortRequest, PublishedPort } from './ports/port-publisher.ts';

export interface NetworksOptions {
  readonly set: NetworkSet;
  readonly drivers: Readonly<Record<string, NetworkDriver>>;
  readonly links: HostLinks;
  readonly firewall: Firewall;
  readonly ports: PortPublisher;
  readonly names: NameServer;
  readonly events: EventBus;
  readonly logger: Logger;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
  /** Where new networks take their IPv4 subnets from; null: the usual ones. */
  readonly candidates?: () => readonly Block[] | null;
  /** 40 bits for IPv6 addresses that are this engine's alone. */
  readonly globalId: bigint;
}

interface Running {
  readonly container: contract.NetworkedContainer;
  readonly ports: readonly PublishedPort[];
  /** The network by which they are reached; empty: none. */
  readonly portsOn: string;
}

/** The networks, the containers that run on them, and the rules for both. */
export class Networks implements contract.NetworkService {
  readonly #options: NetworksOptions;
  readonly #set: NetworkSet;
  readonly #running = new Map<string, Running>();

  constructor(options: NetworksOptions) {
    this.#options = options;
    this.#set = options.set;
    this.#set.withDefaultSubnet(this.#set.find('bridge'), false);
  }

  list(): readonly contract.Network[] {
    return Array.from(this.#set.values(), ({ network }) => network);
  }

  find(ref: string): contract.Network {
    return this.#set.find(ref).network;
  }

  membersOf(networkId: string): readonly contract.NetworkMember[] {
    const members = Array.from(this.#running.values()).flatMap(({ container }) =>
      container.networks.filter((one) => one.networkId === networkId).map(({ facts }) => ({ containerId: container.id, name: container.name, facts })),
    );
    return members.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async create(request: contract.NetworkRequest): Promise<contract.Network> {
    const { drivers, events, globalId, now, links } = this.#options;
    let entry: NetworkEntry | undefined;
    try {
      entry = links.inTurn(() => {
        const network = defineNetwork(request, {
          drivers,
          isTaken: (name) => this.#set.named(name) !== undefined,
          subnets: this.#set.subnetsBeside(),
          routes: this.#set.routes(),
          candidates: this.#options.candidates?.() ?? null,
          globalId,
          now: now(),
        });
        entry = this.#set.put(network);
        return this.#bringUp(entry);
      });
      this.#set.store(entry.network);
    } catch (error) {
      if (entry !== undefined) {
        this.#set.remove(entry);
        await this.#takeDown(entry);
      }
      throw error;
    }
    const { network } = entry;
    events.publish('network', 'create', network.id, { name: network.name, type: network.driver });
    return network;
  }

  async remove(ref: string): Promise<void> {
    const entry = this.#set.find(ref);
    const { id, name, driver } = entry.network;
    if (Object.hasOwn(BUILTIN, name)) throw new EngineError('PermissionDenied', `${name} is a pre-defined network and cannot be removed`);
    const members = this.membersOf(id);
    if (members.length > 0) {
      const who = members.map((one) => `name:"${one.name}" id:"${one.facts.endpointId.slice(0, 12)}"`).join(', ');
      throw new EngineError('PermissionDenied', `error while removing network: network ${name} has active endpoints (${who})`);
    }
    this.#set.forget(entry);
    await this.#takeDown(entry);
    this.#options.events.publish('network', 'destroy', id, { name, type: driver });
  }

  check(network: contract.Network, settings: contract.EndpointSettings): void {
    checkSettings(network, settings);
  }

  async connect(container: contract.NetworkedContainer, asked: readonly PortRequest[]): Promise<contract.RunNetwork> {
    await using undo = new AsyncDisposableStack();
    const networks: contract.ContainerEndpoint[] = [];
    const outside: contract.NetworkChange['outside'][number][] = [];
    for (const endpoint of container.networks) {
      const { placed, messages } = this.#place(container.id, endpoint, networks.length, undo);
      networks.push(placed);
      outside.push(...messages);
    }
    undo.defer(() => this.#options.ports.release(container.id));
    const { ports, portsOn } = await this.#publish(container.id, networks, asked);
    const running: Running = { container: { ...container, networks }, ports, portsOn };
    undo.defer(() => this.#close(running));
    this.#open(running);
    this.#running.set(container.id, running);
    for (const endpoint of networks) this.#announce('connect', container.id, endpoint);
    undo.move();
    const isHost = networks.some(({ networkId }) => this.#set.get(networkId)?.network.driver === 'host');
    const inside = isHost ? [] : [linkUp('lo'), ...networks.filter(isPlaced).flatMap(addressMessages), ...routeMessages(networks)];
    return { inside, outside, sysctls: isHost ? [] : sysctlsOf(networks), networks, ports };
  }

  attach(
    container: contract.NetworkedContainer,
    added: contract.ContainerEndpoint,
  ): contract.NetworkChange & { readonly endpoint: contract.ContainerEndpoint } {
    using undo = new DisposableStack();
    const slots = new Set(container.networks.map(({ facts }) => facts.slot));
    let slot = 0;
    while (slots.has(slot)) slot++;
    const { placed, messages } = this.#place(container.id, added, slot, undo);
    const networks = [...container.networks, placed];
    const running: Running = { ...NO_PORTS, ...this.#running.get(container.id), container: { ...container, networks } };
    this.#openOne(running, placed);
    this.#running.set(container.id, running);
    undo.move();
    this.#announce('connect', container.id, placed);
    const isRouted = Object.values(gatewaysOf(networks)).includes(placed);
    const inside = [...(isPlaced(placed) ? addressMessages(placed) : []), ...(isRouted ? routeMessages(networks) : [])];
    return { endpoint: placed, outside: messages, inside };
  }

  async detach(container: contract.NetworkedContainer, networkId: string): Promise<contract.NetworkChange & { readonly ports: readonly PublishedPort[] }> {
    const gone = container.networks.find((one) => one.networkId === networkId);
    const networks = container.networks.filter((one) => one !== gone);
    const earlier = this.#running.get(container.id) ?? { ...NO_PORTS, container };
    if (gone === undefined) return { inside: [], outside: [], ports: earlier.ports };
    this.#closeOne(container.id, gone);
    const running: Running = { ...earlier, container: { ...container, networks } };
    this.#running.set(container.id, running);
    this.#announce('disconnect', container.id, gone);
    const { ports } = running.portsOn === networkId ? await this.#movePorts(running) : running;
    const routes = Object.values(gatewaysOf(container.networks)).includes(gone) ? routeMessages(networks) : [];
    return { outside: [], inside: isPlaced(gone) ? [removeLinkAt(innerIndex(gone.facts)), ...routes] : [], ports };
  }

  rename(containerId: string, name: string): void {
    const running = this.#running.get(containerId);
    if (running === undefined) return;
    const renamed = { ...running, container: { ...running.container, name } };
    this.#running.set(containerId, renamed);
    for (const endpoint of renamed.container.networks) this.#nameOne(renamed, endpoint);
  }

  serve(containerId: string, sockets: ResolverDescriptors, options: ResolverOptions): void {
    this.#options.names.serve(containerId, sockets, options);
  }

  async restore(container: contract.NetworkedContainer, ports: readonly PublishedPort[]): Promise<void> {
    for (const { networkId, facts } of container.networks) {
      const entry = this.#set.get(networkId);
      if (entry !== undefined) restorePlace(entry, container.id, facts);
    }
    const reached = this.#portsEndpoint(container.networks);
    this.#running.set(container.id, { container, ports, portsOn: reached?.networkId ?? '' });
    const target = { ipv4: reached?.facts.ipAddress ?? '', ipv6: reached?.facts.globalIPv6Address ?? '' };
    if (ports.length > 0 && !(await this.#options.ports.restore(container.id, ports, target))) {
      this.#options.logger.warn('published ports could not be taken over', { id: container.id });
    }
  }

  settle(): void {
    const used = new Set([...this.#running.values()].flatMap(({ container }) => container.networks.map(({ networkId }) => networkId)));
    const up = [...used].flatMap((id) => this.#set.get(id) ?? []).filter((entry) => this.#tryBringUp(entry));
    for (const running of this.#running.values()) for (const endpoint of running.container.networks) this.#nameOne(running, endpoint);
    const bridges = up.filter(({ network }) => network.driver === 'bridge').map(({ network }) => firewallNetworkOf(network));
    const endpoints = [...this.#running.values()].flatMap((running) => running.container.networks.flatMap((one) => this.#firewallEndpoint(running, one) ?? []));
    if (bridges.length > 0) this.#inFirewall('', (firewall) => firewall.reset(bridges, endpoints));
    this.#options.ports.settle().catch((error: unknown) => {
      this.#options.logger.warn('ports of earlier containers are still held', { reason: messageOf(error) });
    });
  }

  async release(containerId: string, isShared: boolean): Promise<void> {
    const running = this.#running.get(containerId);
    this.#running.delete(containerId);
    if (running === undefined) return;
    this.#options.names.end(containerId);
    if (isShared) await this.#options.links.removeAll(hostLinkPrefix(containerId));
    for (const endpoint of running.container.networks) this.#closeOne(containerId, endpoint);
    for (const endpoint of running.container.networks) this.#announce('disconnect', containerId, endpoint);
    if (running.ports.length > 0) await this.#options.ports.release(containerId);
  }

  /** What containers are on stays; all else goes from the host, and comes back with the first container that needs it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const entry of this.#set.values()) {
      try {
        if (this.membersOf(entry.network.id).length === 0) await entry.driver.tearDown(entry.network);
      } catch (error) {
        this.#options.logger.warn('a network was left behind', { network: entry.network.name, reason: messageOf(error) });
      }
    }
    if (this.#running.size === 0) this.#inFirewall('', (firewall) => firewall.clear());
    this.#options.firewall[Symbol.dispose]();
  }

  #place(
    containerId: string,
    endpoint: contract.ContainerEndpoint,
    slot: number,
    undo: Pick<DisposableStack, 'defer'>,
  ): { readonly placed: contract.ContainerEndpoint; readonly messages: contract.NetworkChange['outside'] } {
    const entry = this.#bringUp(this.#set.named(endpoint.network) ?? this.#set.find(endpoint.network));
    const { network, driver } = entry;
    checkSettings(network, endpoint.settings);
    const facts = takePlace(entry, containerId, endpoint.settings, slot);
    undo.defer(() => releasePlace(entry, containerId));
    const placed = { ...endpoint, networkId: network.id, facts };
    const link = { containerId, name: facts.interfaceName, index: innerIndex(facts), mtu: mtuOf(network), ...(driver.hasMac ? { mac: facts.macAddress } : {}) };
    return { placed, messages: isPlaced(placed) ? driver.link(network, link) : [] };
  }

  /** Ports are reached by the network that has the default route, and at the addresses that its options say. */
  async #publish(containerId: string, networks: readonly contract.ContainerEndpoint[], asked: readonly PortRequest[]): Promise<Omit<Running, 'container'>> {
    const gateway = this.#portsEndpoint(networks);
    if (asked.length === 0 || gateway === undefined) return NO_PORTS;
    const usual = this.#set.get(gateway.networkId)?.network.options[HOST_ADDRESS] ?? '';
    const requests = asked.map((request) => ({ ...request, hostAddress: request.hostAddress || usual }));
    const target = { ipv4: gateway.facts.ipAddress, ipv6: gateway.facts.globalIPv6Address };
    return { ports: await this.#options.ports.publish(containerId, requests, target), portsOn: gateway.networkId };
  }

  /** To another network of the container, when it has one that has a gateway; a port that cannot be had again is lost. */
  async #movePorts({ container, ports }: Running): Promise<Running> {
    await this.#options.ports.release(container.id);
    const again = await this.#publish(container.id, container.networks, planAgain(ports)).catch((error: unknown) => {
      this.#options.logger.warn('published ports were lost with a network', { id: container.id, reason: messageOf(error) });
      return NO_PORTS;
    });
    const moved: Running = { container, ...again };
    this.#running.set(container.id, moved);
    this.#open(moved);
    return moved;
  }

  #portsEndpoint(networks: readonly contract.ContainerEndpoint[]): contract.ContainerEndpoint | undefined {
    const { ipv4, ipv6 } = gatewaysOf(networks.filter(({ networkId }) => this.#set.get(networkId)?.network.driver === 'bridge'));
    return ipv4 ?? ipv6;
  }

  #open(running: Running): void {
    for (const endpoint of running.container.networks) this.#openOne(running, endpoint);
  }

  #openOne(running: Running, endpoint: contract.ContainerEndpoint): void {
    this.#nameOne(running, endpoint);
    const row = this.#firewallEndpoint(running, endpoint);
    // A port that nobody reaches is an error; without one the container is only less guarded.
    if (row !== null && row.ports.length > 0) this.#options.firewall.addEndpoint(row);
    else if (row !== null) this.#inFirewall(endpoint.network, (firewall) => firewall.addEndpoint(row));
  }

  #nameOne({ container }: Running, endpoint: contract.ContainerEndpoint): void {
    if (!Object.hasOwn(BUILTIN, endpoint.network)) this.#options.names.addEndpoint(endpoint.networkId, namedEndpointOf(container, endpoint));
  }

  #close(running: Running): void {
    for (const endpoint of running.container.networks) this.#closeOne(running.container.id, endpoint);
  }

  #closeOne(containerId: string, { networkId }: contract.ContainerEndpoint): void {
    const entry = this.#set.get(networkId);
    if (entry === undefined) return;
    if (entry.network.driver === 'bridge') this.#inFirewall(entry.network.name, (firewall) => firewall.removeEndpoint(containerId, networkId));
    this.#options.names.removeEndpoint(networkId, containerId);
    releasePlace(entry, containerId);
  }

  /** Null for what does not go through bridges of the host. */
  #firewallEndpoint({ container, ports, portsOn }: Running, { networkId, facts }: contract.ContainerEndpoint): FirewallEndpoint | null {
    if (this.#set.get(networkId)?.network.driver !== 'bridge') return null;
    const addresses = [facts.ipAddress, facts.globalIPv6Address].filter((address) => address !== '');
    const rows = portsOn === networkId ? ports.flatMap((port) => targetsOf(port, facts).map((containerAddress) => ({ ...port, containerAddress }))) : [];
    return { containerId: container.id, networkId, addresses, ports: rows };
  }

  #bringUp(entry: NetworkEntry): NetworkEntry {
    if (entry.isUp) return entry;
    const isDefault = entry.network.name === 'bridge';
    const chosen = isDefault ? this.#withDefaultSubnet(entry) : entry;
    const { network, driver } = chosen;
    if (!isDefault) driver.setUp(network);
    if (network.driver === 'bridge') this.#inFirewall(network.name, (firewall) => firewall.addNetwork(firewallNetworkOf(network)));
    if (driver.hasEndpoints && !isDefault) this.#options.names.addNetwork(namedNetworkOf(network));
    return this.#set.markUp(chosen);
  }

  /** Chosen and made. */
  #withDefaultSubnet(entry: NetworkEntry): NetworkEntry {
    const isFree = this.membersOf(entry.network.id).length === 0;
    return this.#options.links.inTurn(() => {
      const chosen = this.#set.withDefaultSubnet(entry, isFree);
      chosen.driver.setUp(chosen.network);
      return chosen;
    });
  }

  /** A machine without nf_tables still has networks. */
  #inFirewall(network: string, change: (firewall: Firewall) => void): void {
    try {
      change(this.#options.firewall);
    } catch (error) {
      this.#options.logger.warn('firewall rules were not taken: what is outside may be out of reach', { network, reason: messageOf(error) });
    }
  }

  #tryBringUp(entry: NetworkEntry): boolean {
    try {
      this.#bringUp(entry);
      return true;
    } catch (error) {
      this.#options.logger.error('a network could not be restored', { network: entry.network.name, reason: messageOf(error) });
      return false;
    }
  }

  async #takeDown({ network, driver }: NetworkEntry): Promise<void> {
    if (network.driver === 'bridge') this.#inFirewall(network.name, (firewall) => firewall.removeNetwork(network.id));
    this.#options.names.removeNetwork(network.id);
    await driver.tearDown(network);
  }

  #announce(action: 'connect' | 'disconnect', containerId: string, { network, networkId }: contract.ContainerEndpoint): void {
    const type = this.#set.get(networkId)?.network.driver ?? '';
    this.#options.events.publish('network', action, networkId, { container: containerId, name: network, type });
  }
}

const NO_PORTS: Omit<Running, 'container'> = { ports: [], portsOn: '' };

function isPlaced({ facts }: contract.ContainerEndpoint): boolean {
  return facts.interfaceName !== '';
}

/** The container's addresses of the families in which the port is reached. */
function targetsOf({ hostAddress }: PublishedPort, facts: contract.EndpointFacts): string[] {
  const both = [facts.ipAddress, facts.globalIPv6Address].filter((address) => address !== '');
  const same = both.filter((address) => hostAddress === '' || address.includes(':') === hostAddress.includes(':'));
  return same.length > 0 ? same : both.slice(0, 1);
}
