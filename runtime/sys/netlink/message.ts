/**
 * rtnetlink messages as bytes (netlink(7), rtnetlink(7)); pure. Host byte order, which is little endian on every
 * supported architecture.
 */

export const RTM = { NEWLINK: 16, DELLINK: 17, SETLINK: 19, NEWADDR: 20, NEWROUTE: 24 } as const;
/** NLM_F_* of netlink(7). */
export const NLM = { REQUEST: 0x1, ACK: 0x4, REPLACE: 0x100, EXCL: 0x200, CREATE: 0x400 } as const;
/** IFLA_*, IFA_*, RTA_* and those inside IFLA_LINKINFO, of linux/if_link.h, if_addr.h, rtnetlink.h and veth.h. */
export const ATTRIBUTE = {
  IFLA_ADDRESS: 1,
  IFLA_IFNAME: 3,
  IFLA_MTU: 4,
  IFLA_LINK: 5,
  IFLA_MASTER: 10,
  IFLA_PROTINFO: 12,
  IFLA_LINKINFO: 18,
  IFLA_NET_NS_PID: 19,
  IFLA_IFALIAS: 20,
  IFLA_AF_SPEC: 26,
  IFLA_INFO_KIND: 1,
  IFLA_INFO_DATA: 2,
  IFLA_INET6_ADDR_GEN_MODE: 8,
  IFLA_MACVLAN_MODE: 1,
  IFLA_IPVLAN_MODE: 1,
  IFLA_IPVLAN_FLAGS: 2,
  IFLA_VLAN_ID: 1,
  IFLA_BRPORT_ISOLATED: 33,
  VETH_INFO_PEER: 1,
  IFA_ADDRESS: 1,
  IFA_LOCAL: 2,
  RTA_OIF: 4,
  RTA_GATEWAY: 5,
} as const;

export const IFF_UP = 1;
export const AF_INET = 2;
export const AF_BRIDGE = 7;
export const AF_INET6 = 10;
/** NLA_F_NESTED, which the kernel insists on where it could also read an older form of the attribute. */
export const NESTED = 0x8000;
const HEADER = 16;
/** Offset of nlmsg_pid in a message. */
export const SENDER = 12;

function padded(length: number): number {
  return (length + 3) & ~3;
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 255, value >> 8);
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`);
}

/** One attribute: u16 length, u16 type, data padded to four bytes. Several parts make a nested attribute. */
export function attribute(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0) + 4;
  const bytes = new Uint8Array(padded(length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, length, true);
  view.setUint16(2, type, true);
  let offset = 4;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** `struct ifinfomsg`: `index` 0 lets the kernel choose, or find the link by its name. */
export function linkHeader(index: number, flags: number, change = flags): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setInt32(4, index, true);
  view.setUint32(8, flags, true);
  view.setUint32(12, change, true);
  return bytes;
}

/** A whole request that wants an acknowledgement. */
export function message(type: number, flags: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, HEADER);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags | NLM.REQUEST | NLM.ACK, true);
  view.setUint32(8, 1, true);
  let offset = HEADER;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Reads the error of an acknowledgement (NLMSG_ERROR): 0 for success, else a positive errno. Throws when it is none. */
export function acknowledgedErrno(reply: Uint8Array): number {
  const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength);
  if (reply.length < HEADER + 4 || view.getUint16(4, true) !== 2) throw new Error('netlink: the answer is no acknowledgement');
  return Math.abs(view.getInt32(HEADER, true));
}
