import { closeSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';

/** How far a file that another thread is still writing has come; shared memory, so that it can be handed to a worker. */
export class Growth {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: BigInt64Array;

  constructor(buffer = new SharedArrayBuffer(2 * 8)) {
    this.buffer = buffer;
    this.#cells = new BigInt64Array(buffer);
  }

  /** The first `bytes` bytes can be read now. */
  advance(bytes: number): void {
    Atomics.store(this.#cells, AVAILABLE, BigInt(bytes));
    Atomics.notify(this.#cells, AVAILABLE);
  }

  /** Nothing more will come. */
  complete(): void {
    Atomics.compareExchange(this.#cells, STATE, GROWING, COMPLETE);
    Atomics.notify(this.#cells, AVAILABLE);
  }

  /** Readers stop with Canceled. */
  abort(): void {
    Atomics.store(this.#cells, STATE, ABORTED);
    Atomics.notify(this.#cells, AVAILABLE);
  }

  /** Blocks the thread until there is more than `position` bytes or no more to come; the bytes there are. Throws Canceled. */
  waitBeyond(position: number): number {
    for (;;) {
      const state = Atomics.load(this.#cells, STATE);
      if (state === ABORTED) throw new EngineError('Canceled', 'the transfer was stopped');
      const available = Atomics.load(this.#cells, AVAILABLE);
      if (Number(available) > position || state === COMPLETE) return Number(available);
      // The state can change without the number: look again now and then.
      Atomics.wait(this.#cells, AVAILABLE, available, 100);
    }
  }
}

const AVAILABLE = 0;
const STATE = 1;
const GROWING = 0n;
const COMPLETE = 1n;
const ABORTED = 2n;

/** A part of a file that may still be growing. */
export interface FileRange {
  readonly path: string;
  readonly offset: number;
  /** To the end of the file when absent. */
  readonly length?: number;
  readonly growth: SharedArrayBuffer;
}

const CHUNK = 512 * 1024;

/**
 * Yields the range, blocking the thread while it waits for the writer. With `reuse` each chunk is only valid until the next.
 * Throws Canceled when the writer aborts, InvalidArgument when the file ends before the range does.
 */
export function* readRange({ path, offset, length, growth }: FileRange, reuse: boolean): Generator<Buffer<ArrayBuffer>> {
  const progress = new Growth(growth);
  const end = length === undefined ? Number.POSITIVE_INFINITY : offset + length;
  const fd = openSync(path, 'r');
  try {
    let shared: Buffer<ArrayBuffer> | undefined;
    for (let position = offset; position < end; ) {
      const available = Math.min(progress.waitBeyond(position), end);
      if (available <= position) {
        if (length === undefined) return;
        throw new EngineError('InvalidArgument', 'unexpected end of the archive');
      }
      const buffer = shared ?? Buffer.allocUnsafeSlow(CHUNK);
      if (reuse) shared = buffer;
      const count = readSync(fd, buffer, 0, Math.min(CHUNK, available - position), position);
      if (count === 0) throw new EngineError('Internal', `${path} became shorter while it was read`);
      position += count;
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(fd);
  }
}
