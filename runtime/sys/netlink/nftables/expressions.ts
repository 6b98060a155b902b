import { attribute, text } from '../message.ts';
import { be32, dataValue, nested } from './wire.ts';

/**
 * Expressions of rules, as `nft --debug=netlink` prints them; pure. Each loads into or tests registers of four bytes, of which
 * there are 16; a test that fails ends the rule. Longer values take the registers behind as well.
 */

type Register = number;
/** NFT_REG32_00. */
const FIRST_REGISTER = 8;
const VERDICT_REGISTER = 0;

const register = (index: Register): Uint8Array => be32(FIRST_REGISTER + index);

function expression(name: string, ...data: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([attribute(1, text(name)), nested(2, ...data)]);
}

const META = { iifname: 6, oifname: 7, nfproto: 15, l4proto: 16 } as const;

export function loadMeta(key: keyof typeof META, into: Register): Uint8Array {
  return expression('meta', attribute(2, be32(META[key])), attribute(1, register(into)));
}

/** Bytes of the network or transport header. */
export function loadHeader(header: 'network' | 'transport', offset: number, length: number, into: Register): Uint8Array {
  const base = header === 'network' ? 1 : 2;
  return expression('payload', attribute(1, register(into)), attribute(2, be32(base)), attribute(3, be32(offset)), attribute(4, be32(length)));
}

/** Is the register (not) equal to these bytes? */
export function compare(from: Register, relation: 'equal' | 'unequal', bytes: Uint8Array): Uint8Array {
  return expression('cmp', attribute(1, register(from)), attribute(2, be32(relation === 'equal' ? 0 : 1)), nested(3, dataValue(bytes)));
}

/** Is the key in the set, or, `inverted`, not? The set is one of the same transaction. */
export function lookUp(set: { readonly name: string; readonly id: number }, from: Register, inverted = false): Uint8Array {
  const flags = inverted ? [attribute(5, be32(1))] : [];
  return expression('lookup', attribute(2, register(from)), attribute(1, text(set.name)), attribute(4, be32(set.id)), ...flags);
}

/** Replaces the key by what the map has for it; ends the rule when it has nothing. */
export function translate(map: { readonly name: string; readonly id: number }, from: Register, into: Register): Uint8Array {
  return expression('lookup', attribute(2, register(from)), attribute(1, text(map.name)), attribute(4, be32(map.id)), attribute(3, register(into)));
}

/** `fib daddr type`: RTN_* of the destination as the routing table knows it; 2 is an address of the host. */
export function loadDestinationType(into: Register): Uint8Array {
  const [RESULT_ADDRTYPE, FLAG_DADDR] = [3, 2];
  return expression('fib', attribute(3, be32(FLAG_DADDR)), attribute(2, be32(RESULT_ADDRTYPE)), attribute(1, register(into)));
}

const CONNECTION = { state: 0, status: 2 } as const;

/** Has the packet's connection one of these bits? Numbers are in the machine's order. */
export function connectionHas(key: keyof typeof CONNECTION, bits: number, scratch: Register): readonly Uint8Array[] {
  const mask = new Uint8Array(4);
  new DataView(mask.buffer).setUint32(0, bits, true);
  return [
    expression('ct', attribute(2, be32(CONNECTION[key])), attribute(1, register(scratch))),
    expression(
      'bitwise',
      attribute(1, register(scratch)),
      attribute(2, register(scratch)),
      attribute(3, be32(4)),
      nested(4, dataValue(mask)),
      nested(5, dataValue(new Uint8Array(4))),
    ),
    compare(scratch, 'unequal', new Uint8Array(4)),
  ];
}

const VERDICTS = { drop: 0, accept: 1, jump: -3, goto: -4, return: -5 } as const;

export function verdict(kind: 'accept' | 'drop' | 'return'): Uint8Array {
  return expression('immediate', attribute(1, be32(VERDICT_REGISTER)), nested(2, nested(2, attribute(1, be32(VERDICTS[kind])))));
}

/** `jump` comes back at the end of that chain, `goto` does not. */
export function toChain(kind: 'jump' | 'goto', chain: string): Uint8Array {
  const code = nested(2, attribute(1, be32(VERDICTS[kind])), attribute(2, text(chain)));
  return expression('immediate', attribute(1, be32(VERDICT_REGISTER)), nested(2, code));
}

/** NFPROTO_*. */
export const FAMILY = { ipv4: 2, ipv6: 10 } as const;

/** Sends the connection to the address and the port in two registers. */
export function dnat(family: keyof typeof FAMILY, address: Register, port: Register): Uint8Array {
  const NF_NAT_DNAT = 1;
  return expression('nat', attribute(1, be32(NF_NAT_DNAT)), attribute(2, be32(FAMILY[family])), attribute(3, register(address)), attribute(5, register(port)));
}

/** A constant for a later expression. */
export function loadConstant(bytes: Uint8Array, into: Register): Uint8Array {
  return expression('immediate', attribute(1, register(into)), nested(2, dataValue(bytes)));
}

/** Gives the connection the address of the interface by which it leaves. */
export function masquerade(): Uint8Array {
  return expression('masq');
}
