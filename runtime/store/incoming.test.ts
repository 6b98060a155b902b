import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompressed } from './incoming.ts';

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
