import { describe, expect, it } from 'vitest';
import { parseTimestamp, rfc3339Nano, rfc3339NanoFixed } from './timestamps.ts';

describe('timestamps', () => {
  it.each([
    [0n, '0001-01-01T00:00:00Z'],
    [1_700_000_000_000_000_000n, '2023-11-14T22:13:20Z'],
    [1_700_000_000_120_000_000n, '2023-11-14T22:13:20.12Z'],
    [1_700_000_000_000_000_001n, '2023-11-14T22:13:20.000000001Z'],
  ])('prints %s as %s', (time, text) => expect(rfc3339Nano(time)).toBe(text));

  it('keeps nine digits in logs', () => expect(rfc3339NanoFixed(1_700_000_000_120_000_000n)).toBe('2023-11-14T22:13:20.120000000Z'));

  it.each([
    ['1700000000', 1_700_000_000_000_000_000n],
    ['1700000000.000000001', 1_700_000_000_000_000_001n],
    ['1700000000.5', 1_700_000_000_500_000_000n],
    ['2023-11-14T22:13:20.12Z', 1_700_000_000_120_000_000n],
    ['2023-11-15T00:13:20+02:00', 1_700_000_000_000_000_000n],
    ['0', null],
    ['0.000000000', null],
    ['', null],
  ])('reads %j', (text, time) => expect(parseTimestamp(text, 'since')).toBe(time));

  it.each(['soon', '-1', '1.x', '12:00', '2023-99-99T00:00:00Z'])('refuses %j and names the field', (text) => {
    expect(() => parseTimestamp(text, 'until')).toThrow(/^until: /);
  });
});
