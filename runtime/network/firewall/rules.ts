import {
  compare,
  connectionHas,
  dnat,
  FAMILY,
  loadDestinationType,
  loadHeader,
  loadMeta,
  lookUp,
  masquerade,
  toChain,
  translate,
  verdict,
} from '../../sys/netlink/nftables/expressions.ts';
import { addChain, addRule, addSet, addTable, deleteTable } from '../../sys/netlink/nftables/objects.ts';
import type { NftMessage } from '../../sys/netlink/nftables/wire.ts';
import { interfaceBytes, SETS } from './sets.ts';

export interface RuleOptions {
  readonly table: string;
  /** TCP ports of the host that no container may reach. */
  readonly closedPorts: readonly number[];
  /** Forwards nothing but packets of containers: the host routed nothing before this engine made it. */
  readonly routesOnlyContainers: boolean;
}

/** IPS_DST_NAT and IP_CT_NEW and so on, as bits of linux/netfilter/nf_conntrack_common.h and nf_conntrack_tuple_common.h. */
const [ESTABLISHED_OR_RELATED, TRANSLATED] = [0x6, 0x20];
const RTN_LOCAL = Uint8Array.of(2, 0, 0, 0);
const [TCP, UDP, SCTP, ICMP, ICMPV6] = [6, 17, 132, 1, 58].map((number) => Uint8Array.of(number)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const PRIORITY = { raw: -300, dstnat: -100, filter: 0, srcnat: 100 } as const;

/** Offsets of the addresses in both headers (RFC 791, RFC 8200), and of the destination port in TCP, UDP and SCTP. */
const [DESTINATION4, DESTINATION6, DESTINATION_PORT] = [16, 24, 2];

/**
 * The table anew, empty of networks: in one transaction with what was there, so that no packet meets the gap. The whole of the
 * policy is here:
 * - what belongs to a connection passes;
 * - published ports lead to their containers from every other machine and from the host; the proxy serves those who ask for an address of
 *   the loopback network, and containers: where br_netfilter is loaded, a packet that comes back to its own bridge would be bridged, which
 *   takes it to everybody but the port it came by;
 * - a container gets nothing else from beyond its own bridge, neither from other networks nor by its address from outside;
 * - an internal network reaches nothing but its resolver on the host;
 * - 127.0.0.0/8 is the host's alone, whatever `route_localnet` says;
 * - containers that leave by another interface get the address of that interface, as do those that reach a neighbour by a published port of
 *   SCTP, which has no proxy: the answers would not come back through the host otherwise.
 */
export function ruleMessages(options: RuleOptions): NftMessage[] {
  const { table } = options;
  const rule = (chain: string, ...expressions: readonly Uint8Array[]): NftMessage => addRule(table, chain, ...expressions);
  return [
    addTable(table),
    deleteTable(table),
    addTable(table),
    ...Object.values(SETS).map((set) => addSet(table, set)),
    addChain(table, 'raw', { type: 'filter', hook: 'prerouting', priority: PRIORITY.raw }),
    addChain(table, 'published'),
    addChain(table, 'prerouting', { type: 'nat', hook: 'prerouting', priority: PRIORITY.dstnat }),
    addChain(table, 'output', { type: 'nat', hook: 'output', priority: PRIORITY.dstnat }),
    addChain(table, 'postrouting', { type: 'nat', hook: 'postrouting', priority: PRIORITY.srcnat }),
    addChain(table, 'sealed'),
    addChain(table, 'input', { type: 'filter', hook: 'input', priority: PRIORITY.filter }),
    addChain(table, 'inward'),
    addChain(table, 'forward', { type: 'filter', hook: 'forward', priority: PRIORITY.filter }),
    rule('raw', ...toLoopback4(), loadMeta('iifname', 0), compare(0, 'unequal', interfaceBytes('lo')), verdict('drop')),
    ...publishedRules(table),
    rule('prerouting', ...fromBridges(), loadMeta('l4proto', 0), compare(0, 'unequal', SCTP), verdict('return')),
    rule('prerouting', ...toHost(), toChain('jump', 'published')),
    rule('output', ...toLoopback4(), verdict('return')),
    rule('output', ...toLoopback6(), verdict('return')),
    rule('output', ...toHost(), toChain('jump', 'published')),
    rule('postrouting', ...leaves('inverted'), loadMeta('iifname', 0), lookUp(SETS.outbound, 0), masquerade()),
    rule('postrouting', ...connectionHas('status', TRANSLATED, 0), ...leaves('by the same'), masquerade()),
    ...inputRules(options),
    ...forwardRules(options),
  ];
}

function family(name: keyof typeof FAMILY): readonly Uint8Array[] {
  return [loadMeta('nfproto', 0), compare(0, 'equal', Uint8Array.of(FAMILY[name]))];
}

function toLoopback4(): readonly Uint8Array[] {
  return [...family('ipv4'), loadHeader('network', DESTINATION4, 1, 0), compare(0, 'equal', Uint8Array.of(127))];
}

function toLoopback6(): readonly Uint8Array[] {
  const address = new Uint8Array(16);
  address[15] = 1;
  return [...family('ipv6'), loadHeader('network', DESTINATION6, 16, 0), compare(0, 'equal', address)];
}

function toHost(): readonly Uint8Array[] {
  return [loadDestinationType(0), compare(0, 'equal', RTN_LOCAL)];
}

function fromBridges(): readonly Uint8Array[] {
  return [loadMeta('iifname', 0), lookUp(SETS.bridges, 0)];
}

/** A packet that came by a bridge and goes out by the same one, or by another link. */
function leaves(how: 'by the same' | 'inverted'): readonly Uint8Array[] {
  return [loadMeta('iifname', 0), loadMeta('oifname', 4), lookUp(SETS.within, 0, how === 'inverted')];
}

/** The key of a map is put together in registers: an address of four or sixteen bytes, the protocol, the port. */
function publishedRules(table: string): NftMessage[] {
  const service = (at: number): Uint8Array[] => [loadMeta('l4proto', at), loadHeader('transport', DESTINATION_PORT, 2, at + 1)];
  const rule = (...expressions: readonly Uint8Array[]): NftMessage => addRule(table, 'published', ...expressions);
  return [
    rule(...family('ipv4'), loadHeader('network', DESTINATION4, 4, 0), ...service(1), translate(SETS.bound4, 0, 0), dnat('ipv4', 0, 1)),
    rule(...family('ipv4'), ...service(0), translate(SETS.any4, 0, 0), dnat('ipv4', 0, 1)),
    rule(...family('ipv6'), loadHeader('network', DESTINATION6, 16, 0), ...service(4), translate(SETS.bound6, 0, 0), dnat('ipv6', 0, 4)),
    rule(...family('ipv6'), ...service(0), translate(SETS.any6, 0, 0), dnat('ipv6', 0, 4)),
  ];
}

function inputRules({ table, closedPorts }: RuleOptions): NftMessage[] {
  const is = (protocol: Uint8Array): readonly Uint8Array[] => [loadMeta('l4proto', 0), compare(0, 'equal', protocol)];
  const toPort = (port: number): readonly Uint8Array[] => [
    loadHeader('transport', DESTINATION_PORT, 2, 0),
    compare(0, 'equal', Uint8Array.of(port >> 8, port & 255)),
  ];
  return [
    ...closedPorts.map((port) => addRule(table, 'input', ...fromBridges(), ...is(TCP), ...toPort(port), verdict('drop'))),
    addRule(table, 'input', loadMeta('iifname', 0), lookUp(SETS.internal, 0), toChain('goto', 'sealed')),
    addRule(table, 'sealed', ...connectionHas('state', ESTABLISHED_OR_RELATED, 0), verdict('accept')),
    addRule(table, 'sealed', ...is(ICMP), verdict('accept')),
    addRule(table, 'sealed', ...is(ICMPV6), verdict('accept')),
    addRule(table, 'sealed', ...is(UDP), ...toPort(53), verdict('accept')),
    addRule(table, 'sealed', ...is(TCP), ...toPort(53), verdict('accept')),
    addRule(table, 'sealed', verdict('drop')),
  ];
}

function forwardRules({ table, routesOnlyContainers }: RuleOptions): NftMessage[] {
  const from = (set: typeof SETS.bridges | typeof SETS.internal, inverted = false): readonly Uint8Array[] => [loadMeta('iifname', 0), lookUp(set, 0, inverted)];
  const to = (set: typeof SETS.bridges | typeof SETS.internal): readonly Uint8Array[] => [loadMeta('oifname', 0), lookUp(set, 0)];
  return [
    addRule(table, 'forward', ...connectionHas('state', ESTABLISHED_OR_RELATED, 0), verdict('accept')),
    addRule(table, 'forward', ...to(SETS.bridges), toChain('goto', 'inward')),
    addRule(table, 'forward', ...from(SETS.internal), verdict('drop')),
    ...(routesOnlyContainers ? [addRule(table, 'forward', ...from(SETS.bridges, true), verdict('drop'))] : []),
    addRule(table, 'inward', loadMeta('iifname', 0), loadMeta('oifname', 4), lookUp(SETS.between, 0), verdict('accept')),
    addRule(table, 'inward', ...to(SETS.internal), verdict('drop')),
    addRule(table, 'inward', ...from(SETS.internal), verdict('drop')),
    addRule(table, 'inward', ...connectionHas('status', TRANSLATED, 0), verdict('accept')),
    addRule(table, 'inward', verdict('drop')),
  ];
}
