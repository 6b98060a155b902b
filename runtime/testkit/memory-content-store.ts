import { type Digest, digestOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { BlobInfo, ContentStore } from '../store/content/content-store.ts';

/** Blobs in a map, for tests of what stands on a content store. */
export class MemoryContentStore implements ContentStore {
  readonly #blobs = new Map<Digest, Uint8Array>();

  async write(bytes: AsyncIterable<Uint8Array>, options: Parameters<ContentStore['write']>[1]): Promise<BlobInfo> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of bytes) {
      options.signal?.throwIfAborted();
      size += chunk.length;
      if (size > (options.limit ?? Number.POSITIVE_INFINITY)) throw new EngineError('TooLarge', `content: more than ${options.limit} bytes`);
      chunks.push(chunk);
    }
    options.signal?.throwIfAborted();
    const whole = Buffer.concat(chunks);
    const digest = digestOf(whole);
    if ((options.size ?? size) !== size || (options.digest ?? digest) !== digest) throw new EngineError('InvalidArgument', 'content: not what was announced');
    this.#blobs.set(digest, whole);
    return { digest, size };
  }

  /** As write, at once. */
  put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.#blobs.set(digest, bytes);
    return digest;
  }

  stat(digest: Digest): BlobInfo {
    return { digest, size: this.#find(digest).length };
  }

  has(digest: Digest): boolean {
    return this.#blobs.has(digest);
  }

  readAll(digest: Digest, limit: number): Uint8Array {
    const blob = this.#find(digest);
    if (blob.length > limit) throw new EngineError('TooLarge', `content ${digest}: too large`);
    return blob;
  }

  async *read(digest: Digest): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(this.#find(digest));
  }

  list(): readonly BlobInfo[] {
    return [...this.#blobs].map(([digest, { length }]) => ({ digest, size: length }));
  }

  remove(digest: Digest): void {
    this.#blobs.delete(digest);
  }

  #find(digest: Digest): Uint8Array {
    const blob = this.#blobs.get(digest);
    if (blob === undefined) throw new EngineError('NotFound', `content ${digest}: not found`);
    return blob;
  }
}
