import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Digest } from '../../base/digest.ts';
import { EngineError, messageOf } from '../../base/errors.ts';
import { type Compression, sniffCompression } from '../../formats/compression.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { type ApplyOptions, LayerWriter } from './apply.ts';
import { type FileRange, readRange } from './growing-file.ts';
import type { LayerLimits } from './limits.ts';
import { removeTree } from './remove-tree.ts';

export interface ExtractJob extends ApplyOptions {
  readonly source: FileRange;
  /** The directory to make. */
  readonly target: string;
}

export interface ExtractedLayer {
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
  /** Digest and bytes of the source as it came. */
  readonly blobDigest: Digest;
  readonly blobSize: number;
  readonly tarSize: number;
  /** Bytes of the files. */
  readonly size: number;
  readonly entries: number;
}

/**
 * Unpacks one layer, hashing what it reads and what it unpacks in the same pass. Blocks the thread. The target is gone
 * again after a failure: InvalidArgument for a malformed archive, TooLarge past a limit, Canceled.
 */
export async function extractLayer(sys: Syscalls, job: ExtractJob, onProgress: (bytesRead: number) => void): Promise<ExtractedLayer> {
  mkdirSync(job.target, { mode: 0o755 });
  try {
    using writer = new LayerWriter(sys, job.target, job);
    const pass = new Pass(writer, job.limits);
    await pass.run(job.source, onProgress);
    writer.finish();
    return { ...pass.digests(), size: writer.size, entries: writer.entries };
  } catch (error) {
    removeTree(job.target);
    throw error;
  }
}

class Pass {
  readonly #limits: LayerLimits;
  readonly #reader: TarReader;
  readonly #tarHash = createHash('sha256');
  readonly #blobHash = createHash('sha256');
  #compressed = false;
  #blobSize = 0;

  constructor(writer: LayerWriter, limits: LayerLimits) {
    this.#limits = limits;
    this.#reader = new TarReader(writer);
  }

  async run(source: FileRange, onProgress: (bytesRead: number) => void): Promise<void> {
    const compression = compressionOf(source);
    this.#compressed = compression !== 'none';
    const chunks = this.#counted(readRange(source, !this.#compressed), onProgress);
    if (compression === 'none') {
      for (const chunk of chunks) this.#unpack(chunk);
    } else {
      const unpack = async (inflated: AsyncIterable<string | Buffer>): Promise<void> => {
        for await (const chunk of inflated) this.#unpack(chunk as Buffer);
      };
      try {
        await pipeline(Readable.from(chunks, { highWaterMark: 1 }), decompressor(compression), unpack);
      } catch (error) {
        if (!isDataError(error)) throw error;
        throw new EngineError('InvalidArgument', `invalid ${compression} data: ${messageOf(error)}`, { cause: error });
      }
    }
    this.#reader.finish();
  }

  digests(): Pick<ExtractedLayer, 'diffId' | 'blobDigest' | 'blobSize' | 'tarSize'> {
    const diffId: Digest = `sha256:${this.#tarHash.digest('hex')}`;
    return { diffId, blobDigest: this.#compressed ? `sha256:${this.#blobHash.digest('hex')}` : diffId, blobSize: this.#blobSize, tarSize: this.#reader.offset };
  }

  *#counted(chunks: Iterable<Buffer>, onProgress: (bytesRead: number) => void): Generator<Buffer> {
    for (const chunk of chunks) {
      this.#blobSize += chunk.length;
      if (this.#compressed) this.#blobHash.update(chunk);
      yield chunk;
      onProgress(this.#blobSize);
    }
  }

  #unpack(chunk: Buffer): void {
    const { inflatedBytes, ratio, ratioFloor } = this.#limits;
    const inflated = this.#reader.offset + chunk.length;
    if (inflated > inflatedBytes) throw new EngineError('TooLarge', `the layer is larger than ${inflatedBytes} bytes`);
    if (this.#compressed && inflated > ratioFloor && inflated > ratio * this.#blobSize) {
      throw new EngineError('TooLarge', `the layer inflates to more than ${ratio} times its size`);
    }
    this.#tarHash.update(chunk);
    this.#reader.push(chunk);
  }
}

function compressionOf(source: FileRange): Compression {
  for (const chunk of readRange(source, true)) return sniffCompression(chunk);
  return 'none';
}

function decompressor(compression: Exclude<Compression, 'none'>): NodeJS.ReadWriteStream {
  const chunkSize = 256 * 1024;
  switch (compression) {
    case 'gzip':
      return createGunzip({ chunkSize });
    case 'zstd':
      return createZstdDecompress({ chunkSize });
    case 'bzip2':
    case 'xz':
      throw new EngineError('Unsupported', `${compression} compression is not supported: use gzip, zstd or none`);
  }
}

/** zlib's and zstd's own complaints, as opposed to those of reading and writing files. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(?:Z_|ZSTD_|ERR_ZLIB|ERR_STREAM_PREMATURE)/.test(error.code);
}
