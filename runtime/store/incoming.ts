import { Readable } from 'node:stream';
import { EngineError, messageOf } from '../base/errors.ts';
import { interruptible } from '../base/interruptible.ts';
import { type Compression, SNIFF_BYTES, sniffCompression } from '../formats/compression.ts';
import { inflaterOf } from './inflater.ts';

/** Ends the iteration with Canceled as soon as `signal` fires, also while the source says nothing. */
export async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stopped = (cause: unknown): EngineError => new EngineError('Canceled', 'the transfer was stopped', { cause });
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await interruptible(iterator.next(), signal, stopped);
      if (next.done === true) return;
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
  } finally {
    // Not awaited: a source that hangs would hang its end as well.
    iterator.return?.(undefined)?.catch(() => undefined);
  }
}

/** Bytes that a compressed archive may become: as many times its size, but never few. */
const RATIO = 400;
const RATIO_FLOOR = 1024 ** 3;

/** What bzip2 and xz are inflated by: programs of the host, as Node knows neither. */
export type InflateByTool = (compression: 'bzip2' | 'xz', source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/**
 * Inflates what begins like gzip or zstd, by `tool` also bzip2 and xz, and passes on the rest. Throws InvalidArgument, TooLarge for a bomb,
 * Unsupported without a tool.
 */
export async function* decompressed(source: AsyncIterable<Buffer>, tool?: InflateByTool): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < SNIFF_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? (next.value as Buffer<ArrayBuffer>) : Buffer.concat([head, next.value]);
  }
  const whole = preceded(head, iterator);
  const compression = sniffCompression(head);
  if (compression === 'none') {
    yield* whole;
    return;
  }
  if (tool === undefined && compression !== 'gzip' && compression !== 'zstd') {
    throw new EngineError('Unsupported', `${compression} compression is not supported: use gzip, zstd or none`);
  }
  let taken = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of whole) {
      taken += chunk.length;
      yield chunk;
    }
  };
  let given = 0;
  try {
    for await (const chunk of inflated(compression, counted(), tool)) {
      given += chunk.length;
      if (given > RATIO_FLOOR && given > RATIO * taken) throw new EngineError('TooLarge', `the archive inflates to more than ${RATIO} times its size`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError('InvalidArgument', `invalid ${compression} data: ${messageOf(error)}`, { cause: error });
  }
}

async function* inflated(compression: Exclude<Compression, 'none'>, source: AsyncIterable<Buffer>, tool: InflateByTool | undefined): AsyncGenerator<Buffer> {
  if (compression === 'bzip2' || compression === 'xz') {
    if (tool !== undefined) yield* tool(compression, source);
    return;
  }
  const { stream: inflate, pieces } = inflaterOf(compression);
  const cut = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) yield* pieces(chunk);
  };
  const input = Readable.from(cut(), { highWaterMark: 4 });
  input.on('error', (error) => inflate.destroy(error));
  try {
    yield* input.pipe(inflate) as AsyncIterable<Buffer>;
  } finally {
    input.destroy();
    inflate.destroy();
  }
}

async function* preceded(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
