/** A bridge as the rules see it. */
export interface FirewallNetwork {
  readonly id: string;
  /** Name of its link on the host. */
  readonly bridge: string;
  readonly subnets: readonly string[];
  /** Nothing gets out or in, save between its containers, to its own resolver, and from the host's processes; its ports are not published. */
  readonly internal: boolean;
  /**
   * `com.docker.network.bridge.enable_icc`. Packets between ports of one bridge pass no rule of the family inet: where this is false,
   * the driver isolates the ports (IFLA_BRPORT_ISOLATED), and the rules drop what goes by the host.
   */
  readonly interContainer: boolean;
  /** `com.docker.network.bridge.enable_ip_masquerade`; per family as `gateway_mode` says. */
  readonly masquerade: boolean;
}

/** A port of a container that others may reach. */
export interface FirewallPort {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Empty: every address of the family. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerAddress: string;
  readonly containerPort: number;
}

/** One container on one network. */
export interface FirewallEndpoint {
  readonly containerId: string;
  readonly networkId: string;
  readonly addresses: readonly string[];
  readonly ports: readonly FirewallPort[];
}

/**
 * The rules of this engine's networks: one table that is ours alone, no other is touched. Each call is one transaction of the kernel
 * and idempotent; throws Unavailable in words when the kernel refuses.
 */
export interface Firewall extends Disposable {
  /** Makes the table hold exactly this; what an earlier engine left is replaced in the same transaction, so that no packet meets a gap. */
  reset(networks: readonly FirewallNetwork[], endpoints: readonly FirewallEndpoint[]): void;
  addNetwork(network: FirewallNetwork): void;
  removeNetwork(networkId: string): void;
  addEndpoint(endpoint: FirewallEndpoint): void;
  removeEndpoint(containerId: string, networkId: string): void;
  /** Removes the table. */
  clear(): void;
}
