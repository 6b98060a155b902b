import { attributesOf, messagesOf } from './decode.ts';

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

const FAMILIES: Readonly<Record<number, string>> = { 1: 'inet', 2: 'ip', 3: 'arp', 5: 'netdev', 7: 'bridge', 10: 'ip6' };
const NFT_MSG_NEWCHAIN = 0x0a03;

/** The base chains of a datagram of NFT_MSG_NEWCHAIN messages, whatever else it holds. Throws when it is cut off. */
export function decodeChains(datagram: Uint8Array): NftChain[] {
  return [...messagesOf(datagram)].flatMap(({ type, family, body }) => (type === NFT_MSG_NEWCHAIN ? (decodeChain(family, attributesOf(body)) ?? []) : []));
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

function numberOf(bytes: Uint8Array | undefined): number {
  return bytes?.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) : 0;
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? [])
    .toString('utf8')
    .replace(/\0.*$/s, '');
}
