import { ShellError } from '../ipc/failure.ts';

export interface Frame {
  readonly stream: 1 | 2;
  readonly data: Buffer;
}

const HEADER = 8;
const MAX_FRAME = 64 * 1024 * 1024;

/** Docker's multiplexed stream: frames of `[1|2, 0, 0, 0, length as four bytes, most significant first]` and data. Yields what arrived together. */
export async function* frames(body: AsyncIterable<Buffer>): AsyncGenerator<readonly Frame[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const found: Frame[] = [];
    let at = 0;
    while (rest.length - at >= HEADER) {
      const stream = rest[at];
      const length = rest.readUInt32BE(at + 4);
      if (stream !== 1 && stream !== 2) throw new ShellError(`not a stream number: ${stream}`);
      if (length > MAX_FRAME) throw new ShellError(`a frame of ${length} bytes`);
      if (rest.length - at < HEADER + length) break;
      found.push({ stream, data: rest.subarray(at + HEADER, at + HEADER + length) });
      at += HEADER + length;
    }
    rest = rest.subarray(at);
    if (found.length > 0) yield found;
  }
}
