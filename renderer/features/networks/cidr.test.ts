import { describe, expect, it } from 'vitest';
import { formatBlock, holds, overlap, parseAddress, parseBlock } from './cidr.ts';

const block = (text: string) => parseBlock(text) ?? expect.fail(`${text} is no block`);

describe('addresses', () => {
  it.each(['10.0.0.1', '255.255.255.255', '0.0.0.0', 'fd00::1', '::', '::1', 'fe80:0:0:0:1:2:3:4', '1::'])('%s is one', (text) => {
    expect(parseAddress(text)).not.toBeNull();
  });

  it.each(['', '10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1.2', '1:2', ':::', 'fd00::1::2', 'fd00::12345', '1:2:3:4:5:6:7:8:9', 'g::1', '1:2:3:4:5:6:7::8'])(
    '%s is none',
    (text) => expect(parseAddress(text)).toBeNull(),
  );
});

describe('blocks', () => {
  it('say whether they are written with their first address, and how they should be', () => {
    expect(block('10.1.2.0/24').exact).toBe(true);
    expect(block('10.1.2.3/24').exact).toBe(false);
    expect(formatBlock(block('10.1.2.3/20'))).toBe('10.1.0.0/20');
    expect(formatBlock(block('fd12:3456::9/64'))).toBe('fd12:3456::/64');
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', 'fd00::/129', '/8', '10.0.0.0/8/8'])('%s is none', (text) =>
    expect(parseBlock(text)).toBeNull(),
  );

  it('hold addresses and meet each other by family', () => {
    expect(holds(block('172.20.0.0/16'), parseAddress('172.20.255.255') ?? expect.fail())).toBe(true);
    expect(holds(block('172.20.0.0/16'), parseAddress('172.21.0.0') ?? expect.fail())).toBe(false);
    expect(holds(block('::/0'), parseAddress('1.2.3.4') ?? expect.fail())).toBe(false);
    expect(overlap(block('10.0.0.0/8'), block('10.200.0.0/16'))).toBe(true);
    expect(overlap(block('10.0.0.0/9'), block('10.128.0.0/9'))).toBe(false);
    expect(overlap(block('0.0.0.0/0'), block('::/0'))).toBe(false);
  });
});
