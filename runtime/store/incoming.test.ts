import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { heldBytes } from '../testkit/held-bytes.ts';
import { decompressed, untilAborted } from './incoming.ts';

const CONTENT = Buffer.from('what an archive has in it, '.repeat(4000));
const half = CONTENT.length / 2;

async function inflated(bytes: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of decompressed(Readable.from([bytes], { objectMode: true }))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('what %s has packed', (_, pack) => {
  const both = Buffer.concat([pack(CONTENT.subarray(0, half)), pack(CONTENT.subarray(half))]);

  it('is inflated to its end, also from several streams one after the other', async () => {
    expect((await inflated(pack(CONTENT))).equals(CONTENT)).toBe(true);
    expect((await inflated(both)).equals(CONTENT)).toBe(true);
  });

  it('is refused where it is cut off', async () => {
    await expect(inflated(both.subarray(0, -3))).rejects.toThrow(/^invalid (?:gzip|zstd) data: /);
  });
});

describe('a transfer that can be stopped', () => {
  const MIB = 1024 * 1024;
  async function* pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index++) yield await Promise.resolve(new Uint8Array(MIB));
  }

  it('keeps nothing of what has gone through', async () => {
    const before = heldBytes();
    const through = untilAborted(pieces(100), new AbortController().signal);
    let bytes = 0;
    for (let index = 0; index < 99; index++) {
      const next = await through.next();
      if (next.done !== true) bytes += next.value.length;
    }
    expect(bytes).toBe(99 * MIB);
    await expect.poll(() => heldBytes() - before).toBeLessThan(8 * MIB);
    await through.return(undefined);
  });

  it('ends with Canceled while its source says nothing', async () => {
    const stop = new AbortController();
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
      await new Promise(() => undefined);
    }
    const through = untilAborted(silent(), stop.signal);
    await through.next();
    const next = through.next();
    stop.abort(new Error('gone'));
    await expect(next).rejects.toMatchObject({ kind: 'Canceled' });
  });
});
