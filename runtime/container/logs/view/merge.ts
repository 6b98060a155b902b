import type { Checkpoint } from './checkpoints.ts';
import type { IndexedFile, IndexedLine } from './indexed-file.ts';
import type { LogIndex } from './log-index.ts';

/** Text of one answer, about, in characters. */
const MOST_TEXT = 4 * 1024 * 1024;
/** Lines read at once while lists are merged. */
const BATCH = 512;

export interface MergedLine extends IndexedLine {
  readonly source: number;
}

/** A place in a log with the time from which its lines count there, in microseconds. */
interface Place extends Checkpoint {
  /** Time of the next place: a line before it does not count as later. */
  readonly limit: number;
}

/**
 * Several logs as one list, by time; a log's own order stays as it is, also where its clock was set back. A place in the list is found from
 * the indexes alone and one short stretch of each log, however long they are.
 */
export class MergedLog {
  readonly #logs: readonly LogIndex[];

  constructor(logs: readonly LogIndex[]) {
    this.#logs = logs;
  }

  get first(): number {
    return this.#logs.reduce((sum, { first }) => sum + first, 0);
  }

  get end(): number {
    return this.#logs.reduce((sum, { end }) => sum + end, 0);
  }

  /** `count` lines from place `from` of the list on, and about `most` characters of them; fewer are not the end. */
  async read(from: number, count: number, most = MOST_TEXT): Promise<MergedLine[]> {
    const [only] = this.#logs;
    if (only !== undefined && this.#logs.length === 1) return (await only.read(from, count, most)).map((line) => ({ ...line, source: 0 }));
    const starts = await this.#startFor(from);
    let at = starts.reduce((sum, number) => sum + number, 0);
    const cursors = this.#logs.map((log, source) => new Cursor(log, source, starts[source] ?? 0));
    const lines: MergedLine[] = [];
    let text = 0;
    while (lines.length < count && text < most) {
      const next = await earliest(cursors);
      if (next === null) break;
      if (at < from) {
        at += next.skip(from - at);
        continue;
      }
      const line = next.take();
      if (line === null) break;
      lines.push(line);
      text += line.text.length;
      at++;
    }
    return lines;
  }

  /** The lines before place `end`, at most `count` and about `most` characters, one at least where there is one. */
  async readBefore(end: number, count: number, most = MOST_TEXT): Promise<MergedLine[]> {
    for (let wanted = Math.min(count, end - this.first); ; wanted = Math.ceil(wanted / 2)) {
      const lines = wanted <= 0 ? [] : await this.read(end - wanted, wanted, most);
      // Those that had no room are the ones that are wanted.
      if (lines.length === wanted || lines.length === 0 || wanted <= 1) return lines;
    }
  }

  /** The place in the list of a line of one of the logs. */
  async placeOf(source: number, number: number): Promise<number> {
    const log = this.#logs[source];
    if (log === undefined || this.#logs.length === 1) return number;
    const cursor = new Cursor(log, source, number);
    const time = (await cursor.peek())?.counts ?? 0;
    // Of lines at the same time those of earlier sources come first.
    const others = await Promise.all(
      this.#logs.map((other, index) => (index === source ? Promise.resolve(number) : rank(other, index < source ? time : time - 1))),
    );
    return others.reduce((sum, value) => sum + value, 0);
  }

  /** The place in the list of the first line that is not before a moment, in microseconds. */
  async placeAt(time: number): Promise<number> {
    const ranks = await Promise.all(this.#logs.map((log) => rank(log, time - 1)));
    return ranks.reduce((sum, value) => sum + value, 0);
  }

  /** Numbers of the lines that come after all those up to some moment, which is as late as possible but before the place `from`. */
  async #startFor(from: number): Promise<number[]> {
    const bounds = this.#logs.flatMap((log) =>
      log.files.flatMap(({ checkpoints }) => (checkpoints.length === 0 ? [] : [checkpoints.at(0).time, checkpoints.at(checkpoints.length - 1).time])),
    );
    let time = Math.min(...bounds) - 1;
    for (let high = Math.max(...bounds); time < high; ) {
      const middle = Math.ceil((time + high) / 2);
      const most = this.#logs.reduce((sum, log) => sum + mostBefore(log, middle), 0);
      if (most <= from) time = middle;
      else high = middle - 1;
    }
    return await Promise.all(this.#logs.map((log) => rank(log, time)));
  }
}

/** The one whose line is next in the list. */
async function earliest(cursors: readonly Cursor[]): Promise<Cursor | null> {
  let best: Cursor | null = null;
  let bestTime = Number.POSITIVE_INFINITY;
  for (const cursor of cursors) {
    const head = await cursor.peek();
    if (head === null || head.counts >= bestTime) continue;
    best = cursor;
    bestTime = head.counts;
  }
  return best;
}

/** Number of the first line that counts as later than `time`. */
async function rank(log: LogIndex, time: number): Promise<number> {
  const place = floorTime(log, time);
  if (place === null) return log.first;
  const cursor = new Cursor(log, 0, place);
  for (let head = await cursor.peek(); head !== null; head = await cursor.peek()) {
    if (head.counts > time) return head.line.number;
    cursor.take();
  }
  return log.end;
}

/** Number of the line at the last place whose time is not after `time`. */
function floorTime(log: LogIndex, time: number): number | null {
  let found: number | null = null;
  for (const { checkpoints, base } of filesUntil(log, time)) {
    const at = checkpoints.floorTime(time);
    if (at >= 0) found = base + checkpoints.at(at).line;
  }
  return found;
}

/** The files that may have lines not after `time`: none counts as earlier than the file before it, also where the clock was set back. */
function* filesUntil(log: LogIndex, time: number): Generator<IndexedFile> {
  for (const file of log.files) {
    yield file;
    if (file.checkpoints.length > 0 && file.checkpoints.at(file.checkpoints.length - 1).time > time) return;
  }
}

/** At most so many lines count as not after `time`. */
function mostBefore(log: LogIndex, time: number): number {
  let most = log.first;
  for (const { checkpoints, base, lines } of filesUntil(log, time)) {
    const at = checkpoints.floorTime(time);
    if (at >= 0) most = base + (at + 1 < checkpoints.length ? checkpoints.at(at + 1).line : lines);
  }
  return most;
}

/** The place in a log's index at or before a line. */
function placeOf(log: LogIndex, number: number): Place {
  let earlier = 0;
  for (const [index, { checkpoints, base, lines }] of log.files.entries()) {
    if (number < base + lines || index === log.files.length - 1) {
      const at = checkpoints.floorLine(number - base);
      const place = checkpoints.at(Math.max(0, at));
      const after = at + 1 < checkpoints.length ? checkpoints : log.files[index + 1]?.checkpoints;
      const next = after === undefined || after.length === 0 ? Number.POSITIVE_INFINITY : after.at(after === checkpoints ? at + 1 : 0).time;
      const time = Math.max(earlier, place.time);
      return { line: base + place.line, offset: place.offset, time, limit: Math.max(time, next) };
    }
    earlier = Math.max(earlier, checkpoints.at(checkpoints.length - 1).time);
  }
  return { line: number, offset: 0, time: earlier, limit: Number.POSITIVE_INFINITY };
}

/** Reads one log from a line on, and says as what time each of its lines counts: never earlier than the line before it. */
class Cursor {
  readonly #log: LogIndex;
  readonly #source: number;
  #next: number;
  #batch: readonly IndexedLine[] = [];
  #at = 0;
  #place: Place | null = null;
  #time = 0;

  constructor(log: LogIndex, source: number, from: number) {
    this.#log = log;
    this.#source = source;
    this.#next = from;
  }

  async peek(): Promise<{ readonly line: IndexedLine; readonly counts: number } | null> {
    if (this.#at >= this.#batch.length) await this.#fill();
    const line = this.#batch[this.#at];
    if (line === undefined) return null;
    return { line, counts: this.#countsAs(line) };
  }

  /** The line that was peeked at. */
  take(): MergedLine | null {
    const line = this.#batch[this.#at];
    if (line === undefined) return null;
    this.#time = this.#countsAs(line);
    this.#at++;
    this.#next = line.number + 1;
    return { ...line, source: this.#source };
  }

  /**
   * Passes over the line that was peeked at and those that come next in the list whatever is in other logs, because they count as of the same
   * time: all that were written from a clock's setting back until it has caught up. Answers how many, at most `most`.
   */
  skip(most: number): number {
    const line = this.#batch[this.#at];
    if (line === undefined) return 0;
    const same = Math.min(floorTime(this.#log, this.#countsAs(line)) ?? 0, line.number + most);
    if (same <= line.number + BATCH) {
      this.take();
      return 1;
    }
    this.#next = same;
    this.#batch = [];
    this.#at = 0;
    this.#place = null;
    return same - line.number;
  }

  #countsAs(line: IndexedLine): number {
    if (this.#place === null || line.time === 0) return this.#time;
    return Math.min(this.#place.limit, Math.max(this.#time, line.time));
  }

  /** Reads on, from one place of the index to the next: how a line counts must not depend on where the reading began. */
  async #fill(): Promise<void> {
    const place = placeOf(this.#log, this.#next);
    const isNew = place.line !== this.#place?.line || place.limit !== this.#place.limit;
    this.#place = place;
    let until = nextPlace(this.#log, this.#next);
    if (isNew) this.#time = place.time;
    if (isNew && this.#next > place.line) {
      for (const line of await this.#log.read(place.line, this.#next - place.line, MOST_TEXT)) this.#time = this.#countsAs(line);
    }
    until = Math.min(until, this.#next + BATCH);
    this.#batch = await this.#log.read(this.#next, Math.max(0, until - this.#next), MOST_TEXT);
    this.#at = 0;
  }
}

function nextPlace(log: LogIndex, number: number): number {
  for (const { checkpoints, base, lines } of log.files) {
    if (number >= base + lines) continue;
    const at = checkpoints.floorLine(number - base) + 1;
    return at < checkpoints.length ? base + checkpoints.at(at).line : base + lines;
  }
  return number;
}
