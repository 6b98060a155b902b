import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type LogPart, openParts } from '../log-files.ts';
import { drop, fresh, type IndexedFile, type IndexedLine, pinned } from './indexed-file.ts';
import { readLines } from './read-lines.ts';
import type { Segment } from './scan-job.ts';
import { LineScanner } from './scan-lines.ts';
import type { ScanPool } from './scan-pool.ts';

/** What was written since the last look is counted here up to this many bytes, and in a thread beyond. */
const SMALL = 256 * 1024;
const NEVER = new AbortController().signal;

/** Which line begins where in all files of one log. Grows with them: what was counted once is not read again. */
export class LogIndex implements AsyncDisposable {
  readonly #path: string;
  readonly #pool: ScanPool;
  #files: IndexedFile[] = [];
  #epoch = newEpoch();
  #refreshing: Promise<void> | null = null;

  constructor(path: string, pool: ScanPool) {
    this.#path = path;
    this.#pool = pool;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get first(): number {
    return this.#files[0]?.base ?? 0;
  }

  get end(): number {
    const last = this.#files.at(-1);
    return last === undefined ? 0 : last.base + last.lines;
  }

  get bytes(): number {
    return this.#files.reduce((sum, { offset }) => sum + offset, 0);
  }

  /** Grows while the newest line goes on. */
  get open(): number {
    return this.#files.at(-1)?.pieces.open ?? 0;
  }

  get files(): readonly IndexedFile[] {
    return this.#files;
  }

  /** Takes in what was written, rotated and cut off since. Calls at the same time share one look. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Lines from a number on, at most `count` and about `bytes` of text; fewer are not the end. */
  async read(from: number, count: number, bytes: number): Promise<IndexedLine[]> {
    const lines: IndexedLine[] = [];
    let left = bytes;
    for (const file of [...this.#files]) {
      if (lines.length === count || left <= 0) break;
      const start = Math.max(from, file.base) - file.base;
      if (start >= file.lines) continue;
      if (file.isDropped) continue;
      await pinned(file, async () => {
        for await (const line of readLines(file, start, Math.min(count - lines.length, file.lines - start))) {
          lines.push({ ...line, number: file.base + line.number });
          left -= line.text.length;
          if (left <= 0) break;
        }
      });
    }
    return lines;
  }

  /** All lines in pieces of about `bytes`, file by file, in order. */
  *segments(bytes: number): Generator<{ readonly file: IndexedFile; readonly segment: Segment; readonly lines: number }> {
    for (const file of [...this.#files]) {
      const { checkpoints, base } = file;
      let from = checkpoints.at(0);
      let isJoined = false;
      for (let at = 1; at <= checkpoints.length; at++) {
        const isEnd = at === checkpoints.length;
        isJoined ||= checkpoints.isJoined(at - 1);
        const to = isEnd ? { line: file.lines, offset: file.offset } : checkpoints.at(at);
        const beyond = at + 1 < checkpoints.length ? checkpoints.at(at + 1).offset : file.offset;
        if (!isEnd && beyond - from.offset <= bytes) continue;
        if (to.offset > from.offset)
          yield { file, segment: { from: from.offset, to: to.offset, line: base + from.line, isJoined }, lines: to.line - from.line };
        from = { ...to, time: 0 };
        isJoined = false;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#refreshing?.catch(() => undefined);
    for (const file of this.#files.splice(0)) await drop(file);
  }

  async #refresh(): Promise<void> {
    const last = this.#files.at(-1);
    if (last !== undefined && (await this.#isCurrent(last))) {
      await this.#extend(last);
      return;
    }
    const parts = await openParts(this.#path);
    try {
      await this.#take(parts);
    } finally {
      const used = new Set(this.#files.map(({ part }) => part));
      await Promise.all(parts.filter((part) => !used.has(part)).map((part) => part[Symbol.asyncDispose]()));
    }
  }

  /** The file that was newest at the last look is still it, and nothing of it is gone. */
  async #isCurrent({ part, offset }: IndexedFile): Promise<boolean> {
    const now = await stat(this.#path).catch(() => null);
    return now !== null && now.ino === part.inode && now.size >= offset;
  }

  /** Goes on with the files that are known where the new ones follow them; numbers all lines anew where something else has happened. */
  async #take(parts: readonly LogPart[]): Promise<void> {
    const old = this.#files;
    const last = old.at(-1);
    const isContinued = last !== undefined && (await followsOn(old, parts));
    // What an older file got last is counted before the next one's numbers begin, even when it has been removed.
    if (isContinued) await this.#extend(last);
    const files: IndexedFile[] = [];
    let base = isContinued ? last.base + last.lines : 0;
    for (const part of parts) {
      const known = isContinued ? old.find(({ part: { inode } }) => inode === part.inode) : undefined;
      const file = known ?? fresh(part, base);
      if (known === undefined) {
        await this.#extend(file);
        base += file.lines;
      }
      files.push(file);
    }
    if (!isContinued) this.#epoch = newEpoch();
    this.#files = files;
    for (const file of old) if (!files.includes(file)) await drop(file);
  }

  async #extend(file: IndexedFile): Promise<void> {
    const { handle } = file.part;
    const { size } = await handle.stat();
    if (size === file.offset) return;
    if (size - file.offset <= SMALL) {
      const block = Buffer.allocUnsafe(size - file.offset);
      const { bytesRead } = await handle.read(block, 0, block.length, file.offset);
      const scanner = new LineScanner(file.checkpoints, file.lines, file.offset, file.pieces);
      scanner.take(block, bytesRead);
      file.lines = scanner.lines;
      file.offset = scanner.offset;
      return;
    }
    const { open, stream } = file.pieces;
    const found = await this.#pool.run({ kind: 'index', fd: handle.fd, from: file.offset, size, pieces: { open, stream } }, NEVER);
    const { places, lines, offset } = found;
    if (found.isJoinedBefore) file.checkpoints.join();
    for (const [at, line] of places.lines.entries()) {
      const start = places.offsets[at] ?? 0;
      if (file.checkpoints.wants(file.lines + line, start)) file.checkpoints.add(file.lines + line, start, places.times[at] ?? 0);
      if (places.joined[at] === true) file.checkpoints.join();
    }
    Object.assign(file.pieces, found.pieces);
    file.lines += lines;
    file.offset = offset;
  }
}

/** Whether of `parts` the first ones are the last ones of `old`, none of which has become shorter, and the others are new. */
async function followsOn(old: readonly IndexedFile[], parts: readonly LogPart[]): Promise<boolean> {
  const places = parts.map(({ inode }) => old.findIndex(({ part }) => part.inode === inode));
  const known = places.filter((place) => place >= 0);
  const isInOrder = places.every((place, index) => place === (index < known.length ? old.length - known.length + index : -1));
  const sizes = await Promise.all(known.map(async (place) => ((await old[place]?.part.handle.stat())?.size ?? 0) >= (old[place]?.offset ?? 0)));
  return isInOrder && sizes.every(Boolean);
}

const newEpoch = (): string => randomBytes(6).toString('hex');
