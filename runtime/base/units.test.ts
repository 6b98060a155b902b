import { describe, expect, it } from 'vitest';
import { binarySize, decimalSize, humanDuration, parseSize } from './units.ts';

describe('units', () => {
  it.each([
    [0, '0B'],
    [999, '999B'],
    [1500, '1.5kB'],
    [72_800_000, '72.8MB'],
  ])('prints %d bytes as %s', (bytes, text) => expect(decimalSize(bytes)).toBe(text));

  it.each([
    [1_048_576, '1MiB'],
    [1_072_693_248, '1023MiB'],
  ])('prints %d bytes of memory as %s', (bytes, text) => expect(binarySize(bytes)).toBe(text));

  it.each([
    [400, 'Less than a second'],
    [1000, '1 second'],
    [59_999, '59 seconds'],
    [60_000, 'About a minute'],
    [3_540_000, '59 minutes'],
    [3_600_000, 'About an hour'],
    [47 * 3_600_000, '47 hours'],
    [72 * 3_600_000, '3 days'],
    [21 * 86_400_000, '3 weeks'],
    [100 * 86_400_000, '3 months'],
    [800 * 86_400_000, '2 years'],
  ])('says %d ms as %s', (time, text) => expect(humanDuration(time)).toBe(text));

  it.each([
    ['512m', 512 * 1024 ** 2],
    ['1.5GiB', 1.5 * 1024 ** 3],
    ['100', 100],
    ['7b', 7],
    ['1KB', 1024],
    ['', null],
    ['m', null],
    ['-1', null],
    ['1x', null],
  ])('reads %j', (text, bytes) => expect(parseSize(text)).toBe(bytes));
});
