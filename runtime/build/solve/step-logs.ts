import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
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

/** Output of steps in files, `<directory>/<build>/<vertex>`. Each piece is written at once: a crash of the engine loses none. */
export class StepLogs {
  readonly #directory: string;
  readonly #open = new Map<string, { readonly file: number; size: number; clipped: boolean }>();

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  append(build: string, vertex: number, { stream, time, data }: LogPiece): void {
    const path = join(this.#directory, build, String(vertex));
    let log = this.#open.get(path);
    if (log === undefined) {
      mkdirSync(join(this.#directory, build), { recursive: true, mode: 0o700 });
      log = { file: openSync(path, 'w', 0o600), size: 0, clipped: false };
      this.#open.set(path, log);
    }
    if (log.clipped) return;
    const room = Math.max(0, LOG_LIMIT - log.size - HEADER);
    log.clipped = data.length > room;
    const kept = log.clipped ? Buffer.concat([data.subarray(0, room), CLIPPED]) : data;
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(stream, 0);
    header.writeBigUInt64BE(time, 1);
    header.writeUInt32BE(kept.length, 9);
    log.size += writeSync(log.file, Buffer.concat([header, kept]));
  }

  /** No more comes of a step. Idempotent. */
  end(build: string, vertex: number): void {
    const path = join(this.#directory, build, String(vertex));
    const log = this.#open.get(path);
    if (log === undefined) return;
    this.#open.delete(path);
    closeSync(log.file);
  }

  /** Oldest first; empty for a step that said nothing. The end of a piece that a crash cut off is left out. */
  read(build: string, vertex: number): readonly LogPiece[] {
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(this.#directory, build, String(vertex)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const pieces: LogPiece[] = [];
    for (let at = 0; at + HEADER <= bytes.length; ) {
      const length = bytes.readUInt32BE(at + 9);
      const data = bytes.subarray(at + HEADER, at + HEADER + length);
      if (data.length < length) break;
      pieces.push({ stream: bytes.readUInt8(at) === 2 ? 2 : 1, time: bytes.readBigUInt64BE(at + 1), data });
      at += HEADER + length;
    }
    return pieces;
  }

  /** Builds with output. */
  builds(): string[] {
    return readdirSync(this.#directory);
  }

  /** Idempotent. Of a build that has ended. */
  remove(build: string): void {
    rmSync(join(this.#directory, build), { recursive: true, force: true });
  }
}
