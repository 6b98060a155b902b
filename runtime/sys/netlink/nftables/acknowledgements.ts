const HEADER = 16;
const NLMSG_ERROR = 2;

/** What a datagram of the kernel says of requests: a positive errno, or 0 for one that was carried out. Throws when it is cut off. */
export function acknowledgements(datagram: Uint8Array): { readonly sequence: number; readonly errno: number }[] {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const found: { sequence: number; errno: number }[] = [];
  for (let at = 0; at + HEADER <= datagram.length; ) {
    const length = view.getUint32(at, true);
    if (length < HEADER || at + length > datagram.length) throw new Error(`netlink: a message of ${length} bytes in a datagram of ${datagram.length}`);
    if (view.getUint16(at + 4, true) === NLMSG_ERROR && length >= HEADER + 4) {
      found.push({ sequence: view.getUint32(at + 8, true), errno: Math.abs(view.getInt32(at + HEADER, true)) });
    }
    at += (length + 3) & ~3;
  }
  return found;
}
