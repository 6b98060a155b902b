import { z } from 'zod';
import { type BulkResult, id, ids } from './fields.ts';

/** An address or a block of them as text; empty: the engine chooses. */
const address = z.string().max(64);

const MACVLAN_MODES = ['bridge', 'private', 'vepa', 'passthru'] as const;
const IPVLAN_MODES = ['l2', 'l3', 'l3s'] as const;

const networkSchema = z.strictObject({
  name: z.string().min(1).max(128),
  driver: z.enum(['bridge', 'macvlan', 'ipvlan']),
  /** A link of the host's for macvlan and ipvlan, `eth0` or `eth0.50`; empty: one that leads nowhere. */
  parent: z.string().max(15),
  /** Of a macvlan or ipvlan; empty: the engine's own choice, `bridge` and `l2`. */
  mode: z.enum(['', ...MACVLAN_MODES, ...IPVLAN_MODES]),
  internal: z.boolean(),
  ipv6: z.boolean(),
  subnets: z
    .array(
      z.strictObject({
        subnet: z.string().min(1).max(64),
        range: address,
        gateway: address,
        /** Addresses by name that no container gets. */
        auxiliary: z.record(z.string().min(1).max(128), address).refine((all) => Object.keys(all).length <= 1000, 'more than 1000 addresses'),
      }),
    )
    .max(64),
  /** Bytes; 0: the host's. */
  mtu: z.number().int().min(0).max(65_535),
  labels: z.record(z.string().min(1).max(1024), z.string().max(65_536)).refine((labels) => Object.keys(labels).length <= 1000, 'more than 1000 labels'),
});
export type NetworkRequest = z.infer<typeof networkSchema>;

export const networkRequestSchemas = {
  'network.create': networkSchema,
  'network.remove': z.strictObject({ ids }),
  'network.inspect': z.strictObject({ id }),
  'network.connect': z.strictObject({
    id,
    container: id,
    aliases: z.array(z.string().min(1).max(253)).max(100),
    ipv4: address,
    ipv6: address,
    mac: z.string().max(17),
  }),
  /** Takes containers off one network. */
  'network.disconnect': z.strictObject({ id, containers: ids }),
  'network.links': z.strictObject({}),
} as const;

/** A link of this machine on which a network could stand. */
export interface HostLink {
  readonly name: string;
  /** `address/length` of each of its addresses. */
  readonly addresses: readonly string[];
}

export interface NetworkResults {
  'network.create': { readonly id: string };
  'network.remove': BulkResult;
  /** Docker's inspect object as it came. */
  'network.inspect': unknown;
  'network.connect': null;
  'network.disconnect': BulkResult;
  'network.links': { readonly links: readonly HostLink[] };
}
