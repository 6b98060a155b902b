import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBytes, contains, formatAddress, formatBlock, overlaps, parseAddress, parseCidr } from './cidr.ts';

const block = (text: string) => {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(text);
  return parsed.block;
};
const address = (text: string) => {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(text);
  return parsed;
};

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['fe80:0:0:1::', 'fe80:0:0:1::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s reads as %s', (text, expected) => {
    expect(formatAddress(address(text))).toBe(expected);
  });

  it.each(['', '1', '1.2.3', '1.2.3.256', '1.2.3.4/8', ':::', '1::2::3', 'fe80::1%eth0', 'g::', ' 1.2.3.4', '01.2.3.4'])('%j is none', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  it('come back from their text, whatever they are', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (value) => {
        expect(parseAddress(formatAddress({ family: 6, value }))).toEqual({ family: 6, value });
      }),
    );
  });

  it('have their bytes in network order', () => {
    expect([...addressBytes(address('1.2.3.4'))]).toEqual([1, 2, 3, 4]);
    expect([...addressBytes(address('fd00::1:2'))]).toEqual([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]);
  });
});

describe('blocks', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['fd00:1:2:3:4::/64', 'fd00:1:2:3::/64'],
  ])('%s is in %s', (text, expected) => {
    expect(formatBlock(block(text))).toBe(expected);
  });

  it.each(['', '10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/08', 'fd00::/129', '10.0.0.0/8/8', 'x/8'])('%j is none', (text) => {
    expect(parseCidr(text)).toBeNull();
  });

  it.each([
    ['10.0.0.0/8', '10.2.0.0/16', true],
    ['10.2.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/24', '10.0.1.0/24', false],
    ['0.0.0.0/0', '::/0', false],
    ['fd00::/16', 'fd00:1::/32', true],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    expect(overlaps(block(a), block(b))).toBe(expected);
  });

  it('contain their addresses', () => {
    expect(contains(block('10.0.0.0/30'), address('10.0.0.3'))).toBe(true);
    expect(contains(block('10.0.0.0/30'), address('10.0.0.4'))).toBe(false);
    expect(contains(block('::/0'), address('10.0.0.4'))).toBe(false);
  });
});
