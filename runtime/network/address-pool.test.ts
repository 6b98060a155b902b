import { describe, expect, it } from 'vitest';
import { AddressPool } from './address-pool.ts';
import { parseAddress } from './subnet.ts';

const pool = (): AddressPool => new AddressPool({ base: parseAddress('10.0.0.0'), prefixLength: 29 });

describe('AddressPool', () => {
  it('gives each owner one address and keeps it', () => {
    const addresses = pool();
    expect([addresses.take('a'), addresses.take('b'), addresses.take('a')]).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.2']);
  });

  it('uses a freed address again as late as possible', () => {
    const addresses = pool();
    addresses.take('a');
    addresses.release('a');
    expect(['b', 'c', 'd', 'e', 'f'].map((owner) => addresses.take(owner)).at(-1)).toBe('10.0.0.2');
  });

  it('leaves gateway and broadcast out and says when it is full', () => {
    const addresses = pool();
    for (const owner of 'abcde') addresses.take(owner);
    expect(addresses.size).toBe(5);
    expect(() => addresses.take('f')).toThrow('no available IPv4 addresses');
  });

  it('keeps what running containers have', () => {
    const addresses = pool();
    addresses.restore('old', '10.0.0.2');
    addresses.restore('foreign', '192.168.1.1');
    expect([addresses.take('new'), addresses.take('old'), addresses.size]).toEqual(['10.0.0.3', '10.0.0.2', 2]);
  });
});
