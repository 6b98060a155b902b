import { EngineError } from '../../base/errors.ts';
import { type FrameChannel, u32s } from './frame-channel.ts';
import { type Frame, FrameType } from './frames.ts';
import type { ProcessStreams } from './launcher.ts';

/** Unread bytes at which reading from the monitor stops, and at which it goes on. */
const HIGH = 256 * 1024;
const LOW = 64 * 1024;
const PIECE = 32 * 1024;

type Output = { readonly stream: 1 | 2; readonly data: Uint8Array };

/** The stdin and output of one connection; the owner of the channel feeds it frames. */
export class ChannelStreams implements ProcessStreams {
  readonly #channel: FrameChannel;
  readonly #dispose: () => void;
  readonly #queue: Output[] = [];
  #queued = 0;
  #paused = false;
  #ended = false;
  #stdinClosed = false;
  #wake: (() => void) | undefined;
  readonly output: AsyncIterable<Output>;

  /** `dispose` says what closing means: leave the connection, or tell the monitor to discard. */
  constructor(channel: FrameChannel, dispose: () => void) {
    this.#channel = channel;
    this.#dispose = dispose;
    this.output = { [Symbol.asyncIterator]: () => ({ next: () => this.#next(), return: () => Promise.resolve({ done: true, value: undefined }) }) };
    void channel.closed.then(() => this.#end());
  }

  /** True when the frame was one of the streams'. */
  take(frame: Frame): boolean {
    if (frame.type === FrameType.stdout || frame.type === FrameType.stderr) {
      if (!this.#ended) {
        this.#queue.push({ stream: frame.type, data: frame.payload });
        this.#queued += frame.payload.length;
        if (this.#queued >= HIGH && !this.#paused) {
          this.#paused = true;
          this.#channel.pause();
        }
      }
    } else if (frame.type === FrameType.end) this.#end();
    else if (frame.type === FrameType.stdinClose) this.#stdinClosed = true;
    else return false;
    this.#wake?.();
    return true;
  }

  #end(): void {
    this.#ended = true;
    this.#stdinClosed = true;
    this.#wake?.();
  }

  async #next(): Promise<IteratorResult<Output, undefined>> {
    for (;;) {
      const item = this.#queue.shift();
      if (item !== undefined) {
        this.#queued -= item.data.length;
        if (this.#paused && this.#queued <= LOW) {
          this.#paused = false;
          this.#channel.resume();
        }
        return { done: false, value: item };
      }
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; at += PIECE) {
      if (this.#stdinClosed) throw new EngineError('Conflict', 'stdin is closed');
      try {
        await this.#channel.send(FrameType.stdin, data.subarray(at, at + PIECE));
      } catch (cause) {
        throw new EngineError('Conflict', 'stdin is closed', { cause });
      }
    }
  }

  closeStdin(): void {
    if (this.#stdinClosed) return;
    this.#stdinClosed = true;
    this.#channel.post(FrameType.stdinClose);
  }

  resize(rows: number, columns: number): void {
    this.#channel.post(FrameType.resize, u32s(0, rows, columns));
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) {
      this.#queue.length = 0;
      this.#queued = 0;
      this.#end();
      if (this.#paused) this.#channel.resume();
      this.#paused = false;
      this.#dispose();
    }
    return Promise.resolve();
  }
}
