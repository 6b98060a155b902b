import { parseTimestamp } from '../base/timestamps.ts';

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** `1h30m`, `10s`: seconds; null when it is no duration. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return null;
  let seconds = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) seconds += Number(value) * (UNITS[unit ?? ''] ?? 0);
  return seconds;
}

/**
 * A point in time as the engine wants it, `sec.nano`: from a duration before `now` (milliseconds since the epoch), a
 * number of seconds or RFC 3339. Throws InvalidArgument naming `field`.
 */
export function engineTime(text: string | undefined, field: string, now: number): string | undefined {
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  if (ago !== null) return (now / 1000 - ago).toFixed(9);
  const time = parseTimestamp(text, field);
  return time === null ? undefined : `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, '0')}`;
}
