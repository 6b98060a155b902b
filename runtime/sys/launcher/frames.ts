/** Frame types of a monitor's connections; runtime/launcher/README.md has the table. 0 to 2 are Docker's stream numbers. */
export const FrameType = {
  stdin: 0,
  stdout: 1,
  stderr: 2,
  start: 16,
  ready: 17,
  go: 18,
  started: 19,
  failed: 20,
  abort: 21,
  attach: 22,
  attached: 23,
  exec: 24,
  execStarted: 25,
  resize: 26,
  signal: 27,
  result: 28,
  stdinClose: 29,
  exit: 30,
  hello: 31,
  acknowledge: 32,
  end: 33,
  discard: 34,
  oom: 35,
  network: 36,
  publish: 37,
  published: 38,
  refused: 39,
  release: 40,
  emptyLog: 41,
} as const;

export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

const HEADER_SIZE = 8;
/** Largest payload of a frame that is not output; output is handed on in pieces as it arrives. */
const MAX_CONTROL = 64 * 1024;

/** Docker's multiplex header followed by the payload: type, three zero bytes, big-endian size. */
export function encodeFrame(type: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_SIZE + payload.length);
  frame.writeUInt32BE(type * 0x1000000, 0);
  frame.writeUInt32BE(payload.length, 4);
  frame.set(payload, HEADER_SIZE);
  return frame;
}

/**
 * Cuts a byte stream into frames. Output (types 1 and 2) is passed on without waiting for the rest of its frame,
 * so one frame may come out as several; bytes are never copied. Throws RangeError on a control frame above 64 KiB.
 */
export class FrameParser {
  #held: Buffer = Buffer.alloc(0);
  #outputType = 0;
  #outputLeft = 0;

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      if (this.#outputLeft > 0) {
        if (rest.length === 0) break;
        const payload = rest.subarray(0, this.#outputLeft);
        this.#outputLeft -= payload.length;
        rest = rest.subarray(payload.length);
        frames.push({ type: this.#outputType, payload });
        continue;
      }
      if (rest.length < HEADER_SIZE) break;
      const type = rest[0] ?? 0;
      const size = rest.readUInt32BE(4);
      if (type === FrameType.stdout || type === FrameType.stderr) {
        this.#outputType = type;
        this.#outputLeft = size;
        rest = rest.subarray(HEADER_SIZE);
        continue;
      }
      if (size > MAX_CONTROL) throw new RangeError(`frame of type ${type} has ${size} bytes`);
      if (rest.length < HEADER_SIZE + size) break;
      frames.push({ type, payload: rest.subarray(HEADER_SIZE, HEADER_SIZE + size) });
      rest = rest.subarray(HEADER_SIZE + size);
    }
    this.#held = rest;
    return frames;
  }
}
