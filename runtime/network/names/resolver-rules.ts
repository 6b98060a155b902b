import { compare, dnat, FAMILY, loadConstant, loadHeader, loadMeta } from '../../sys/netlink/nftables/expressions.ts';
import { addChain, addRule, addTable } from '../../sys/netlink/nftables/objects.ts';
import { encodeBatch } from '../../sys/netlink/nftables/wire.ts';

/** Where containers ask for names. */
export const RESOLVER_ADDRESS = '127.0.0.11';
const TABLE = 'slipway-resolver';
const CHAIN = 'output';
/** NF_IP_PRI_NAT_DST. */
const PRIORITY = -100;
const PROTOCOLS = [17, 6] as const;
const DNS_PORT = 53;

/**
 * For the inside of a container: questions to port 53 of the resolver's address go to the port where its sockets are. The port 53 of all
 * addresses stays free for a name server in the container.
 */
export function resolverRules(port: number): Uint8Array {
  const address = Uint8Array.from(RESOLVER_ADDRESS.split('.'), Number);
  return encodeBatch([
    addTable(TABLE),
    addChain(TABLE, CHAIN, { type: 'nat', hook: 'output', priority: PRIORITY }),
    ...PROTOCOLS.map((protocol) =>
      addRule(
        TABLE,
        CHAIN,
        loadMeta('nfproto', 0),
        compare(0, 'equal', Uint8Array.of(FAMILY.ipv4)),
        loadMeta('l4proto', 0),
        compare(0, 'equal', Uint8Array.of(protocol)),
        loadHeader('network', 16, 4, 0),
        compare(0, 'equal', address),
        loadHeader('transport', 2, 2, 0),
        compare(0, 'equal', be16(DNS_PORT)),
        loadConstant(address, 0),
        loadConstant(be16(port), 1),
        dnat('ipv4', 0, 1),
      ),
    ),
  ]);
}

function be16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
