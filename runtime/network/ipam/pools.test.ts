import { describe, expect, it } from 'vitest';
import { type Block, parseCidr } from '../../base/cidr.ts';
import type { IpamPool } from '../network-service.ts';
import { checkOverlaps, checkPools } from './check-pools.ts';
import { CANDIDATES, chooseIPv4, chooseIPv6, FOR_DEFAULT_BRIDGE } from './choose-pools.ts';

const blocks = (...texts: string[]): Block[] => texts.flatMap((text) => parseCidr(text)?.block ?? []);
const pool = (subnet: string, change: Partial<IpamPool> = {}): IpamPool => ({ subnet, ipRange: '', gateway: '', auxiliary: {}, ...change });

describe('chosen pools', () => {
  it.each([
    [[], '172.18.0.0/16', '172.18.0.1'],
    [['172.18.0.0/15'], '172.20.0.0/16', '172.20.0.1'],
    [['172.16.0.0/12'], '192.168.0.0/20', '192.168.0.1'],
    [['172.16.0.0/12', '192.168.10.0/24'], '192.168.16.0/20', '192.168.16.1'],
    [['172.18.0.0/15', '172.20.0.0/14', '172.24.0.0/13', '192.168.0.0/16'], '172.17.0.0/16', '172.17.0.1'],
  ])('beside %j: %s', (taken, subnet, gateway) => {
    expect(chooseIPv4(blocks(...taken), CANDIDATES)).toEqual(pool(subnet, { gateway }));
  });

  it('of the default bridge leave the first ones to Docker', () => {
    expect(chooseIPv4([], FOR_DEFAULT_BRIDGE).subnet).toBe('172.29.0.0/16');
    expect(chooseIPv4(blocks('172.28.0.0/14'), FOR_DEFAULT_BRIDGE).subnet).toBe('172.27.0.0/16');
  });

  it('come to an end', () => {
    expect(() => chooseIPv4(blocks('172.16.0.0/12', '192.168.0.0/16'), CANDIDATES)).toThrow('all predefined address pools have been fully subnetted');
  });

  it('of IPv6 are of the engine alone', () => {
    expect(chooseIPv6([], 0x1234567890n)).toEqual(pool('fd12:3456:7890::/64', { gateway: 'fd12:3456:7890::1' }));
    expect(chooseIPv6(blocks('fd12:3456:7890::/64'), 0x1234567890n).subnet).toBe('fd12:3456:7890:1::/64');
  });
});

describe('subnets that are asked for', () => {
  it.each([
    [pool('10.1.0.0/16')],
    [pool('10.1.0.0/16', { ipRange: '10.1.5.0/24', gateway: '10.1.0.254', auxiliary: { nas: '10.1.0.5' } })],
    [pool('2001:db8::/64', { gateway: '2001:db8::9' })],
  ])('%j is taken', (one) => {
    expect(() => checkPools([one])).not.toThrow();
  });

  it.each([
    [pool('10.1.0.0'), 'invalid subnet 10.1.0.0: invalid CIDR block notation'],
    [pool('10.1.0.1/16'), 'invalid subnet 10.1.0.1/16: it should be 10.1.0.0/16'],
    [pool('10.1.0.0/33'), 'invalid subnet 10.1.0.0/33: invalid CIDR block notation'],
    [pool('::/0'), "invalid subnet ::/0: it has no part that is the network's"],
    [pool('127.1.0.0/16'), "invalid subnet 127.1.0.0/16: loopback and multicast addresses are no host's"],
    [pool('ff02::/64'), "invalid subnet ff02::/64: loopback and multicast addresses are no host's"],
    [pool('10.1.0.0/16', { ipRange: 'x' }), 'invalid ip-range x: invalid CIDR block notation'],
    [pool('10.1.0.0/16', { ipRange: 'fd00::/64' }), 'invalid ip-range fd00::/64: parent subnet is an IPv4 block'],
    [pool('10.1.0.0/16', { ipRange: '10.0.0.0/8' }), 'invalid ip-range 10.0.0.0/8: CIDR block is bigger than its parent subnet 10.1.0.0/16'],
    [pool('10.1.0.0/16', { ipRange: '10.1.1.1/24' }), 'invalid ip-range 10.1.1.1/24: it should be 10.1.1.0/24'],
    [pool('10.1.0.0/16', { ipRange: '10.2.0.0/24' }), "invalid ip-range 10.2.0.0/24: parent subnet 10.1.0.0/16 doesn't contain ip-range"],
    [pool('10.1.0.0/16', { gateway: 'gate' }), 'invalid gateway gate: invalid address'],
    [pool('10.1.0.0/16', { gateway: '10.2.0.1' }), "invalid gateway 10.2.0.1: parent subnet 10.1.0.0/16 doesn't contain this address"],
    [pool('fd00::/64', { gateway: '10.2.0.1' }), 'invalid gateway 10.2.0.1: parent subnet is an IPv6 block'],
    [pool('10.1.0.0/16', { auxiliary: { nas: '10.9.0.1' } }), "invalid auxiliary address nas: parent subnet 10.1.0.0/16 doesn't contain this address"],
  ])('%j is refused', (one, words) => {
    expect(() => checkPools([one])).toThrow(`invalid network config:\n${words}`);
  });

  it('are refused where they meet each other or others', () => {
    const words = 'Pool overlaps with other one on this address space';
    expect(() => checkOverlaps(blocks('10.0.0.0/24', '10.0.1.0/24'), blocks('10.1.0.0/16'))).not.toThrow();
    expect(() => checkOverlaps(blocks('10.0.0.0/24', '10.0.0.0/8'), [])).toThrow(words);
    expect(() => checkOverlaps(blocks('10.0.0.0/24'), blocks('10.0.0.128/25'))).toThrow(words);
  });
});
