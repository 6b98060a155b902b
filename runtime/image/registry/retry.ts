import { setTimeout as sleep } from 'node:timers/promises';
import { isKind } from '../../base/errors.ts';

const ATTEMPTS = 5;
const FIRST_MS = 200;
const LONGEST_MS = 20_000;

/** How long a server asks to be left alone (Retry-After in seconds); kept in an error's details. */
export const RETRY_AFTER = 'retryAfterMs';

export interface RetryOptions {
  /** Whether the last attempt got further than any before: then the count begins anew. */
  readonly progressed?: () => boolean;
  /** Told before each pause, in milliseconds. */
  readonly onPause?: (pause: number) => void;
}

/**
 * Runs `attempt` again after failures that may pass (Unavailable: connections that break, 429, 5xx), with growing pauses or the
 * one the server asks for.
 */
export async function withRetries<T>(signal: AbortSignal, attempt: () => Promise<T>, { progressed, onPause }: RetryOptions = {}): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      failures = progressed?.() ? 1 : failures + 1;
      if (!isKind(error, 'Unavailable') || failures >= ATTEMPTS) throw error;
      const asked = error.details[RETRY_AFTER];
      const pause = Math.min(typeof asked === 'number' ? asked : FIRST_MS * 2 ** (failures - 1) * (0.5 + Math.random()), LONGEST_MS);
      onPause?.(pause);
      await sleep(pause, undefined, { signal });
    }
  }
}

/** Docker's words for a pause. */
export function retryText(seconds: number): string {
  return `Retrying in ${seconds} second${seconds === 1 ? '' : 's'}`;
}
