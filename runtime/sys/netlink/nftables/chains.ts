/** A base chain: one where packets enter. */
export interface NftChain {
  /** `ip`, `ip6`, `inet`, `arp`, `bridge`, `netdev`, or its number. */
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** NF_INET_* of the family inet: 2 is forward. */
  readonly hook: number;
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
}

const HEADER = 20;
const FAMILIES: Readonly<Record<number, string>> = { 1: 'inet', 2: 'ip', 3: 'arp', 5: 'netdev', 7: 'bridge', 10: 'ip6' };
const NFT_MSG_NEWCHAIN = 0x0a03;

/** The base chains of a datagram of NFT_MSG_NEWCHAIN messages, whatever else it holds. Throws when it is cut off. */
export function decodeChains(datagram: Uint8Array): NftChain[] {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const found: NftChain[] = [];
  for (let at = 0; at + 16 <= datagram.length; ) {
    const length = view.getUint32(at, true);
    if (length < 16 || at + length > datagram.length) throw new Error(`netlink: a message of ${length} bytes in a datagram of ${datagram.length}`);
    if (view.getUint16(at + 4, true) === NFT_MSG_NEWCHAIN && length >= HEADER) {
      const chain = decodeChain(datagram[at + 16] ?? 0, attributesOf(datagram.subarray(at + HEADER, at + length)));
      if (chain !== null) found.push(chain);
    }
    at += (length + 3) & ~3;
  }
  return found;
}

function decodeChain(family: number, attributes: ReadonlyMap<number, Uint8Array>): NftChain | null {
  const hook = attributes.get(4);
  if (hook === undefined) return null;
  const inner = attributesOf(hook);
  return {
    family: FAMILIES[family] ?? String(family),
    table: textOf(attributes.get(1)),
    name: textOf(attributes.get(3)),
    hook: numberOf(inner.get(1)),
    priority: numberOf(inner.get(2)) | 0,
    policy: attributes.has(5) && numberOf(attributes.get(5)) === 0 ? 'drop' : 'accept',
  };
}

/** By type, without the flags in its highest bits; what does not fit is left out. */
function attributesOf(bytes: Uint8Array): Map<number, Uint8Array> {
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

function numberOf(bytes: Uint8Array | undefined): number {
  return bytes?.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) : 0;
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? [])
    .toString('utf8')
    .replace(/\0.*$/s, '');
}
