/** A line of a log as it is shown. */
export interface SourceLine {
  readonly stream: 1 | 2;
  /** Milliseconds since the epoch; 0: unknown. */
  readonly time: number;
  readonly text: string;
  /** Which of several logs it is from. */
  readonly source?: number;
  /** Its number in its own log. */
  readonly number?: number;
  /** It goes on in the next line of its stream. */
  readonly continues?: true;
  /** It is longer than what is shown of it. */
  readonly cut?: true;
  /** Shown beside a line that matters. */
  readonly context?: boolean;
}

/** Lines by number, of which only those that somebody looks at need to be here. */
export interface LogSource {
  /** Grows with every change; what a view subscribes to. */
  readonly version: number;
  /** Number of the oldest line. */
  readonly first: number;
  /** One more than the number of the newest line. */
  readonly end: number;
  /** The line with this number; undefined: it is not here yet, or not any more. */
  line(number: number): SourceLine | undefined;
  /** Says which lines are looked at, so that they come. Idempotent. */
  want(from: number, to: number): void;
  /** Lines to be copied, at most `count`. */
  read(from: number, count: number): Promise<readonly SourceLine[]>;
  readonly subscribe: (listener: () => void) => () => void;
}
