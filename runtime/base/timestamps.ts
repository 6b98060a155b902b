import { EngineError } from './errors.ts';

const SECOND = 1_000_000_000n;

/** The zero time as Go prints it: "never". */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

function parts(timeNano: bigint): { readonly seconds: string; readonly fraction: string } {
  const iso = new Date(Number(timeNano / 1_000_000n)).toISOString();
  return { seconds: iso.slice(0, 19), fraction: (timeNano % SECOND).toString().padStart(9, '0') };
}

/** RFC 3339 in UTC without trailing zeros, as Docker's JSON has it; 0n gives the zero time. */
export function rfc3339Nano(timeNano: bigint): string {
  if (timeNano <= 0n) return ZERO_TIME;
  const { seconds, fraction } = parts(timeNano);
  const trimmed = fraction.replace(/0+$/, '');
  return trimmed === '' ? `${seconds}Z` : `${seconds}.${trimmed}Z`;
}

/** RFC 3339 with all nine digits, as `logs --timestamps` prints it. */
export function rfc3339NanoFixed(timeNano: bigint): string {
  const { seconds, fraction } = parts(timeNano);
  return `${seconds}.${fraction}Z`;
}

/** RFC 3339 to nanoseconds; null when it is none or lies before the epoch. */
function parseRfc3339(text: string): bigint | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?)?(Z|z|[+-]\d\d:\d\d)?$/.exec(text);
  if (!match) return null;
  const [, date, time = '00:00:00', fraction = '', zone = 'Z'] = match;
  const millis = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(millis) || millis < 0 ? null : BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/**
 * `sec`, `sec.nano` (Docker's `since` and `until`) or RFC 3339. Null for absent, empty and 0, which mean "not given".
 * Throws InvalidArgument naming `field`.
 */
export function parseTimestamp(text: string | null, field: string): bigint | null {
  if (text === null || text === '' || text === '0') return null;
  const match = /^(\d{1,11})(?:\.(\d{1,9})\d*)?$/.exec(text);
  if (match) {
    const value = BigInt(match[1] ?? '0') * SECOND + BigInt((match[2] ?? '').padEnd(9, '0'));
    return value === 0n ? null : value;
  }
  const parsed = parseRfc3339(text);
  if (parsed === null) throw new EngineError('InvalidArgument', `${field}: failed to parse value as time or duration: ${JSON.stringify(text.slice(0, 100))}`);
  return parsed;
}
