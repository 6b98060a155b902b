import { attribute } from '../message.ts';

/**
 * Values and frames of nf_tables over netlink (linux/netfilter/nf_tables.h, nfnetlink.h); pure. Numbers are big endian here,
 * other than in rtnetlink.
 */

const NLA_F_NESTED = 0x8000;
const HEADER = 20;
const NFNL_SUBSYS_NFTABLES = 10;
/** The family whose chains see IPv4 and IPv6. */
const NFPROTO_INET = 1;

export function be32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0);
  return bytes;
}

export function nested(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return attribute(type | NLA_F_NESTED, ...parts);
}

/** NFTA_DATA_VALUE, which every constant is wrapped in. */
export function dataValue(bytes: Uint8Array): Uint8Array {
  return attribute(1, bytes);
}

/** One request of a transaction, without its place in it. */
export interface NftMessage {
  /** NFT_MSG_*. */
  readonly type: number;
  /** NLM_F_*. */
  readonly flags: number;
  readonly body: Uint8Array;
  /** What is being done, for the words of a failure. */
  readonly step: string;
}

/** `struct nlmsghdr` and `struct nfgenmsg`, and what follows. `type` is of subsystem and kind. */
export function frame(type: number, flags: number, sequence: number, family: number, resource: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, sequence, true);
  bytes[16] = family;
  view.setUint16(18, resource);
  bytes.set(body, HEADER);
  return bytes;
}

const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const BATCH = { BEGIN: 0x10, END: 0x11 } as const;
const NOTHING = new Uint8Array();

/**
 * The messages as one datagram that the kernel carries out whole or not at all. Message `i` has the sequence number `i + 1`; the
 * last one alone asks for an acknowledgement, failures are told for each.
 */
export function encodeBatch(messages: readonly NftMessage[]): Uint8Array {
  const frames = [
    frame(BATCH.BEGIN, NLM_F_REQUEST, 0, 0, NFNL_SUBSYS_NFTABLES, NOTHING),
    ...messages.map(({ type, flags, body }, index) => {
      const wanted = index === messages.length - 1 ? NLM_F_ACK : 0;
      return frame((NFNL_SUBSYS_NFTABLES << 8) | type, flags | wanted | NLM_F_REQUEST, index + 1, NFPROTO_INET, 0, body);
    }),
    frame(BATCH.END, NLM_F_REQUEST, messages.length + 1, 0, NFNL_SUBSYS_NFTABLES, NOTHING),
  ];
  return Buffer.concat(frames);
}

/** Asks for the chains of every table and family. */
export function encodeChainsRequest(): Uint8Array {
  const [NFT_MSG_GETCHAIN, NLM_F_DUMP] = [4, 0x300];
  return frame((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETCHAIN, NLM_F_REQUEST | NLM_F_DUMP, 1, 0, 0, NOTHING);
}
