import type { LogFollowMessage } from '../../runtime/api/types/log-views.ts';
import { type OpenStream, RequestError, type Transport } from '../engine/transport.ts';
import type { LogSource, SourceLine } from '../ui/log-source.ts';
import { LogPages, shownLine } from './log-pages.ts';
import { documentVisibility, type Visibility } from './visibility.ts';

/** Newest lines that come with the word that there are more. */
const TAIL = 200;
/** In a merged list, lines of another log may still come before some of the newest. */
const UNSETTLED = 2000;
const RETRY_MS = 2000;
/** Lines that are copied in one answer, and in all. */
const BATCH = 1000;
const MOST_COPIED = 200_000;

export interface Growth {
  /** Lines that are new since the last growth, oldest first; null: some of them did not come along. */
  readonly lines: readonly SourceLine[] | null;
  /** No line of before is there any more, or they have other numbers: the log was emptied, cut off, or is another engine's. */
  readonly isFresh: boolean;
  /** Number of the oldest line that is there. */
  readonly first: number;
}

/**
 * The log of one container or the merged one of several, of which only the pages that are looked at are here. Follows the engine while it is
 * started and somebody can see the window; opens again what breaks off.
 */
export class LogWindow implements LogSource {
  version = 0;
  /** The engine's words when the log could not be read; empty: all is well. */
  error = '';
  /** It is known how much there is. */
  isLoaded = false;
  readonly ids: readonly string[];
  private readonly transport: Transport;
  private readonly visibility: Visibility;
  private readonly pages: LogPages;
  private readonly listeners = new Set<() => void>();
  private readonly growthListeners = new Set<(growth: Growth) => void>();
  private epoch = '';
  private oldest = 0;
  private clearedTo = 0;
  private after = 0;
  private stream: OpenStream<'logs.follow'> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = true;

  constructor(transport: Transport, ids: readonly string[], visibility: Visibility = documentVisibility) {
    this.transport = transport;
    this.ids = ids;
    this.visibility = visibility;
    this.pages = new LogPages((from, count) => this.load(from, count));
  }

  get first(): number {
    return Math.min(this.after, Math.max(this.oldest, this.clearedTo));
  }
  get end(): number {
    return this.after;
  }
  get isCleared(): boolean {
    return this.clearedTo > this.oldest;
  }

  line(number: number): SourceLine | undefined {
    return this.pages.line(number);
  }

  want(from: number, to: number): void {
    if (to <= from) return;
    void this.pages.want(from, to).then((changed) => changed && this.changed());
  }

  async read(from: number, count: number): Promise<readonly SourceLine[]> {
    const lines: SourceLine[] = [];
    const most = Math.min(count, MOST_COPIED);
    while (lines.length < most) {
      const next = await this.load(from + lines.length, Math.min(BATCH, most - lines.length));
      if (!next || next.lines.length === 0) break;
      for (const line of next.lines) lines.push(line);
    }
    return lines;
  }

  /** Number in this list of a line of one of the logs; null: it is not there. */
  async rowOf(source: number, number: number): Promise<number | null> {
    if (this.ids.length === 1) return number;
    const { from, lines } = await this.transport.request('logs.lines', { ids: [...this.ids], choice: { kind: 'around', line: { source, number } }, count: 41 });
    const at = lines.findIndex((line) => line.source === source && line.number === number);
    return at < 0 ? null : from + at;
  }

  /** Shows nothing of what there is now. */
  clear(): void {
    this.clearedTo = this.after;
    this.changed();
  }

  showAll(): void {
    this.clearedTo = 0;
    this.changed();
  }

  /** Begins to follow. Returns what stops it; it may be started again. */
  start(): () => void {
    this.stopped = false;
    const stop = this.visibility.subscribe(() => this.open());
    this.open();
    return () => {
      this.stopped = true;
      stop();
      this.close();
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  onGrowth(listener: (growth: Growth) => void): () => void {
    this.growthListeners.add(listener);
    return () => this.growthListeners.delete(listener);
  }

  private open(): void {
    this.close();
    if (this.stopped || !this.visibility.visible()) return;
    this.stream = this.transport.open(
      'logs.follow',
      { ids: [...this.ids], tail: TAIL },
      {
        onData: (message) => this.grow(message),
        onClose: (failure) => {
          this.stream = null;
          this.error = failure?.message ?? '';
          this.isLoaded = true;
          this.changed();
          // What the engine refuses stays refused; a connection that is gone comes back.
          if (failure === null || failure.status === 0) this.timer = setTimeout(() => this.open(), RETRY_MS);
        },
      },
    );
  }

  private close(): void {
    clearTimeout(this.timer);
    this.stream?.close();
    this.stream = null;
  }

  private grow({ epoch, first, end, lines }: LogFollowMessage): void {
    const several = this.ids.length > 1;
    const isSame = epoch === this.epoch && end >= this.after;
    const isMoved = several && isSame && first !== this.oldest;
    if (!isSame) {
      this.pages.drop();
      this.clearedTo = 0;
    } else if (isMoved) {
      // Older lines of one log are gone: those of the others have other places now.
      this.pages.drop();
    } else if (several) this.pages.drop(Math.max(0, end - UNSETTLED));
    const fresh = isSame ? end - this.after : 0;
    const shown = lines.map((line) => shownLine(line, several));
    const isFresh = this.epoch !== '' && (!isSame || (this.after > this.oldest && first >= this.after));
    this.epoch = epoch;
    this.oldest = first;
    this.after = end;
    this.error = '';
    this.isLoaded = true;
    this.pages.put(end - shown.length, shown);
    this.changed();
    const told: Growth = { lines: isSame && !isMoved && fresh <= shown.length ? shown.slice(shown.length - fresh) : null, isFresh, first };
    if (!isSame || isFresh || isMoved || fresh > 0) for (const listener of this.growthListeners) listener(told);
  }

  private async load(from: number, count: number): Promise<{ readonly from: number; readonly lines: readonly SourceLine[] } | null> {
    try {
      const answer = await this.transport.request('logs.lines', { ids: [...this.ids], choice: { kind: 'from', from }, count });
      if (answer.epoch !== this.epoch && this.epoch !== '') return null;
      return { from: answer.from, lines: answer.lines.map((line) => shownLine(line, this.ids.length > 1)) };
    } catch (error) {
      this.error = error instanceof RequestError ? error.message : String(error);
      this.changed();
      return null;
    }
  }

  private changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }
}
