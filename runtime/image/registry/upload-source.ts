import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Digest } from '../../base/digest.ts';

/** The bytes of one attempt to upload: all are read and hashed, those that the registry has already are left out. */
export class UploadSource implements Disposable {
  readonly #source: Readable;
  readonly #hash: Hash = createHash('sha256');
  readonly #from: number;
  #read = 0;
  #isAtEnd = false;
  #failure: { readonly cause: unknown } | undefined;

  constructor(source: Readable, from: number) {
    this.#source = source;
    this.#from = from;
  }

  /** Bytes that were taken so far, with those that were left out. */
  get position(): number {
    return this.#read;
  }

  /** What has been read; undefined before the end. */
  get whole(): { readonly digest: Digest; readonly size: number } | undefined {
    return this.#isAtEnd ? { digest: `sha256:${this.#hash.copy().digest('hex')}`, size: this.#read } : undefined;
  }

  /** A failure of the source itself, which no other attempt mends. */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  stream(): Readable {
    return Readable.from(this.#fresh(), { objectMode: false });
  }

  /** Pieces of `size` bytes each, the last one shorter. */
  async *chunks(size: number): AsyncGenerator<Buffer> {
    let pending: Buffer[] = [];
    let length = 0;
    for await (const piece of this.#fresh()) {
      pending.push(piece);
      length += piece.length;
      while (length >= size) {
        const all = Buffer.concat(pending, length);
        yield all.subarray(0, size);
        pending = [all.subarray(size)];
        length -= size;
      }
    }
    if (length > 0) yield Buffer.concat(pending, length);
  }

  [Symbol.dispose](): void {
    this.#source.destroy();
  }

  async *#fresh(): AsyncGenerator<Buffer> {
    const pieces = (this.#source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    for (;;) {
      let next: IteratorResult<Buffer, unknown>;
      try {
        next = await pieces.next();
      } catch (cause) {
        this.#failure = { cause };
        throw cause;
      }
      if (next.done === true) break;
      const piece = next.value;
      this.#hash.update(piece);
      const known = Math.min(Math.max(this.#from - this.#read, 0), piece.length);
      this.#read += piece.length;
      if (known < piece.length) yield piece.subarray(known);
    }
    this.#isAtEnd = true;
  }
}
