import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../../base/digest.ts';
import { EngineError, messageOf } from '../../base/errors.ts';
import { type Compression, sniffCompression } from '../../formats/compression.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { type Inflater, inflaterOf } from '../inflater.ts';
import { type ApplyOptions, LayerWriter } from './apply.ts';
import { type FileRange, readRange } from './growing-file.ts';
import type { LayerLimits } from './limits.ts';
import { RecipeWriter } from './recipe.ts';
import { RecordingWriter } from './recording-writer.ts';
import { removeTree } from './remove-tree.ts';

export interface ExtractJob extends ApplyOptions {
  readonly source: FileRange;
  /** The directory to make. */
  readonly target: string;
  /** The file to make that tells how to build the archive again (see RecipeWriter). */
  readonly recipe: string;
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
    const pass = new Pass(job.limits);
    const { isRebuildable } = await unpack(pass, job, writer, onProgress);
    if (!isRebuildable) await keepWhole(job);
    return { ...pass.digests(), size: writer.size, entries: writer.entries };
  } catch (error) {
    removeTree(job.target);
    rmSync(job.recipe, { force: true });
    throw error;
  }
}

/** Not to be built again from its files is an archive in which a later entry takes the place of an earlier one. */
async function unpack(pass: Pass, job: ExtractJob, writer: LayerWriter, onProgress: (bytesRead: number) => void): Promise<{ readonly isRebuildable: boolean }> {
  using recipe = new RecipeWriter(job.recipe);
  const reader = new TarReader(new RecordingWriter(writer, recipe));
  await pass.run(job.source, (chunk) => reader.push(chunk), onProgress);
  reader.finish();
  writer.finish();
  recipe.finish();
  return { isRebuildable: !writer.hasReplaced };
}

/** The archive itself as its recipe. */
async function keepWhole({ source, recipe: path, limits }: ExtractJob): Promise<void> {
  rmSync(path);
  using recipe = new RecipeWriter(path);
  await new Pass(limits).run(
    source,
    (chunk) => recipe.raw(chunk),
    () => undefined,
  );
  recipe.finish();
}

class Pass {
  readonly #limits: LayerLimits;
  readonly #tarHash = createHash('sha256');
  readonly #blobHash = createHash('sha256');
  #compressed = false;
  #blobSize = 0;
  #tarSize = 0;

  constructor(limits: LayerLimits) {
    this.#limits = limits;
  }

  /** `take` gets the plain tar; a chunk is only valid during the call. */
  async run(source: FileRange, take: (chunk: Buffer) => void, onProgress: (bytesRead: number) => void): Promise<void> {
    const compression = compressionOf(source);
    this.#compressed = compression !== 'none';
    const chunks = this.#counted(readRange(source, !this.#compressed), onProgress);
    if (compression === 'none') {
      for (const chunk of chunks) this.#inflated(chunk, take);
    } else {
      const unpack = async (inflated: AsyncIterable<string | Buffer>): Promise<void> => {
        for await (const chunk of inflated) this.#inflated(chunk as Buffer, take);
      };
      try {
        const { stream, pieces } = decompressor(compression);
        const input = function* (): Generator<Buffer> {
          for (const chunk of chunks) yield* pieces(chunk);
        };
        await pipeline(Readable.from(input(), { highWaterMark: 1 }), stream, unpack);
      } catch (error) {
        if (!isDataError(error)) throw error;
        throw new EngineError('InvalidArgument', `invalid ${compression} data: ${messageOf(error)}`, { cause: error });
      }
    }
  }

  digests(): Pick<ExtractedLayer, 'diffId' | 'blobDigest' | 'blobSize' | 'tarSize'> {
    const diffId: Digest = `sha256:${this.#tarHash.digest('hex')}`;
    return { diffId, blobDigest: this.#compressed ? `sha256:${this.#blobHash.digest('hex')}` : diffId, blobSize: this.#blobSize, tarSize: this.#tarSize };
  }

  *#counted(chunks: Iterable<Buffer>, onProgress: (bytesRead: number) => void): Generator<Buffer> {
    for (const chunk of chunks) {
      this.#blobSize += chunk.length;
      if (this.#compressed) this.#blobHash.update(chunk);
      yield chunk;
      onProgress(this.#blobSize);
    }
  }

  #inflated(chunk: Buffer, take: (chunk: Buffer) => void): void {
    const { inflatedBytes, ratio, ratioFloor } = this.#limits;
    this.#tarSize += chunk.length;
    const inflated = this.#tarSize;
    if (inflated > inflatedBytes) throw new EngineError('TooLarge', `the layer is larger than ${inflatedBytes} bytes`);
    if (this.#compressed && inflated > ratioFloor && inflated > ratio * this.#blobSize) {
      throw new EngineError('TooLarge', `the layer inflates to more than ${ratio} times its size`);
    }
    this.#tarHash.update(chunk);
    take(chunk);
  }
}

function compressionOf(source: FileRange): Compression {
  for (const chunk of readRange(source, true)) return sniffCompression(chunk);
  return 'none';
}

function decompressor(compression: Exclude<Compression, 'none'>): Inflater {
  if (compression === 'gzip' || compression === 'zstd') return inflaterOf(compression);
  throw new EngineError('Unsupported', `${compression} compression is not supported: use gzip, zstd or none`);
}

/** zlib's and zstd's own complaints, as opposed to those of reading and writing files. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(?:Z_|ZSTD_|ERR_ZLIB|ERR_STREAM_PREMATURE)/.test(error.code);
}
