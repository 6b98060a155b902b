import { parseDuration } from '../base/duration.ts';
import { parseTimestamp } from '../base/timestamps.ts';

/** As parseTimestamp, and also Go's durations like `10m`, which count back from `now` (milliseconds since the epoch). */
export function parseMoment(text: string | null, field: string, now = Date.now()): bigint | null {
  const ago = text === null || text === '0' ? null : parseDuration(text);
  return ago === null ? parseTimestamp(text, field) : BigInt(now) * 1_000_000n - BigInt(Math.round(ago * 1e9));
}
