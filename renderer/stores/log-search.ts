import type { LogQuery } from '../../electron/ipc/contract/logs.ts';
import type { OpenStream, Transport } from '../engine/transport.ts';
import { plainText } from '../ui/ansi.ts';
import type { SourceLine } from '../ui/log-source.ts';
import { eachLine, timesOf } from './hit-lines.ts';
import type { Growth, LogWindow } from './log-window.ts';

/** Lines that are found by number; beyond, they are only counted. */
const LIMIT = 200_000;
const MARKS = 400;
/** While somebody types, the log is searched for what they have typed so far. */
const TYPING_MS = 50;
/** Hits after the first ones are told together. */
const TELL_MS = 100;
/** A log that grows faster than its lines come along is searched for what came since, at most so often. */
const GO_ON_MS = 250;
/** Or all of it, when there is no line left of those that were searched. */
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
  /** Index of the oldest hit that is still there: those of lines that were rotated away are gone. */
  first = 0;
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
  /** Of each log, the time of the newest hit. */
  private latest: number[] = [];
  private begins: number[] = [];
  private marked: { readonly version: number; readonly places: readonly number[] } = { version: -1, places: [] };
  private stream: OpenStream<'logs.find'> | null = null;
  private due: { readonly query: LogQuery; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Something was written that has not been searched. */
  private isOwed = false;
  /** What was found is of a log that is no more; it stays until the next search says what there is. */
  private isStale = false;
  private begun = 0;
  private took = 0;

  constructor(transport: Transport, log: LogWindow) {
    this.transport = transport;
    this.log = log;
  }

  /** Lines that are found by number, in the order of the list. */
  get length(): number {
    return this.numbers.length;
  }
  /** One more than the index of the newest of them. */
  get end(): number {
    return this.first + this.numbers.length;
  }

  hit(index: number): Hit | undefined {
    const number = this.numbers[index - this.first];
    return number === undefined ? undefined : { source: this.sources[index - this.first] ?? 0, number };
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
    this.reset();
    this.milliseconds = 0;
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

  private reset(): void {
    this.generation++;
    this.first = 0;
    this.sources = [];
    this.numbers = [];
    this.times = [];
    this.begins = [];
    this.ends = [];
    this.latest = [];
    this.count = 0;
    this.error = '';
    this.isOwed = false;
    this.isStale = false;
  }

  /** Searches what has not been searched; all of it where what was found means nothing any more. */
  private open(query: LogQuery): void {
    const known = this.isStale ? [] : this.ends;
    const found = this.isStale ? 0 : this.numbers.length;
    const isWhole = known.length === 0;
    const from = isWhole ? {} : { from: this.log.ids.map((_, source) => known[source] ?? 0) };
    this.isOwed = false;
    this.begun = performance.now();
    this.stream = this.transport.open(
      'logs.find',
      { ids: [...this.log.ids], query, limit: LIMIT - found, ...from },
      {
        onData: (message) => {
          if ('error' in message) return;
          if (this.isStale) this.reset();
          if ('done' in message) {
            this.isDone = true;
            if (isWhole) this.milliseconds = message.milliseconds;
            this.sort(found);
            this.changed();
          } else {
            const { source, from, to, count, lines, times } = message;
            const isFirst = this.count === 0 && count > 0;
            this.begins[source] ??= from;
            this.ends[source] = to;
            this.count += count;
            eachLine(lines, from, (number) => {
              this.numbers.push(number);
              this.sources.push(source);
            });
            // A log's own order stays as it is, also where its clock was set back.
            let latest = this.latest[source] ?? 0;
            for (const time of timesOf(times ?? '')) this.times.push((latest = Math.max(latest, time)));
            this.latest[source] = latest;
            if (isFirst) this.changed();
            else this.telling ??= setTimeout(() => this.changed(), TELL_MS);
          }
        },
        onClose: (failure) => {
          this.stream = null;
          this.took = performance.now() - this.begun;
          // What was found before the connection went may lack lines.
          if (failure?.status === 0) this.isStale = true;
          if (failure) this.error = failure.message;
          if (!this.isDone || failure) {
            this.isDone = true;
            this.changed();
          }
          if (this.isOwed && this.error === '') this.owe();
        },
      },
    );
  }

  /** The hits of several logs come log by log; they are shown by time. Those before `from` are in order. */
  private sort(from: number): void {
    if (this.log.ids.length === 1 || this.numbers.length === from) return;
    const at = (index: number): number => this.times[index] ?? 0;
    const order = this.numbers.map((_, index) => index).sort((left, right) => at(left) - at(right) || left - right);
    // Usually all that is new comes after all that is old, which stays where it is.
    if (from === 0 || order.slice(0, from).some((index, place) => index !== place)) this.generation++;
    this.sources = order.map((index) => this.sources[index] ?? 0);
    this.numbers = order.map((index) => this.numbers[index] ?? 0);
    this.times = order.map((index) => this.times[index] ?? 0);
  }

  private grew({ lines, isFresh, first }: Growth): void {
    const { test } = this;
    if (!test) return;
    if (isFresh) this.isStale = true;
    else this.forget(first);
    // What the engine refuses stays refused.
    if (this.error !== '' && !this.isStale) return;
    if (this.isStale || this.isOwed || this.stream || lines === null) return this.owe();
    for (const line of lines) {
      const source = line.source ?? 0;
      const time = Math.max(line.time, this.latest[source] ?? 0);
      this.ends[source] = (line.number ?? 0) + 1;
      this.latest[source] = time;
      if (!test(line)) continue;
      this.count++;
      if (this.numbers.length >= LIMIT) continue;
      this.numbers.push(line.number ?? 0);
      this.sources.push(source);
      this.times.push(time);
    }
    this.changed();
  }

  /** What did not come along is searched soon, and once for all of it; a search that goes on is never cut off: a fast log would have it begin for ever. */
  private owe(): void {
    this.isOwed = true;
    if (this.stream || this.timer !== undefined) return;
    const pause = Math.max(this.isStale ? AGAIN_MS : GO_ON_MS, 2 * this.took);
    const goOn = (): void => {
      this.timer = undefined;
      if (this.query) this.open(this.query);
    };
    const wait = this.begun + pause - performance.now();
    if (wait <= 0) goOn();
    else this.timer = setTimeout(goOn, wait);
  }

  /** Lines of one log that were rotated away are no hits any more. */
  private forget(first: number): void {
    if (this.log.ids.length > 1 || (this.numbers[0] ?? first) >= first) return;
    const kept = this.numbers.findIndex((number) => number >= first);
    const gone = kept < 0 ? this.numbers.length : kept;
    // Of those that are only counted nobody knows how many are gone.
    if (this.count > this.numbers.length) this.isStale = true;
    for (const column of [this.numbers, this.sources, this.times]) column.splice(0, gone);
    this.first += gone;
    this.count -= gone;
    this.begins[0] = first;
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
