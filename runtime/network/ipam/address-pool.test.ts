import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../base/cidr.ts';
import type { IpamPool } from '../network-service.ts';
import { AddressPool } from './address-pool.ts';

const pool = (change: Partial<IpamPool> = {}): AddressPool =>
  new AddressPool({ subnet: '10.0.0.0/29', ipRange: '', gateway: '10.0.0.1', auxiliary: {}, ...change });
const all = (addresses: AddressPool): (string | null)[] => Array.from({ length: 9 }, (_, index) => addresses.take(`o${index}`)).filter((one) => one !== null);
const address = (text: string) => parseAddress(text) ?? { family: 4 as const, value: 0n };

describe('AddressPool', () => {
  it.each<[string, Partial<IpamPool>, string[]]>([
    ['all but gateway, network and broadcast', {}, ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']],
    ['not what is kept for others', { auxiliary: { router: '10.0.0.3', nas: '10.0.0.5' } }, ['10.0.0.2', '10.0.0.4', '10.0.0.6']],
    ['of its range alone', { ipRange: '10.0.0.4/30' }, ['10.0.0.4', '10.0.0.5', '10.0.0.6']],
    ['both of a point-to-point subnet', { subnet: '10.0.0.0/31', gateway: '' }, ['10.0.0.0', '10.0.0.1']],
    ['the only one', { subnet: '10.0.0.7/32', gateway: '' }, ['10.0.0.7']],
    ['none', { subnet: '10.0.0.0/30', auxiliary: { a: '10.0.0.2' } }, []],
    ['IPv6 without the first', { subnet: 'fd00::/125', gateway: 'fd00::1' }, ['fd00::2', 'fd00::3', 'fd00::4', 'fd00::5', 'fd00::6', 'fd00::7']],
  ])('gives %s', (_what, change, expected) => {
    expect(all(pool(change))).toEqual(expected);
  });

  it('begins a large subnet at once, however large', () => {
    expect(pool({ subnet: 'fd00::/8', gateway: 'fd00::1' }).take('a')).toBe('fd00::2');
  });

  it('uses a freed address again as late as possible', () => {
    const addresses = pool();
    addresses.take('a');
    addresses.release('a');
    expect(['b', 'c', 'd', 'e', 'f'].map((owner) => addresses.take(owner)).at(-1)).toBe('10.0.0.2');
  });

  it('gives a certain address once', () => {
    const addresses = pool({ ipRange: '10.0.0.4/30', auxiliary: { nas: '10.0.0.3' } });
    expect(addresses.takeThis('a', address('10.0.0.2'))).toBe('10.0.0.2');
    expect(addresses.takeThis('a', address('10.0.0.2'))).toBe('10.0.0.2');
    for (const taken of ['10.0.0.2', '10.0.0.1', '10.0.0.3']) expect(() => addresses.takeThis('b', address(taken))).toThrow('Address already in use');
    addresses.release('a');
    expect(addresses.takeThis('b', address('10.0.0.2'))).toBe('10.0.0.2');
  });

  it('keeps what running containers have', () => {
    const addresses = pool();
    addresses.restore('old', '10.0.0.2');
    addresses.restore('foreign', '192.168.1.1');
    expect([addresses.take('new'), addresses.size]).toEqual(['10.0.0.3', 2]);
  });
});
