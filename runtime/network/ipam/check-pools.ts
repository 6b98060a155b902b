import { type Block, contains, type Family, formatBlock, overlaps, parseAddress, parseCidr } from '../../base/cidr.ts';
import { EngineError } from '../../base/errors.ts';
import type { IpamPool } from '../network-service.ts';

const NO_HOSTS: readonly Block[] = ['127.0.0.0/8', '224.0.0.0/3', '::1/128', 'ff00::/8'].flatMap((text) => parseCidr(text)?.block ?? []);

/** Checks subnets as they were asked for, in Docker's words, all complaints at once. Throws InvalidArgument. */
export function checkPools(pools: readonly IpamPool[]): void {
  const complaints = pools.flatMap(complaintsAbout);
  if (complaints.length > 0) throw new EngineError('InvalidArgument', `invalid network config:\n${complaints.join('\n')}`);
}

/** Throws PermissionDenied in Docker's words when two of them, or one and what is taken already, have addresses in common. */
export function checkOverlaps(pools: readonly Block[], taken: readonly Block[]): void {
  const meets = pools.some((pool, index) => [...taken, ...pools.slice(0, index)].some((other) => overlaps(pool, other)));
  if (meets) throw new EngineError('PermissionDenied', 'invalid pool request: Pool overlaps with other one on this address space');
}

function complaintsAbout({ subnet, ipRange, gateway, auxiliary }: IpamPool): string[] {
  const parsed = parseCidr(subnet);
  if (parsed === null) return [`invalid subnet ${subnet.slice(0, 100)}: invalid CIDR block notation`];
  const { block, address } = parsed;
  const complaints: string[] = [];
  if (block.base !== address.value) complaints.push(`invalid subnet ${subnet}: it should be ${formatBlock(block)}`);
  if (block.prefixLength === 0) complaints.push(`invalid subnet ${subnet}: it has no part that is the network's`);
  if (NO_HOSTS.some((reserved) => overlaps(reserved, block))) complaints.push(`invalid subnet ${subnet}: loopback and multicast addresses are no host's`);
  const range = ipRange === '' ? null : rangeComplaint(ipRange, block);
  if (range !== null) complaints.push(`invalid ip-range ${ipRange.slice(0, 100)}: ${range}`);
  const gate = gateway === '' ? null : addressComplaint(gateway, block);
  if (gate !== null) complaints.push(`invalid gateway ${gateway.slice(0, 100)}: ${gate}`);
  for (const [name, text] of Object.entries(auxiliary)) {
    const complaint = addressComplaint(text, block);
    if (complaint !== null) complaints.push(`invalid auxiliary address ${name.slice(0, 100)}: ${complaint}`);
  }
  return complaints;
}

function rangeComplaint(text: string, subnet: Block): string | null {
  const parsed = parseCidr(text);
  if (parsed === null) return 'invalid CIDR block notation';
  const { block, address } = parsed;
  if (block.family !== subnet.family) return `parent subnet is an ${nameOf(subnet.family)} block`;
  if (block.prefixLength < subnet.prefixLength) return `CIDR block is bigger than its parent subnet ${formatBlock(subnet)}`;
  if (block.base !== address.value) return `it should be ${formatBlock(block)}`;
  return overlaps(block, subnet) ? null : `parent subnet ${formatBlock(subnet)} doesn't contain ip-range`;
}

function addressComplaint(text: string, subnet: Block): string | null {
  const address = parseAddress(text);
  if (address === null) return 'invalid address';
  if (address.family !== subnet.family) return `parent subnet is an ${nameOf(subnet.family)} block`;
  return contains(subnet, address) ? null : `parent subnet ${formatBlock(subnet)} doesn't contain this address`;
}

function nameOf(family: Family): string {
  return family === 4 ? 'IPv4' : 'IPv6';
}
