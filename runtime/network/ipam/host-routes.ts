import { readFileSync } from 'node:fs';
import { type Block, blockOf } from '../../base/cidr.ts';

export interface HostRoute {
  readonly device: string;
  readonly block: Block;
  /** The device itself is in that subnet. */
  readonly isOnLink: boolean;
}

/** Where the host sends packets, default routes left out. */
export function hostRoutes(): HostRoute[] {
  return [...parseRoutes(read('/proc/net/route')), ...parseIPv6Routes(read('/proc/net/ipv6_route'))];
}

/** /proc/net/route (proc(5)): hexadecimal words in host byte order. */
export function parseRoutes(table: string): HostRoute[] {
  const word = (hex: string): bigint => BigInt(`0x${hex.match(/../g)?.reverse().join('') ?? '0'}`);
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 8 && [1, 2, 7].every((at) => /^[0-9A-F]{8}$/i.test(fields[at] ?? '')))
    .map(([device = '', to = '', gateway = '', , , , , mask = '']) => ({
      device,
      block: blockOf({ family: 4, value: word(to) }, word(mask).toString(2).replaceAll('0', '').length),
      isOnLink: word(gateway) === 0n,
    }))
    .filter(({ block }) => block.prefixLength > 0);
}

/** /proc/net/ipv6_route: addresses and lengths in hexadecimal; the loopback's, link-local and multicast ones are left out. */
export function parseIPv6Routes(table: string): HostRoute[] {
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 10 && /^[0-9a-f]{32}$/.test(fields[0] ?? '') && /^[0-9a-f]{2}$/.test(fields[1] ?? ''))
    .map((fields) => ({
      device: fields[9] ?? '',
      block: blockOf({ family: 6, value: BigInt(`0x${fields[0]}`) }, Number.parseInt(fields[1] ?? '0', 16)),
      isOnLink: /^0{32}$/.test(fields[4] ?? ''),
    }))
    .filter(({ device, block }) => block.prefixLength > 0 && device !== 'lo' && ![0xfen, 0xffn].includes(block.base >> 120n));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
