import type { LogQuery } from '../../electron/ipc/contract/logs.ts';
import type { OpenStream, Transport } from '../engine/transport.ts';
import { plainText } from '../ui/ansi.ts';
import type { SourceLine } from '../ui/log-source.ts';
import type { Growth, LogWindow } from './log-window.ts';

/** Lines that are found by number; beyond, they are only counted. */
const LIMIT = 200_000;
const MARKS = 400;
/** While somebody types, the log is searched for what they have typed so far. */
const TYPING_MS = 50;
/** Hits after the first ones are told together. */
const TELL_MS = 100;
/** A log that grows faster than its lines come along is searched anew, at most so often. */
const AGAIN_MS = 2000;

export interface Hit {
  readonly source: number;
  readonly number: number;
}

/** A search over a whole log, which goes on with what is written. */
export class LogSearch {
  version = 0;
  /** Another value means that the hits are others, or in another order. */
  generation = 0;
  /** Lines that match. */
  count = 0;
  isDone = true;
  /** Of the whole search; 0 before it is done. */
  milliseconds = 0;
  /** The engine's words for what it cannot search for; empty: it can. */
  error = '';
  private readonly transport: Transport;
  private readonly log: LogWindow;
  private readonly listeners = new Set<() => void>();
  /** What is searched for, or was; null: nothing. */
  query: LogQuery | null = null;
  private test: ((line: SourceLine) => boolean) | null = null;
  private sources: number[] = [];
  private numbers: number[] = [];
  private times: number[] = [];
  private ends: number[] = [];
  private begins: number[] = [];
  private marked: { readonly version: number; readonly places: readonly number[] } = { version: -1, places: [] };
  private stream: OpenStream<'logs.find'> | null = null;
  private due: { readonly query: LogQuery; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport, log: LogWindow) {
    this.transport = transport;
    this.log = log;
  }

  /** Lines that are found by number, in the order of the list. */
  get length(): number {
    return this.numbers.length;
  }

  hit(index: number): Hit | undefined {
    const number = this.numbers[index];
    return number === undefined ? undefined : { source: this.sources[index] ?? 0, number };
  }

  /** Where the hits are, as parts of the whole; no more of them than a scroll bar shows. */
  marks(): readonly number[] {
    if (this.marked.version === this.version) return this.marked.places;
    const places = new Set<number>();
    for (let index = 0; index < this.numbers.length && places.size < MARKS; index++) {
      const source = this.sources[index] ?? 0;
      const begin = this.begins[source] ?? 0;
      const length = Math.max(1, (this.ends[source] ?? 0) - begin);
      places.add(Math.min(MARKS - 1, Math.floor((((this.numbers[index] ?? 0) - begin) / length) * MARKS)));
    }
    this.marked = { version: this.version, places: [...places].map((place) => place / MARKS) };
    return this.marked.places;
  }

  /** Searches a moment after the last letter; for nothing at once. */
  soon(query: LogQuery | null): void {
    clearTimeout(this.due?.timer);
    this.due = query && { query, timer: setTimeout(() => this.hurry(), TYPING_MS) };
    if (query === null && this.query) this.search(null);
  }

  /** Does not wait for that moment. */
  hurry(): void {
    if (this.due) this.search(this.due.query);
  }

  /** Searches for something else; null: for nothing. */
  search(query: LogQuery | null): void {
    this.cancel();
    this.query = query;
    this.generation++;
    this.sources = [];
    this.numbers = [];
    this.times = [];
    this.begins = [];
    this.ends = [];
    this.count = 0;
    this.milliseconds = 0;
    this.error = '';
    this.isDone = query === null;
    this.test = query && testOf(query);
    if (query) this.open(query);
    this.changed();
  }

  /** Goes on with what is written from now on. Returns what ends it; it may be begun again. */
  attach(): () => void {
    const stop = this.log.onGrowth((growth) => this.grew(growth));
    return () => {
      stop();
      this.cancel();
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private open(query: LogQuery): void {
    this.stream = this.transport.open(
      'logs.find',
      { ids: [...this.log.ids], query, limit: LIMIT },
      {
        onData: (message) => {
          if ('error' in message) return;
          if ('done' in message) {
            this.isDone = true;
            this.milliseconds = message.milliseconds;
            this.sort();
            this.changed();
          } else {
            const { source, from, to, count, numbers, times } = message;
            const isFirst = this.count === 0 && count > 0;
            this.begins[source] ??= from;
            this.ends[source] = to;
            this.count += count;
            for (const number of numbers) this.numbers.push(number);
            for (let at = 0; at < numbers.length; at++) this.sources.push(source);
            for (const time of times ?? []) this.times.push(time);
            if (isFirst) this.changed();
            else this.telling ??= setTimeout(() => this.changed(), TELL_MS);
          }
        },
        onClose: (failure) => {
          this.stream = null;
          if (this.isDone && !failure) return;
          if (failure) this.error = failure.message;
          this.isDone = true;
          this.changed();
        },
      },
    );
  }

  /** The hits of several logs come log by log; they are shown by time. */
  private sort(): void {
    if (this.log.ids.length === 1) return;
    this.generation++;
    const order = this.numbers.map((_, index) => index).sort((left, right) => (this.times[left] ?? 0) - (this.times[right] ?? 0) || left - right);
    this.sources = order.map((index) => this.sources[index] ?? 0);
    this.numbers = order.map((index) => this.numbers[index] ?? 0);
    this.times = order.map((index) => this.times[index] ?? 0);
  }

  private grew({ lines }: Growth): void {
    const { query, test } = this;
    if (!query || !test) return;
    if (lines === null || !this.isDone) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.search(query);
      }, AGAIN_MS);
      return;
    }
    for (const line of lines) {
      const source = line.source ?? 0;
      this.ends[source] = (line.number ?? 0) + 1;
      if (!test(line)) continue;
      this.count++;
      if (this.numbers.length >= LIMIT) continue;
      this.numbers.push(line.number ?? 0);
      this.sources.push(source);
      this.times.push(line.time);
    }
    this.changed();
  }

  private cancel(): void {
    clearTimeout(this.timer);
    clearTimeout(this.telling);
    clearTimeout(this.due?.timer);
    this.due = null;
    this.timer = undefined;
    this.telling = undefined;
    this.stream?.close();
    this.stream = null;
  }

  private changed(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    this.version++;
    for (const listener of this.listeners) listener();
  }
}

/** As the engine decides it, for the lines that come along. */
function testOf({ text, isRegex, isCaseSensitive, stream }: LogQuery): ((line: SourceLine) => boolean) | null {
  const pattern = patternOf({ text, isRegex, isCaseSensitive });
  if (pattern === null) return null;
  const wanted = stream === 'all' ? 0 : stream === 'stdout' ? 1 : 2;
  return (line) => {
    if (wanted !== 0 && line.stream !== wanted) return false;
    pattern.lastIndex = 0;
    return text === '' || pattern.test(plainText(line.text));
  };
}

/** A pattern that finds every occurrence in one line; null: the text is no pattern. */
export function patternOf({ text, isRegex, isCaseSensitive }: Pick<LogQuery, 'text' | 'isRegex' | 'isCaseSensitive'>): RegExp | null {
  try {
    return new RegExp(isRegex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), isCaseSensitive ? 'g' : 'gi');
  } catch {
    return null;
  }
}
