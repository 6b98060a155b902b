import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import { hasCode } from '../../sys/errno.ts';
import { Growth } from './growing-file.ts';

/** Pieces from a socket are small; they are written together. */
const BATCH = 1024 * 1024;

/**
 * A file that workers read while it is still being written. Memory stays bounded: one batch is being
 * written while the next is collected. Disposing of it stops its readers and deletes it, unless it was opened to be kept.
 */
export class Spool implements AsyncDisposable {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #growth = new Growth();
  #batch: Uint8Array[] = [];
  #batched = 0;
  #writing: Promise<void> = Promise.resolve();
  #written: number;
  #keeps: boolean;

  readonly #onClosed: () => void;

  private constructor(path: string, file: FileHandle, written = 0, onClosed?: () => void) {
    this.path = path;
    this.#file = file;
    this.#written = written;
    this.#keeps = onClosed !== undefined;
    this.#onClosed = onClosed ?? (() => undefined);
    this.#growth.advance(written);
  }

  /** Makes the file in `directory`. */
  static async open(directory: string): Promise<Spool> {
    const path = join(directory, randomUUID());
    return new Spool(path, await open(path, 'wx+', 0o600));
  }

  /** Goes on with what the file at `path` has, or makes it. It stays when the spool is disposed of, with every byte that was written. */
  static async resume(path: string, onClosed: () => void): Promise<Spool> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      return new Spool(path, file, (await file.stat()).size, onClosed);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Bytes in the file; those of the batch that is collected come later. */
  get length(): number {
    return this.#written;
  }

  /** It goes when it is disposed of after all. */
  discard(): void {
    this.#keeps = false;
  }

  /** What readers in other threads need. */
  get growth(): SharedArrayBuffer {
    return this.#growth.buffer;
  }

  /** Keeps `chunk`, which must not change afterwards. Throws Internal when the disk is full. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#batch.push(chunk);
    this.#batched += chunk.byteLength;
    if (this.#batched >= BATCH) await this.#flush();
  }

  /** Writes what is left: readers come to the end. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing;
    this.#growth.complete();
  }

  /** `length` bytes from `offset`, which must have been written. */
  async read(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#file.read(buffer, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw new EngineError('InvalidArgument', 'unexpected end of the archive');
      filled += bytesRead;
    }
    return buffer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#growth.abort();
    try {
      if (this.#keeps) await this.#flush().catch(() => undefined);
      await this.#writing.catch(() => undefined);
      await this.#file.close();
      if (!this.#keeps) await rm(this.path, { force: true });
    } finally {
      this.#onClosed();
    }
  }

  /** Begins the next write when the one before has ended. */
  async #flush(): Promise<void> {
    await this.#writing;
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#batched = 0;
    this.#writing = this.#writeAll(batch);
    // Awaited by the next flush or the disposal; until then a failure must not count as unhandled.
    this.#writing.catch(() => undefined);
  }

  async #writeAll(batch: readonly Uint8Array[]): Promise<void> {
    try {
      for (let rest = batch; rest.length > 0; ) {
        const { bytesWritten } = await this.#file.writev(rest as Uint8Array<ArrayBuffer>[], this.#written);
        this.#written += bytesWritten;
        this.#growth.advance(this.#written);
        rest = without(rest, bytesWritten);
      }
    } catch (error) {
      if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
      throw new EngineError('Internal', 'no space left on device', { cause: error, details: { code: 'ENOSPC' } });
    }
  }
}

/** What remains of `batch` after its first `count` bytes. */
function without(batch: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  for (const [index, chunk] of batch.entries()) {
    if (left < chunk.byteLength) return [chunk.subarray(left), ...batch.slice(index + 1)];
    left -= chunk.byteLength;
  }
  return [];
}
