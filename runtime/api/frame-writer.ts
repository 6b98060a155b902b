import { FRAME_HEADER_SIZE, type StreamNumber, writeFrameHeader } from '../formats/docker/raw-stream.ts';

const CAPACITY = 64 * 1024;

/** Many processes write nothing. */
const NO_BLOCK = Buffer.alloc(0);

/** Where a FrameWriter sends its bytes: a response or a raw connection. */
export interface ByteSink {
  /** False: wait for `drained` before the next one. The bytes belong to the sink from now on. */
  write(data: Uint8Array): boolean;
  drained(): Promise<void>;
}

/**
 * Gathers output into blocks: many small pieces become one write, and the block goes out as soon as the producer has
 * to wait. With `multiplexed` every piece gets a frame header.
 */
export class FrameWriter {
  readonly #sink: ByteSink;
  readonly #multiplexed: boolean;
  #block: Buffer = NO_BLOCK;
  #used = 0;
  #scheduled: NodeJS.Immediate | null = null;
  #blocked = false;

  constructor(sink: ByteSink, multiplexed: boolean) {
    this.#sink = sink;
    this.#multiplexed = multiplexed;
  }

  /** False: the sink is full, await `drained`. */
  push(stream: StreamNumber, data: Uint8Array): boolean {
    const size = data.length + (this.#multiplexed ? FRAME_HEADER_SIZE : 0);
    if (this.#used + size > this.#block.length) this.flush();
    if (size <= CAPACITY && this.#block.length < CAPACITY / 4) this.#block = Buffer.allocUnsafe(CAPACITY);
    if (size > this.#block.length) {
      const frame = Buffer.allocUnsafe(size);
      this.#put(frame, 0, stream, data);
      this.#send(frame);
    } else {
      this.#put(this.#block, this.#used, stream, data);
      this.#used += size;
      this.#scheduled ??= setImmediate(() => this.flush());
    }
    return !this.#blocked;
  }

  flush(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    if (this.#used === 0) return;
    // The sink keeps a view of what is written, so the rest of the block goes on being filled and never overwritten.
    const ready = this.#block.subarray(0, this.#used);
    this.#block = this.#block.length - this.#used < CAPACITY / 4 ? NO_BLOCK : this.#block.subarray(this.#used);
    this.#used = 0;
    this.#send(ready);
  }

  async drained(): Promise<void> {
    if (!this.#blocked) return;
    await this.#sink.drained();
    this.#blocked = false;
  }

  #put(target: Buffer, offset: number, stream: StreamNumber, data: Uint8Array): void {
    if (this.#multiplexed) writeFrameHeader(target, offset, stream, data.length);
    target.set(data, offset + (this.#multiplexed ? FRAME_HEADER_SIZE : 0));
  }

  #send(data: Uint8Array): void {
    if (!this.#sink.write(data)) this.#blocked = true;
  }
}
