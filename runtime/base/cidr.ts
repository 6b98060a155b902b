export type Family = 4 | 6;

/** An address as a number, so that those of both families are counted and compared alike. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** A block of addresses; `base` has no bit beyond the prefix. */
export interface Block {
  readonly family: Family;
  readonly base: bigint;
  readonly prefixLength: number;
}

function widthOf(family: Family): number {
  return family === 4 ? 32 : 128;
}

/** Null for anything but an address in its usual form (RFC 4291 section 2.2, no zone). */
export function parseAddress(text: string): Address | null {
  const value = text.includes(':') ? parseIPv6(text) : parseIPv4(text);
  return value === null ? null : { family: text.includes(':') ? 6 : 4, value };
}

function parseIPv4(text: string): bigint | null {
  const bytes = text.split('.');
  if (bytes.length !== 4 || !bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255)) return null;
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function parseIPv6(text: string): bigint | null {
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(text);
  const tail = parseIPv4(dotted?.[2] ?? '0.0.0.0');
  if (tail === null) return null;
  const plain = dotted === null ? text : `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const halves = plain.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [front = [], back] = halves;
  const zeros = 8 - front.length - (back?.length ?? 0);
  if (halves.length > 2 || (back === undefined ? zeros !== 0 : zeros < 1)) return null;
  const groups = [...front, ...Array<string>(zeros).fill('0'), ...(back ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** RFC 5952: lower case, no leading zeros, the longest run of zeros left out. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0n) length++;
    if (length > best.length) best = { start, length };
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return best.length === 1 ? text(0, 8) : `${text(0, best.start)}::${text(best.start + best.length, 8)}`;
}

/** Network order, four or sixteen bytes. */
export function addressBytes({ family, value }: Address): Uint8Array {
  const size = widthOf(family) / 8;
  return Uint8Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * (size - 1 - index))) & 255n));
}

/** `address/length`; bits beyond the prefix are kept in `address`. Null for anything else. */
export function parseCidr(text: string): { readonly address: Address; readonly block: Block } | null {
  const [, host = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const prefixLength = Number(length);
  if (address === null || (length.length > 1 && length.startsWith('0')) || prefixLength > widthOf(address.family)) return null;
  return { address, block: blockOf(address, prefixLength) };
}

/** The block of that length in which the address is. */
export function blockOf({ family, value }: Address, prefixLength: number): Block {
  const hostBits = BigInt(widthOf(family) - prefixLength);
  return { family, base: (value >> hostBits) << hostBits, prefixLength };
}

export function formatBlock({ family, base, prefixLength }: Block): string {
  return `${formatAddress({ family, value: base })}/${prefixLength}`;
}

export function lastOf({ family, base, prefixLength }: Block): bigint {
  return base + (1n << BigInt(widthOf(family) - prefixLength)) - 1n;
}

export function contains(block: Block, address: Address): boolean {
  return block.family === address.family && block.base <= address.value && address.value <= lastOf(block);
}

export function overlaps(a: Block, b: Block): boolean {
  return a.family === b.family && a.base <= lastOf(b) && b.base <= lastOf(a);
}
