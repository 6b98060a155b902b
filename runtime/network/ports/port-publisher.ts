/** `-p`: a port of the container and where it is wanted on the host. */
export interface PortRequest {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly containerPort: number;
  /** Empty: all addresses, of both families where the container has both. */
  readonly hostAddress: string;
  /** First and last that may be taken; 0 and 0: any free one. */
  readonly hostPortFirst: number;
  readonly hostPortLast: number;
}

export interface PublishedPort {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly containerPort: number;
  readonly hostAddress: string;
  readonly hostPort: number;
}

/** Where a container is reached; empty: not by that family. */
export interface PortTarget {
  readonly ipv4: string;
  readonly ipv6: string;
}

/**
 * Ports of the host held for containers. A held port is bound by a process that outlives the engine (the launcher's proxy), so that no
 * other program takes it and 127.0.0.1 reaches it; packets from elsewhere go by the firewall's rules.
 */
export interface PortPublisher extends AsyncDisposable {
  /**
   * Takes all ports or none. Conflict when one is taken, in Docker's words with the holder's pid and command
   * (`Bind for 0.0.0.0:80 failed: port is already allocated by container 5f…`, or `address already in use by pid 12 (nginx)`). A request for
   * all addresses gives one port for IPv4 and the same one for IPv6.
   */
  publish(containerId: string, requests: readonly PortRequest[], target: PortTarget): Promise<readonly PublishedPort[]>;
  /** Idempotent; connections that are open end. */
  release(containerId: string): Promise<void>;
  /** Takes over what an earlier engine published, or publishes it again where nothing holds it any more; false when that cannot be done. */
  restore(containerId: string, ports: readonly PublishedPort[], target: PortTarget): Promise<boolean>;
  /** Ends what an earlier engine held for containers that were not restored. */
  settle(): Promise<void>;
}
