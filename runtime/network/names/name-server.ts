import type { ResolverDescriptors } from '../../sys/launcher/launcher.ts';

/** A container as one network's resolver knows it. */
export interface NamedEndpoint {
  readonly containerId: string;
  /** Its name, short id, aliases, hostname: all of them answer, those that several containers share with all addresses. */
  readonly names: readonly string[];
  /** Names that answer for this container's own questions alone, each for a name of the same network (`--link db:alias`). */
  readonly links: Readonly<Record<string, string>>;
  /** Empty: it has none of that family. */
  readonly ipv4: string;
  readonly ipv6: string;
}

export interface NamedNetwork {
  readonly id: string;
  /** Answers after a dot, too: `web.backend`. */
  readonly name: string;
  /** Answers nothing from outside. */
  readonly internal: boolean;
  /** What host.docker.internal and gateway.docker.internal are; empty: not that family. */
  readonly gateway: { readonly ipv4: string; readonly ipv6: string };
}

/** What a container asked for. */
export interface ResolverOptions {
  /** `--dns`; empty: the host's. Asked from the host's network, so a loopback address is not what the container means by it: such ones are left out. */
  readonly servers: readonly string[];
}

/**
 * The resolver of containers on networks of a user's own, at 127.0.0.11 in each of them as Docker has it: names of containers on the
 * networks it is on, host.docker.internal and gateway.docker.internal, PTR, everything else from the host's resolvers as they are
 * at that moment (not when all of its networks are internal). No address of the host is listened on, so no firewall is in the way.
 */
export interface NameServer extends AsyncDisposable {
  addNetwork(network: NamedNetwork): void;
  /** With all that is on it. Idempotent. */
  removeNetwork(networkId: string): void;
  /** Replaces what the container had on that network. */
  addEndpoint(networkId: string, endpoint: NamedEndpoint): void;
  removeEndpoint(networkId: string, containerId: string): void;
  /** Answers a container's questions from now on, by copies of its monitor's sockets. */
  serve(containerId: string, sockets: ResolverDescriptors, options: ResolverOptions): void;
  /** Idempotent. */
  end(containerId: string): void;
}
