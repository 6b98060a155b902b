import { expect, it } from 'vitest';
import { parseMoment } from './moment.ts';

const NOW = 1_000_000_000;
const NANOSECONDS = BigInt(NOW) * 1_000_000n;

it.each([
  ['10m', NANOSECONDS - 600_000_000_000n],
  ['1h30m', NANOSECONDS - 5_400_000_000_000n],
  ['0s', NANOSECONDS],
  ['5.000000001', 5_000_000_001n],
  ['1970-01-01T00:00:01Z', 1_000_000_000n],
  ['0', null],
  ['', null],
  [null, null],
])('the moment %j', (text, moment) => expect(parseMoment(text, 'since', NOW)).toBe(moment));

it('refuses what is none and names the field', () => {
  expect(() => parseMoment('soon', 'until')).toThrow('until: failed to parse value as time or duration: "soon"');
});
