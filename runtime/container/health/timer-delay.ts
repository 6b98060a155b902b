/** setTimeout fires at once for more. */
const LONGEST_MS = 2 ** 31 - 1;

/** What setTimeout is given for a delay that may be longer than it takes; a probe once in 24 days hurts nobody. */
export function timerDelay(milliseconds: number): number {
  return Math.min(milliseconds, LONGEST_MS);
}
