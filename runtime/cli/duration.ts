import { parseDuration } from '../base/duration.ts';
import { parseTimestamp } from '../base/timestamps.ts';

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
