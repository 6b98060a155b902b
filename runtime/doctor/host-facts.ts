import type { HostRoute } from '../network/ipam/host-routes.ts';
import type { NftChain } from '../sys/netlink/nftables/chains.ts';

/** A network of the engine's that uses a bridge. */
export interface BridgeFacts {
  readonly name: string;
  readonly bridge: string;
  readonly subnets: readonly string[];
  readonly internal: boolean;
  /** The link is there. */
  readonly isUp: boolean;
}

/** What the checks judge; gathered in one place so that they are pure. */
export interface HostFacts {
  /** Null: this kernel has no nf_tables. */
  readonly chains: readonly NftChain[] | null;
  /** Name of the engine's table. */
  readonly table: string;
  /** Policy of FORWARD in the older iptables; null: it is not in use. */
  readonly legacyForwardPolicy: string | null;
  readonly bridges: readonly BridgeFacts[];
  readonly routes: readonly HostRoute[];
  readonly forwarding: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** br_netfilter gives packets between ports of a bridge to iptables. */
  readonly bridgeNetfilter: boolean;
  readonly isUfwEnabled: boolean;
  /** Connections that the kernel tracks, and how many it can. */
  readonly tracked: { readonly count: number; readonly limit: number };
  readonly cgroupProblems: readonly string[];
  /** The launcher's program, and whether it is there. */
  readonly launcher: { readonly path: string; readonly exists: boolean };
  readonly disk: { readonly path: string; readonly free: number; readonly total: number; readonly freeFiles: number; readonly files: number };
}
