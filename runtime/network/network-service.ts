/** What a container needs to be on a network: requests for the launcher and the facts that inspect shows. */
export interface Endpoint {
  /** rtnetlink requests for the inside of the container's network namespace. */
  readonly inside: readonly Uint8Array[];
  /** Requests of the monitor on the host; the u32 at `pidOffset` becomes the pid of the container's init. */
  readonly outside: readonly { readonly message: Uint8Array; readonly pidOffset: number }[];
  readonly facts: { readonly mode: string; readonly ipAddress: string; readonly prefixLength: number; readonly gateway: string; readonly macAddress: string };
}

/** What a container asks of its place on a network. */
export interface EndpointOptions {
  /** In colons; absent: one made from the address. */
  readonly macAddress?: string;
}

/** A network as lists show it. */
export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly createdAt: bigint;
  readonly internal: boolean;
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string }[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The networks of this engine: `bridge` (also called `default`), `host` and `none`. The bridge, its address and its rules
 * are made when the first container needs them.
 */
export interface NetworkService extends AsyncDisposable {
  /** Throws NotFound `network X not found` when the mode names none. */
  check(mode: string): void;
  /** Addresses and links for one run of a container. Undone by `release`. */
  connect(containerId: string, mode: string, options?: EndpointOptions): Promise<Endpoint>;
  /** Notes the address of a container that runs from before this engine. Idempotent. */
  restore(containerId: string, ipAddress: string): void;
  /**
   * Idempotent. The link goes with the container's namespace; where others are in it still, `isShared`, it goes at once, before
   * its address is another's.
   */
  release(containerId: string, isShared: boolean): void;
  list(): readonly NetworkFacts[];
}
