type Family = 4 | 6;

/** The numbers from `first` to `last`, both included, of addresses of one family. */
export interface Block {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
  readonly length: number;
}
interface Address {
  readonly family: Family;
  readonly value: bigint;
}

const widthOf = (family: Family): number => (family === 4 ? 32 : 128);

/** Null: not an address. */
export function parseAddress(text: string): Address | null {
  const value = text.includes(':') ? sixteenBytes(text) : fourBytes(text);
  return value === null ? null : { family: text.includes(':') ? 6 : 4, value };
}

function fourBytes(text: string): bigint | null {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text);
  const numbers = match?.slice(1).map(Number);
  return numbers?.every((number) => number < 256) ? BigInt(numbers.reduce((sum, number) => sum * 256 + number, 0)) : null;
}

function sixteenBytes(text: string): bigint | null {
  if (!/^[0-9a-f:]{2,39}$/i.test(text)) return null;
  const [front = '', back, ...more] = text.split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const left = groups(front);
  const right = groups(back ?? '');
  const gap = 8 - left.length - right.length;
  if (more.length > 0 || (back === undefined ? gap !== 0 : gap < 1)) return null;
  const all = [...left, ...Array<string>(gap).fill('0'), ...right];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? BigInt(`0x${all.map((group) => group.padStart(4, '0')).join('')}`) : null;
}

/** `address/length`. `exact`: the address is the block's first one, as a subnet is written. Null: no block. */
export function parseBlock(text: string): (Block & { readonly exact: boolean }) | null {
  const [, host = '', digits = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const length = Number(digits);
  if (!address || digits === '' || length > widthOf(address.family)) return null;
  const size = 1n << BigInt(widthOf(address.family) - length);
  const first = address.value - (address.value % size);
  return { family: address.family, first, last: first + size - 1n, length, exact: first === address.value };
}

/** As a subnet is written; IPv6 without the shortest form's finer points. */
export function formatBlock({ family, first, length }: Block): string {
  if (family === 4) return `${[24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n).join('.')}/${length}`;
  const groups = (first.toString(16).padStart(32, '0').match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, ''));
  return `${groups.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::')}/${length}`;
}

export const holds = (block: Block, address: Address): boolean =>
  block.family === address.family && block.first <= address.value && address.value <= block.last;

export const overlap = (a: Block, b: Block): boolean => a.family === b.family && a.first <= b.last && b.first <= a.last;
