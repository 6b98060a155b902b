import type { Readable } from 'node:stream';
import { EngineError } from '../../base/errors.ts';

/** The whole of a body. Throws TooLarge past `limit`, whatever its length was said to be; the stream is destroyed then. */
export async function readBounded(body: Readable, limit: number, what: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      body.destroy();
      throw new EngineError('TooLarge', `${what}: more than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
