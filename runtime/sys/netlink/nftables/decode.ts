/** One message of a datagram of the kernel's packet filter, behind `struct nlmsghdr` and `struct nfgenmsg`. */
export interface FilterMessage {
  /** Subsystem and kind. */
  readonly type: number;
  readonly family: number;
  readonly body: Uint8Array;
}

const NLMSG_HEADER = 16;
const HEADER = 20;

/** Those of a datagram that have a body. Throws when it is cut off. */
export function* messagesOf(datagram: Uint8Array): Generator<FilterMessage> {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  for (let at = 0; at + NLMSG_HEADER <= datagram.length; ) {
    const length = view.getUint32(at, true);
    if (length < NLMSG_HEADER || at + length > datagram.length) throw new Error(`netlink: a message of ${length} bytes in a datagram of ${datagram.length}`);
    if (length >= HEADER) yield { type: view.getUint16(at + 4, true), family: datagram[at + 16] ?? 0, body: datagram.subarray(at + HEADER, at + length) };
    at += (length + 3) & ~3;
  }
}

/** By type, without the flags in its highest bits; what does not fit is left out. */
export function attributesOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > bytes.length) break;
    found.set(view.getUint16(at + 2, true) & 0x3fff, bytes.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}
