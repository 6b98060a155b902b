import { constants, createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { ZstdFrames } from '../formats/zstd-frames.ts';

const CHUNK = 256 * 1024;
/** 128 MiB, the most that zstd's own programs use unasked: one stream takes as much memory as its largest window. */
const MAX_WINDOW_LOG = 27;

export interface Inflater {
  /** Fails for what is damaged and, at once, for a window that is too large. */
  readonly stream: Gunzip | ZstdDecompress;
  /** What is to be written to the stream of each piece of input, one after the other. */
  readonly pieces: (chunk: Buffer) => Iterable<Buffer>;
}

/** Inflates all members or frames that a stream has, in threads that are not the caller's. */
export function inflaterOf(compression: 'gzip' | 'zstd'): Inflater {
  if (compression === 'gzip') return { stream: createGunzip({ chunkSize: CHUNK }), pieces: (chunk) => [chunk] };
  const frames = new ZstdFrames();
  const stream = createZstdDecompress({ chunkSize: CHUNK, params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG } });
  return { stream, pieces: (chunk) => frames.split(chunk) };
}
