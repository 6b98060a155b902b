import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, hexOf, parseDigest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { hasCode } from '../../sys/errno.ts';
import type { BlobInfo, ContentStore } from './content-store.ts';

/** Blobs as files `<root>/blobs/sha256/<hex>`; `<root>/ingest` has what is not verified yet and is emptied at opening. */
export class DiskContentStore implements ContentStore {
  readonly #blobs: string;
  readonly #ingest: string;

  /** Makes the directories. Only one store may be open on a root. */
  constructor(root: string) {
    this.#blobs = join(root, 'blobs', 'sha256');
    this.#ingest = join(root, 'ingest');
    rmSync(this.#ingest, { recursive: true, force: true });
    mkdirSync(this.#blobs, { recursive: true, mode: 0o700 });
    mkdirSync(this.#ingest, { recursive: true, mode: 0o700 });
  }

  async write(
    bytes: AsyncIterable<Uint8Array>,
    options: { readonly signal?: AbortSignal; readonly digest?: Digest; readonly size?: number; readonly limit?: number },
  ): Promise<BlobInfo> {
    const temporary = join(this.#ingest, randomUUID());
    await using cleanup = new AsyncDisposableStack();
    options.signal?.throwIfAborted();
    const file = await open(temporary, 'wx', 0o600);
    cleanup.defer(() => rm(temporary, { force: true }));
    cleanup.use(file);
    const info = await writeAll(file, bytes, options);
    if (options.digest !== undefined && options.digest !== info.digest) {
      throw new EngineError('InvalidArgument', `content has digest ${info.digest}, expected ${options.digest}`);
    }
    if (options.size !== undefined && options.size !== info.size) {
      throw new EngineError('InvalidArgument', `content has ${info.size} bytes, expected ${options.size}`);
    }
    await file.datasync();
    options.signal?.throwIfAborted();
    await rename(temporary, this.#pathOf(info.digest));
    return info;
  }

  stat(digest: Digest): BlobInfo {
    const stats = statSync(this.#pathOf(digest), { throwIfNoEntry: false });
    if (stats === undefined) throw absent(digest);
    return { digest, size: stats.size };
  }

  has(digest: Digest): boolean {
    return existsSync(this.#pathOf(digest));
  }

  readAll(digest: Digest, limit: number): Uint8Array {
    let fd: number;
    try {
      fd = openSync(this.#pathOf(digest), 'r');
    } catch (error) {
      throw hasCode(error, 'ENOENT') ? absent(digest) : error;
    }
    try {
      const { size } = fstatSync(fd);
      if (size > limit) throw new EngineError('TooLarge', `content ${digest} has ${size} bytes, more than ${limit}`);
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  async *read(digest: Digest): AsyncIterable<Uint8Array> {
    this.stat(digest);
    yield* createReadStream(this.#pathOf(digest), { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
  }

  list(): readonly BlobInfo[] {
    return readdirSync(this.#blobs).map((hex) => this.stat(parseDigest(`sha256:${hex}`)));
  }

  remove(digest: Digest): void {
    rmSync(this.#pathOf(digest), { force: true });
  }

  #pathOf(digest: Digest): string {
    return join(this.#blobs, hexOf(parseDigest(digest)));
  }
}

async function writeAll(
  file: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
  { signal, limit = Number.POSITIVE_INFINITY, size: expected = limit }: { readonly signal?: AbortSignal; readonly size?: number; readonly limit?: number },
): Promise<BlobInfo> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    size += chunk.byteLength;
    if (size > limit) throw new EngineError('TooLarge', `content has more than ${limit} bytes`);
    if (size > expected) throw new EngineError('InvalidArgument', `content has more than the expected ${expected} bytes`);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

function absent(digest: Digest): EngineError {
  return new EngineError('NotFound', `content ${digest} not found`);
}
