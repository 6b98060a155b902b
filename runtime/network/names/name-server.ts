/** A container as one network's resolver knows it. */
export interface NamedEndpoint {
  readonly containerId: string;
  /** Its name, short id, aliases, hostname: all of them answer, those that several containers share with all addresses. */
  readonly names: readonly string[];
  readonly ipv4: string;
  readonly ipv6: string;
}

export interface NamedNetwork {
  readonly id: string;
  /** Answers nothing from outside. */
  readonly internal: boolean;
}

/** What a container asked for: `--dns`, `--dns-search`, `--dns-option`, links. */
export interface ResolverOptions {
  readonly servers: readonly string[];
  readonly extraNames: Readonly<Record<string, string>>;
}

/** Sockets that listen on 127.0.0.11:53 inside of a container's network namespace; the container's monitor holds them too, so that they outlive the engine. */
export interface ResolverSockets {
  readonly udp: number;
  readonly tcp: number;
}

/**
 * The resolver of containers on networks of a user's own, at 127.0.0.11 in each of them as Docker has it: names of containers on the
 * networks it is on, host.docker.internal and gateway.docker.internal, PTR, everything else from the host's resolvers as they are
 * at that moment (not when all of its networks are internal). No address of the host is listened on, so no firewall is in the way.
 */
export interface NameServer extends AsyncDisposable {
  addNetwork(network: NamedNetwork): void;
  removeNetwork(networkId: string): void;
  addEndpoint(networkId: string, endpoint: NamedEndpoint): void;
  removeEndpoint(networkId: string, containerId: string): void;
  /** Answers a container's questions from now on; takes the descriptors over. */
  serve(containerId: string, sockets: ResolverSockets, options: ResolverOptions): void;
  /** Idempotent. */
  end(containerId: string): void;
}
