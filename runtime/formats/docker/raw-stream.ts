/** Docker Engine API, ContainerAttach, "Stream format": one byte of stream, three of zero, length as 32 bits big-endian. */
export const FRAME_HEADER_SIZE = 8;

export type StreamNumber = 0 | 1 | 2;

/** Writes the header of a frame of `length` bytes at `offset`. */
export function writeFrameHeader(target: Uint8Array, offset: number, stream: StreamNumber, length: number): void {
  target[offset] = stream;
  target.fill(0, offset + 1, offset + 4);
  new DataView(target.buffer, target.byteOffset).setUint32(offset + 4, length);
}

/** One whole frame; copies `data`. */
export function encodeFrame(stream: StreamNumber, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_SIZE + data.length);
  writeFrameHeader(frame, 0, stream, data.length);
  frame.set(data, FRAME_HEADER_SIZE);
  return frame;
}

export interface FramePiece {
  readonly stream: StreamNumber;
  /** A view into the chunk it came in; a frame that spans chunks yields several pieces. */
  readonly data: Uint8Array;
}

/** Takes the frames apart as bytes arrive; memory does not grow with the length a header claims. */
export class FrameDecoder {
  readonly #header = new Uint8Array(FRAME_HEADER_SIZE);
  #headerLength = 0;
  #remaining = 0;

  /** Throws when a header names no known stream, which means the bytes are not frames at all. */
  *push(chunk: Uint8Array): Generator<FramePiece> {
    let position = 0;
    while (position < chunk.length) {
      if (this.#remaining > 0) {
        const end = Math.min(chunk.length, position + this.#remaining);
        this.#remaining -= end - position;
        yield { stream: this.#header[0] as StreamNumber, data: chunk.subarray(position, end) };
        position = end;
        continue;
      }
      this.#header[this.#headerLength++] = chunk[position++] ?? 0;
      if (this.#headerLength < FRAME_HEADER_SIZE) continue;
      if ((this.#header[0] ?? 3) > 2) throw new Error(`unknown stream number ${String(this.#header[0])} in a multiplexed stream`);
      this.#remaining = new DataView(this.#header.buffer).getUint32(4);
      this.#headerLength = 0;
    }
  }

  /** True between frames; false at the end of the bytes means that they were cut. */
  get atBoundary(): boolean {
    return this.#remaining === 0 && this.#headerLength === 0;
  }
}
