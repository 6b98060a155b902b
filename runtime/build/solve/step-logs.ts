import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface LogPiece {
  readonly stream: 1 | 2;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly data: Uint8Array;
}

/** Of a step; its output above is left out. */
export const LOG_LIMIT = 2 * 1024 * 1024;
/** Stream, time and length before each piece. */
const HEADER = 13;
const CLIPPED = Buffer.from('\n[output clipped, log limit 2MiB reached]\n');

interface OpenLog {
  /** Undefined where the disk had no room for it. */
  readonly file: number | undefined;
  size: number;
  clipped: boolean;
}

/**
 * Output of steps in files, `<directory>/<build>/<vertex>`. Each piece is written at once: a crash of the engine loses none. On a full disk the rest of
 * a step's output is not kept, which is no reason for the step to fail.
 */
export class StepLogs {
  readonly #directory: string;
  readonly #open = new Map<string, OpenLog>();
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  append(build: string, vertex: number, { stream, time, data }: LogPiece): void {
    const path = join(this.#directory, build, String(vertex));
    const log = this.#open.get(path) ?? this.#begin(build, path);
    if (log.clipped) return;
    const room = Math.max(0, LOG_LIMIT - log.size - HEADER);
    log.clipped = data.length > room;
    const kept = log.clipped ? Buffer.concat([data.subarray(0, room), CLIPPED]) : data;
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(stream, 0);
    header.writeBigUInt64BE(time, 1);
    header.writeUInt32BE(kept.length, 9);
    const piece = Buffer.concat([header, kept]);
    const written = unlessFull(() => writeSync(log.file ?? -1, piece)) ?? 0;
    log.size += written;
    // A piece that did not fit ends what is kept: behind it nothing could be read.
    log.clipped ||= written < piece.length;
    this.#tell(path);
  }

  #begin(build: string, path: string): OpenLog {
    const file = unlessFull(() => {
      mkdirSync(join(this.#directory, build), { recursive: true, mode: 0o700 });
      return openSync(path, 'w', 0o600);
    });
    const log = { file, size: 0, clipped: file === undefined };
    this.#open.set(path, log);
    return log;
  }

  /** No more comes of a step. Idempotent. */
  end(build: string, vertex: number): void {
    const path = join(this.#directory, build, String(vertex));
    const log = this.#open.get(path);
    if (log !== undefined) {
      this.#open.delete(path);
      if (log.file !== undefined) closeSync(log.file);
    }
    this.#tell(path);
  }

  /** Oldest first; empty for a step that said nothing. The end of a piece that a crash cut off is left out. */
  read(build: string, vertex: number): readonly LogPiece[] {
    return this.readFrom(build, vertex, 0).pieces;
  }

  /** What is there from `from` on, and where the next piece will begin. */
  readFrom(build: string, vertex: number, from: number): { readonly pieces: readonly LogPiece[]; readonly next: number } {
    const bytes = contentFrom(join(this.#directory, build, String(vertex)), from);
    const pieces: LogPiece[] = [];
    let at = 0;
    while (at + HEADER <= bytes.length) {
      const length = bytes.readUInt32BE(at + 9);
      const data = bytes.subarray(at + HEADER, at + HEADER + length);
      if (data.length < length) break;
      pieces.push({ stream: bytes.readUInt8(at) === 2 ? 2 : 1, time: bytes.readBigUInt64BE(at + 1), data });
      at += HEADER + length;
    }
    return { pieces, next: from + at };
  }

  /** Tells of each piece and of the end of a step, without saying which it was. */
  onChange(build: string, vertex: number, listener: () => void): Disposable {
    const path = join(this.#directory, build, String(vertex));
    const own = (): void => listener();
    const listeners = this.#listeners.get(path) ?? new Set();
    this.#listeners.set(path, listeners.add(own));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(own);
        if (listeners.size === 0 && this.#listeners.get(path) === listeners) this.#listeners.delete(path);
      },
    };
  }

  /** Builds with output. */
  builds(): string[] {
    return readdirSync(this.#directory);
  }

  /** Idempotent. Of a build that has ended. */
  remove(build: string): void {
    rmSync(join(this.#directory, build), { recursive: true, force: true });
  }

  #tell(path: string): void {
    for (const listener of this.#listeners.get(path) ?? []) listener();
  }
}

/** Undefined where the disk is full. */
function unlessFull<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOSPC', 'EDQUOT'].includes(code)) throw error;
    return undefined;
  }
}

/** Empty where there is no file. */
function contentFrom(path: string, from: number): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
  } finally {
    closeSync(file);
  }
}
