/** A line as a viewer shows it. */
export interface ViewedLine {
  /** Which of the logs asked for. */
  readonly source: number;
  /** Its number in that log; stays the same while the log's epoch does. */
  readonly number: number;
  readonly stream: 1 | 2;
  /** Milliseconds since the epoch with a fraction down to microseconds; 0: unknown. */
  readonly time: number;
  /** Without its newline. */
  readonly text: string;
  /** The output has no newline there: its end, or a line of over 1 MiB, or one that another file or another stream's line has parted. */
  readonly continues?: true;
  /** The line is longer than what is shown of it. */
  readonly cut?: true;
}

/** Where the numbers of a view begin and end. For one log they are the numbers of its lines, for several those of the list merged by time. */
export interface ViewBounds {
  /** Another value means other numbers: the engine was started anew, or a log was cut off. */
  readonly epoch: string;
  /** Number of the oldest line that is still there. */
  readonly first: number;
  /** One more than the number of the newest. */
  readonly end: number;
}

export interface LineWindow extends ViewBounds {
  /** Number of the first of `lines`; for `at` it means nothing. */
  readonly from: number;
  /** In order without gaps. Fewer than asked for at the end, and where they are long. */
  readonly lines: readonly ViewedLine[];
}

/** Which lines: the newest, those from a number on, those around one of a source, those from a moment on, or single ones. */
export type LineChoice =
  | { readonly kind: 'tail' }
  | { readonly kind: 'from'; readonly from: number }
  | { readonly kind: 'around'; readonly source: number; readonly number: number }
  | { readonly kind: 'time'; readonly time: number }
  | { readonly kind: 'at'; readonly lines: readonly { readonly source: number; readonly number: number }[] };

export interface LogQuery {
  /** Empty: every line. */
  readonly text: string;
  readonly isRegex: boolean;
  readonly isCaseSensitive: boolean;
  readonly stream: 'all' | 'stdout' | 'stderr';
}

/** Lines of one piece of one log that match; the pieces of a log come in order. */
export interface LogHits {
  readonly source: number;
  /** What was searched: line numbers of the source. */
  readonly from: number;
  readonly to: number;
  /** How many match. */
  readonly count: number;
  /**
   * Which ones; fewer than `count` once the limit is reached. How many lines are between a hit and the one before it, the first one from `from`
   * on; with `+3` the next three lines are hits too: `5,0+3` is 5 and 6 to 9 where `from` is 0. Empty: none.
   */
  readonly lines: string;
  /** When they were written, where several logs are searched: microseconds since the one before, the first since the epoch, with commas. */
  readonly times?: string;
}

export interface LogSearchOptions {
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Of each log, in their order; missing: 0. */
  readonly from?: readonly number[];
}

export interface LogGrowth extends ViewBounds {
  /** The newest lines, the last of which is number `end` - 1. */
  readonly lines: readonly ViewedLine[];
}

/**
 * Windows on logs by line number, at any place of any log, of one or of several merged by time. An index is made when a log is first asked
 * for, goes on with what was written since, and is forgotten when nobody has used it for a while. References as in ContainerService:
 * `NotFound` for an unknown one, `Unsupported` for a container whose log is not kept.
 */
export interface LogViews {
  lines(refs: readonly string[], choice: LineChoice, count: number): Promise<LineWindow>;
  /**
   * Every line that matches, of which at most `limit` are numbered; of each log only those from the number in `from` on, by which a search goes on
   * with what was written since. InvalidArgument for a pattern that is none; TimedOut for one that takes too long.
   */
  search(refs: readonly string[], query: LogQuery, options: LogSearchOptions): AsyncIterable<LogHits>;
  /** The bounds at once and after each change, with the newest lines, at most `tail`. Ends with the signal and with a container that is removed. */
  follow(refs: readonly string[], options: { readonly tail: number; readonly signal: AbortSignal }): AsyncIterable<LogGrowth>;
}
