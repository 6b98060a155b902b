import { type Block, blockOf, formatAddress, formatBlock, overlaps, parseCidr } from '../../base/cidr.ts';
import { EngineError } from '../../base/errors.ts';
import type { IpamPool } from '../network-service.ts';

/** Docker's, which leaves its first one to the bridge docker0. */
const LARGE = [18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31].map((second) => block(`172.${second}.0.0/16`));
const SMALL = Array.from({ length: 16 }, (_, index) => block(`192.168.${index * 16}.0/20`));
export const CANDIDATES: readonly Block[] = [...LARGE, ...SMALL, block('172.17.0.0/16')];
/** The default bridge's come from the middle: an engine of Docker's beside this one takes the first ones. */
export const FOR_DEFAULT_BRIDGE: readonly Block[] = [...LARGE.slice(11), ...LARGE.slice(0, 11).toReversed(), ...SMALL];

/** The first of the candidates that nobody has. Unavailable in Docker's words when there is none. */
export function chooseIPv4(taken: readonly Block[], candidates: readonly Block[]): IpamPool {
  const free = candidates.find((candidate) => taken.every((one) => !overlaps(candidate, one)));
  if (free === undefined) throw new EngineError('Unavailable', 'all predefined address pools have been fully subnetted');
  return poolOf(free);
}

/** A /64 of the engine's own /48 of unique local addresses (RFC 4193). `globalId`: 40 bits that are the engine's alone. */
export function chooseIPv6(taken: readonly Block[], globalId: bigint): IpamPool {
  const base = (0xfdn << 120n) | ((globalId & 0xff_ffff_ffffn) << 80n);
  for (let subnet = 0n; subnet < 0x10000n; subnet++) {
    const candidate = blockOf({ family: 6, value: base | (subnet << 64n) }, 64);
    if (taken.every((one) => !overlaps(candidate, one))) return poolOf(candidate);
  }
  throw new EngineError('Unavailable', 'all predefined address pools have been fully subnetted');
}

/** With the subnet's first address as its gateway. */
function poolOf(subnet: Block): IpamPool {
  return { subnet: formatBlock(subnet), ipRange: '', gateway: firstHost(subnet), auxiliary: {} };
}

/** The address a gateway has that was not chosen. */
export function firstHost({ family, base, prefixLength }: Block): string {
  const isSingle = prefixLength >= (family === 4 ? 31 : 127);
  return formatAddress({ family, value: isSingle ? base : base + 1n });
}

function block(text: string): Block {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(`${text} is no subnet`);
  return parsed.block;
}
