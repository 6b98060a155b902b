import type { ForProcess, InnerLink } from '../../sys/netlink/link.ts';
import type { Network } from '../network-service.ts';

/** One container's interface, as its network makes it. */
export interface DriverLink extends InnerLink {
  readonly containerId: string;
}

/** A kind of network. What it makes on the host has the network's id in its name or its alias, so that it is found again. */
export interface NetworkDriver {
  /** Names of the options it knows; others are refused. */
  readonly options: ReadonlySet<string>;
  /** Whether an interface has a MAC of its own. */
  readonly hasMac: boolean;
  /** Whether every interface gets addresses; those of other networks do not even exist. */
  readonly hasEndpoints: boolean;
  /** Throws InvalidArgument naming the option that is wrong. */
  check(network: Network): void;
  /** Makes what all of its containers stand on. Idempotent; after a failure `tearDown` takes what was made. */
  setUp(network: Network): void;
  /** In the order in which they are to be sent. */
  link(network: Network, link: DriverLink): readonly ForProcess[];
  /** Whether interfaces find every address by themselves instead of by a gateway. */
  routesByLink(network: Network): boolean;
  /** Idempotent. */
  tearDown(network: Network): Promise<void>;
}
