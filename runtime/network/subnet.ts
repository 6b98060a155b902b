import { EngineError } from '../base/errors.ts';

/** An IPv4 subnet; addresses as unsigned 32-bit numbers. */
export interface Subnet {
  readonly base: number;
  readonly prefixLength: number;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Throws InvalidArgument for anything but four numbers of 0 to 255. */
export function parseAddress(text: string): number {
  const parts = text.split('.');
  const bytes = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255)) throw new EngineError('InvalidArgument', `invalid IPv4 address: ${text.slice(0, 50)}`);
  return bytes.reduce((sum, byte) => ((sum << 8) | byte) >>> 0, 0);
}

export function maskOf(prefixLength: number): number {
  return prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
}

export function formatSubnet({ base, prefixLength }: Subnet): string {
  return `${formatAddress(base)}/${prefixLength}`;
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  const mask = maskOf(Math.min(a.prefixLength, b.prefixLength));
  return (a.base & mask) === (b.base & mask);
}

export interface Route extends Subnet {
  readonly device: string;
}

/** The subnets of /proc/net/route (proc(5)): hexadecimal words in host byte order; default routes are left out. */
export function parseRoutes(table: string): Route[] {
  const word = (hex: string): number => Number.parseInt(hex.match(/../g)?.reverse().join('') ?? '0', 16);
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 8)
    .map((fields) => ({ device: fields[0] ?? '', base: word(fields[1] ?? ''), prefixLength: bits(word(fields[7] ?? '')) }))
    .filter(({ prefixLength }) => prefixLength > 0);
}

function bits(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}

/** Docker's pools after its own first ones, which an engine beside ours takes. */
const CANDIDATES: readonly Subnet[] = [
  ...[29, 30, 31, 28, 27, 26].map((second) => ({ base: parseAddress(`172.${second}.0.0`), prefixLength: 16 })),
  ...Array.from({ length: 16 }, (_, index) => ({ base: parseAddress(`192.168.${index * 16}.0`), prefixLength: 20 })),
];

/** The first pool that no route of the host overlaps. Conflict when there is none. */
export function chooseSubnet(routes: readonly Subnet[]): Subnet {
  const free = CANDIDATES.find((candidate) => routes.every((route) => !overlaps(candidate, route)));
  if (free === undefined) throw new EngineError('Conflict', 'could not find an available, non-overlapping IPv4 address pool among the defaults');
  return free;
}
