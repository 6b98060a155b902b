import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { tarOf } from '../testkit/image-archives.ts';
import { looksLikeTar, sniffCompression } from './compression.ts';

it('knows compressions by their first bytes', async () => {
  const tar = await tarOf([{ header: { name: 'f' }, data: 'x' }]);
  expect([tar, gzipSync(tar), zstdCompressSync(tar), Buffer.from('BZh9'), Buffer.from('\xfd7zXZ\0', 'latin1'), Buffer.alloc(0)].map(sniffCompression)).toEqual([
    'none',
    'gzip',
    'zstd',
    'bzip2',
    'xz',
    'none',
  ]);
  expect(sniffCompression(Buffer.from([0x52, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]))).toBe('zstd');
  expect([looksLikeTar(tar), looksLikeTar(gzipSync(tar)), looksLikeTar(tar.subarray(0, 300))]).toEqual([true, false, false]);
});
