import type { NamedEndpoint, NamedNetwork } from './name-server.ts';

export interface Addresses {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

interface Entry {
  readonly network: NamedNetwork;
  readonly endpoints: Map<string, NamedEndpoint>;
}

const GATEWAY_NAMES = new Set(['host.docker.internal', 'gateway.docker.internal']);

/** Who is on which network under which names. Names are told apart without case. */
export class NameTable {
  readonly #networks = new Map<string, Entry>();

  addNetwork(network: NamedNetwork): void {
    this.#networks.set(network.id, { network, endpoints: this.#networks.get(network.id)?.endpoints ?? new Map<string, NamedEndpoint>() });
  }

  removeNetwork(networkId: string): void {
    this.#networks.delete(networkId);
  }

  addEndpoint(networkId: string, endpoint: NamedEndpoint): void {
    this.#networks.get(networkId)?.endpoints.set(endpoint.containerId, endpoint);
  }

  removeEndpoint(networkId: string, containerId: string): void {
    this.#networks.get(networkId)?.endpoints.delete(containerId);
  }

  /** Whether a container has a network that leads outside. */
  hasOutside(containerId: string): boolean {
    return this.#networksOf(containerId).some(({ network }) => !network.internal);
  }

  /** All addresses of a name as `containerId` sees it; undefined: no name of its networks. */
  lookUp(containerId: string, name: string): Addresses | undefined {
    const wanted = name.toLowerCase();
    const networks = this.#networksOf(containerId);
    for (const { network, endpoints } of networks) {
      const short = wanted.endsWith(`.${network.name.toLowerCase()}`) ? wanted.slice(0, -network.name.length - 1) : undefined;
      const own = endpoints.get(containerId);
      const found = [...endpoints.values()].filter(
        (endpoint) => isNamed(endpoint, linked(own, wanted)) || (short !== undefined && isNamed(endpoint, linked(own, short))),
      );
      if (found.length > 0) return addressesOf(found);
    }
    return GATEWAY_NAMES.has(wanted) && networks.length > 0 ? gatewayOf(networks.map(({ network }) => network)) : undefined;
  }

  /** The name of who has an address on a container's networks. */
  nameOf(containerId: string, address: string): string | undefined {
    for (const { network, endpoints } of this.#networksOf(containerId)) {
      const found = [...endpoints.values()].find(({ ipv4, ipv6 }) => ipv4 === address || ipv6 === address);
      if (found !== undefined) return `${found.names[0] ?? found.containerId.slice(0, 12)}.${network.name}`;
    }
    return undefined;
  }

  #networksOf(containerId: string): Entry[] {
    return [...this.#networks.values()].filter(({ endpoints }) => endpoints.has(containerId));
  }
}

function linked(own: NamedEndpoint | undefined, name: string): string {
  const link = Object.entries(own?.links ?? {}).find(([alias]) => alias.toLowerCase() === name);
  return link === undefined ? name : link[1].toLowerCase();
}

function isNamed(endpoint: NamedEndpoint, name: string): boolean {
  return endpoint.names.some((own) => own.toLowerCase() === name);
}

function addressesOf(endpoints: readonly NamedEndpoint[]): Addresses {
  const of = (family: 'ipv4' | 'ipv6'): string[] => endpoints.map((endpoint) => endpoint[family]).filter((address) => address !== '');
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

function gatewayOf(networks: readonly NamedNetwork[]): Addresses {
  const first = (family: 'ipv4' | 'ipv6'): string[] =>
    networks
      .map(({ gateway }) => gateway[family])
      .filter((address) => address !== '')
      .slice(0, 1);
  return { ipv4: first('ipv4'), ipv6: first('ipv6') };
}
