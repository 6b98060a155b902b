import type { ResolverDescriptors } from '../sys/launcher/launcher.ts';
import type { ResolverOptions } from './names/name-server.ts';
import type { PortRequest, PublishedPort } from './ports/port-publisher.ts';

/** One subnet of a network; addresses as text, empty where there is none. */
export interface IpamPool {
  readonly subnet: string;
  /** Part of the subnet from which addresses are chosen; empty: all of it. */
  readonly ipRange: string;
  readonly gateway: string;
  /** Addresses that nobody is given, by a name of the user's. */
  readonly auxiliary: Readonly<Record<string, string>>;
}

export interface Network {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  /** `bridge`, `host`, `null`, `macvlan` or `ipvlan`. */
  readonly driver: string;
  /** Nanoseconds since the epoch. */
  readonly createdAt: bigint;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIPv4: boolean;
  readonly enableIPv6: boolean;
  /** Its subnets; chosen by the engine unless `hasOwnSubnets`, which static addresses need. */
  readonly pools: readonly IpamPool[];
  readonly hasOwnSubnets: boolean;
  readonly ipamOptions: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is asked for; what is absent or empty is chosen. */
export interface NetworkRequest {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIPv4: boolean;
  readonly enableIPv6: boolean;
  readonly ipamDriver: string;
  readonly ipamOptions: Readonly<Record<string, string>>;
  readonly pools: readonly IpamPool[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a container asks of its place on one network; kept over stop and start. Empty: chosen. */
export interface EndpointSettings {
  readonly ipv4Address: string;
  readonly ipv6Address: string;
  readonly linkLocal: readonly string[];
  readonly aliases: readonly string[];
  /** `container:alias`, names that this container alone has for others. */
  readonly links: readonly string[];
  /** In colons. */
  readonly macAddress: string;
  readonly driverOpts: Readonly<Record<string, string>>;
  /** Of the networks with a gateway, the highest one has the default route; then by name. */
  readonly gatewayPriority: number;
}

/** Where a container is on one network while it runs; empty and 0 else. */
export interface EndpointFacts {
  readonly endpointId: string;
  /** Its interface, `eth0`; the index in the container's namespace follows from the slot. */
  readonly interfaceName: string;
  readonly slot: number;
  readonly ipAddress: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly globalIPv6Address: string;
  readonly globalIPv6PrefixLength: number;
  readonly ipv6Gateway: string;
  readonly macAddress: string;
}

/** One network of a container. */
export interface ContainerEndpoint {
  /** Name of the network. */
  readonly network: string;
  readonly networkId: string;
  readonly settings: EndpointSettings;
  readonly facts: EndpointFacts;
}

/** A container as its networks know it. */
export interface NetworkedContainer {
  readonly id: string;
  readonly name: string;
  /** Empty: none but its id. */
  readonly hostname: string;
  readonly networks: readonly ContainerEndpoint[];
}

/** rtnetlink requests; in those of the host the u32 at `pidOffset` becomes the pid of the container's init. */
export interface NetworkChange {
  readonly outside: readonly { readonly message: Uint8Array; readonly pidOffset: number }[];
  /** For the inside of the container's network namespace. */
  readonly inside: readonly Uint8Array[];
}

/** What one run needs, and where it is. */
export interface RunNetwork extends NetworkChange {
  /** For the inside, in slash form; after the requests. */
  readonly sysctls: readonly { readonly key: string; readonly value: string }[];
  readonly networks: readonly ContainerEndpoint[];
  readonly ports: readonly PublishedPort[];
}

/** Who is on a network at the moment. */
export interface NetworkMember {
  readonly containerId: string;
  readonly name: string;
  readonly facts: EndpointFacts;
}

/**
 * The networks of this engine: `bridge` (also called `default`), `host` and `none`, and those of users. A network is found by full id, name
 * or unique prefix of an id; NotFound `network X not found`.
 */
export interface NetworkService extends AsyncDisposable {
  list(): readonly Network[];
  find(ref: string): Network;
  /** By name; of running containers. */
  membersOf(networkId: string): readonly NetworkMember[];
  /** Nothing is left after a failure. InvalidArgument, PermissionDenied, Conflict and NotFound in Docker's words. */
  create(request: NetworkRequest): Promise<Network>;
  /** PermissionDenied for one of the engine's own and for one that is in use. */
  remove(ref: string): Promise<void>;
  /** Throws InvalidArgument in Docker's words for settings that this network can never fulfil. */
  check(network: Network, settings: EndpointSettings): void;
  /** Addresses, links, ports and rules for one run; all or nothing. Undone by `release`. */
  connect(container: NetworkedContainer, ports: readonly PortRequest[]): Promise<RunNetwork>;
  /** A running container, which has `networks`, gets one more. Undone by `detach`. */
  attach(container: NetworkedContainer, added: ContainerEndpoint): NetworkChange & { readonly endpoint: ContainerEndpoint };
  /** Takes one of its networks from a running container; ports that were reached by it move to another one, where there is one. */
  detach(container: NetworkedContainer, networkId: string): Promise<NetworkChange & { readonly ports: readonly PublishedPort[] }>;
  /** Follows a container to another name. */
  rename(containerId: string, name: string): void;
  /** Answers a container's questions for names, by the sockets its monitor has opened inside. */
  serve(containerId: string, sockets: ResolverDescriptors, options: ResolverOptions): void;
  /** Notes a container that runs from before this engine, before `settle`. Idempotent. */
  restore(container: NetworkedContainer, ports: readonly PublishedPort[]): Promise<void>;
  /** All that run are restored: the rules become those of their networks, whatever is there. */
  settle(): void;
  /**
   * Idempotent. The links go with the container's namespace; where others are in it still, `isShared`, they go at once, before
   * their addresses are another's.
   */
  release(containerId: string, isShared: boolean): Promise<void>;
}
