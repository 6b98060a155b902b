import type { Socket } from 'node:net';
import { EngineError } from '../../base/errors.ts';
import { encodeFrame, type Frame, FrameParser } from './frames.ts';

/** One connection to a monitor as frames. The handler gets them in order; frames that arrive while there is none wait. */
export class FrameChannel {
  readonly #socket: Socket;
  readonly #parser = new FrameParser();
  readonly #waiting: Frame[] = [];
  #handler: ((frame: Frame) => void) | undefined;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    let frames: Frame[];
    try {
      frames = this.#parser.push(chunk);
    } catch {
      this.#socket.destroy();
      return;
    }
    for (const frame of frames) {
      if (this.#handler === undefined) this.#waiting.push(frame);
      else this.#handler(frame);
    }
  }

  /** Gives `handler` everything from here on, beginning with what has waited. */
  handle(handler: ((frame: Frame) => void) | undefined): void {
    this.#handler = handler;
    while (this.#handler !== undefined) {
      const frame = this.#waiting.shift();
      if (frame === undefined) return;
      this.#handler(frame);
    }
  }

  /** The next frame of one of `types`; others wait: output can be here before the word that its process runs. Rejects with Unavailable when the connection ends first. */
  next(...types: number[]): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const earlier: Frame[] = [];
      this.handle((frame) => {
        if (!types.includes(frame.type)) {
          earlier.push(frame);
          return;
        }
        this.handle(undefined);
        this.#waiting.unshift(...earlier);
        resolve(frame);
      });
      void this.closed.then(() => reject(new EngineError('Unavailable', 'the monitor has closed the connection')));
    });
  }

  /** Resolves when the bytes are with the kernel, which takes no more than the monitor reads. Rejects when the connection is gone. */
  send(type: number, payload?: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(encodeFrame(type, payload), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Sends what may be lost together with the connection. */
  post(type: number, payload?: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(encodeFrame(type, payload));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }
}

export function u32s(...values: number[]): Buffer {
  const payload = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, index) => payload.writeUInt32LE(value >>> 0, index * 4));
  return payload;
}
