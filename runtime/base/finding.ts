/** One thing that was looked at, and what is wrong with it. */
export interface Finding {
  /** Stable, for scripts: `forward-policy`. */
  readonly id: string;
  readonly status: 'ok' | 'warning' | 'error';
  /** What was found, in one sentence. */
  readonly what: string;
  /** What follows from it; empty when all is well. */
  readonly why: string;
  /** What to do, commands included; empty when there is nothing to do. */
  readonly fix: string;
}
