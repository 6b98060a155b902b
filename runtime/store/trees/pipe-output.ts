import { readSync, writeSync } from 'node:fs';
import { END_OF_ARCHIVE, encodeEntry, type NewEntry, paddingAfter } from '../../formats/tar/writer.ts';

const BUFFER = 256 * 1024;

/** Writes a tar into a pipe, blocking the thread while the reader is slow. Throws EPIPE once it has gone. */
export class PipeOutput {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER);
  #used = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  entry(entry: NewEntry): void {
    this.write(encodeEntry(entry));
  }

  /** The content of an entry, with what follows it. */
  content(file: number, size: number): void {
    this.copy(file, size);
    this.write(paddingAfter(size));
  }

  /** Exactly `size` bytes of `file`, from `offset`: zeros follow when it has become shorter, what it has grown by is left out. */
  copy(file: number, size: number, offset = 0): void {
    let remaining = size;
    while (remaining > 0) {
      if (this.#used === BUFFER) this.flush();
      const count = readSync(file, this.#buffer, this.#used, Math.min(remaining, BUFFER - this.#used), offset + size - remaining);
      if (count === 0) break;
      this.#used += count;
      remaining -= count;
    }
    for (; remaining > 0; remaining -= Math.min(remaining, BUFFER)) this.write(Buffer.alloc(Math.min(remaining, BUFFER)));
  }

  /** Ends an archive. */
  finish(): void {
    this.write(END_OF_ARCHIVE);
    this.flush();
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === BUFFER) this.flush();
      const piece = bytes.subarray(at, at + BUFFER - this.#used);
      this.#buffer.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
    }
  }

  flush(): void {
    for (let at = 0; at < this.#used; ) at += writeSync(this.#fd, this.#buffer, at, this.#used - at);
    this.#used = 0;
  }
}
