import { LoopTurns } from '../../base/loop-turns.ts';
import type { LogEntry, LogOptions } from '../container-service.ts';
import { PieceJoiner } from './join-pieces.ts';
import { type LogPart, openParts, openPartsAfter } from './log-files.ts';
import { LineForm, LineParser, type ParsedEntry } from './parse-line.ts';
import { findTail } from './tail.ts';
import type { Wakeups } from './wakeups.ts';

const NEWLINE = 0x0a;
const BLOCK = 256 * 1024;
/** Many followers of busy containers have something to read at the same moment. */
const parsing = new LoopTurns();
/** A line longer than this is not one the monitor wrote; it is dropped instead of kept in memory. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Reads a json-file log, rotated files included, in batches of what one read yielded. With `wakeups` it goes on until
 * those end; without, or once they have ended, it ends with what there is then, however fast more is written. Memory: one block and one line, whatever the log's size. `attributes` is what the monitor was told to write
 * into each line; lines with others are read as well, only slower.
 */
export async function* readLog(path: string, options: LogOptions, wakeups: Wakeups | null, attributes = ''): AsyncGenerator<readonly LogEntry[]> {
  const form = new LineForm(attributes);
  await using files = new OpenParts(await openParts(path));
  const parts = [...files.all];
  const start = options.tail === undefined ? { part: 0, offset: 0 } : await findTail(parts, options.tail, form);
  const filter = new EntryFilter(options);
  const pending = parts.slice(start.part);
  await files.closeAllBut(pending);
  let offset = start.offset;
  let current: LineReader | null = null;
  let isLastLook = false;
  for (;;) {
    options.signal.throwIfAborted();
    // Asked before reading: what was written before the end is then certainly read.
    const isEnded = wakeups === null || wakeups.ended;
    const next = pending.shift();
    if (next !== undefined) {
      current = new LineReader(next, offset, form);
      offset = 0;
    }
    if (current !== null) yield* filter.apply(current.batches(isEnded));
    if (pending.length > 0) continue;
    const later = wakeups === null || isLastLook ? [] : await openPartsAfter(path, current?.part.inode ?? -1);
    isLastLook = isEnded;
    if (later.length > 0) {
      // Rotated while we read: what the old file got last comes first.
      if (current !== null) yield* filter.apply(current.batches(isEnded));
      pending.push(...later);
      await files.replace(later);
      continue;
    }
    if (isEnded) break;
    await wakeups.next(options.signal);
  }
  const rest = filter.flush();
  if (rest.length > 0) yield rest;
}

/** Files held open; only those that are still to be read. */
class OpenParts implements AsyncDisposable {
  all: LogPart[];

  constructor(parts: LogPart[]) {
    this.all = parts;
  }

  async closeAllBut(kept: readonly LogPart[]): Promise<void> {
    const closed = this.all.filter((part) => !kept.includes(part));
    this.all = [...kept];
    await Promise.all(closed.map((part) => part[Symbol.asyncDispose]()));
  }

  async replace(parts: readonly LogPart[]): Promise<void> {
    const old = this.all;
    this.all = [...parts];
    await Promise.all(old.map((part) => part[Symbol.asyncDispose]()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closeAllBut([]);
  }
}

/** Complete lines of one file from an offset on; remembers where it stopped, so that it can go on when the file has grown. */
class LineReader {
  readonly part: LogPart;
  readonly #parser: LineParser;
  #offset: number;

  constructor(part: LogPart, offset: number, form: LineForm) {
    this.#parser = new LineParser(form);
    this.part = part;
    this.#offset = offset;
  }

  /** Reads to the end of the file, which a fast writer may keep ahead of us; `isBounded`: to where that is now. */
  async *batches(isBounded: boolean): AsyncGenerator<ParsedEntry[]> {
    const limit = isBounded ? (await this.part.handle.stat()).size : Number.POSITIVE_INFINITY;
    let size = BLOCK;
    while (this.#offset < limit) {
      // A fresh block each time: the entries are views of it.
      const block = Buffer.allocUnsafeSlow(size);
      const { bytesRead } = await this.part.handle.read(block, 0, size, this.#offset);
      const end = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      if (end < 0) {
        if (bytesRead < size) return;
        if (size < LONGEST_LINE) size *= 2;
        else this.#offset += bytesRead;
        continue;
      }
      this.#offset += end + 1;
      size = BLOCK;
      await parsing.next();
      yield this.#parse(block, end);
      if (bytesRead < block.length) return;
    }
  }

  #parse(block: Buffer, last: number): ParsedEntry[] {
    const entries: ParsedEntry[] = [];
    let start = 0;
    while (start <= last) {
      const end = block.indexOf(NEWLINE, start);
      const entry = this.#parser.parse(block, start, end);
      if (entry !== null) entries.push(entry);
      start = end + 1;
    }
    return entries;
  }
}

/** Joins pieces and keeps what was asked for. */
class EntryFilter {
  readonly #options: LogOptions;
  readonly #joiner = new PieceJoiner();
  readonly #since: Moment | null;
  readonly #until: Moment | null;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#since = options.since === undefined ? null : momentOf(options.since);
    this.#until = options.until === undefined ? null : momentOf(options.until);
  }

  async *apply(batches: AsyncGenerator<ParsedEntry[]>): AsyncGenerator<readonly LogEntry[]> {
    for await (const batch of batches) {
      const kept = batch.flatMap((entry) => {
        const whole = this.#joiner.add(entry);
        return whole !== null && this.#wants(whole) ? [whole] : [];
      });
      if (kept.length > 0) yield kept;
    }
  }

  flush(): ParsedEntry[] {
    return this.#joiner.flush().filter((entry) => this.#wants(entry));
  }

  #wants(entry: ParsedEntry): boolean {
    // Not the end of the reading: a clock that was set back makes older lines follow.
    if (this.#until !== null && isAfter(entry, this.#until)) return false;
    if (this.#since !== null && isAfter(this.#since, entry)) return false;
    return entry.stream === 1 ? this.#options.stdout : this.#options.stderr;
  }
}

interface Moment {
  readonly seconds: number;
  readonly nanoseconds: number;
}

function momentOf(nanoseconds: bigint): Moment {
  return { seconds: Number(nanoseconds / 1_000_000_000n), nanoseconds: Number(nanoseconds % 1_000_000_000n) };
}

function isAfter(left: Moment, right: Moment): boolean {
  return left.seconds > right.seconds || (left.seconds === right.seconds && left.nanoseconds > right.nanoseconds);
}
