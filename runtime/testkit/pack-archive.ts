import { spawnSync } from 'node:child_process';
import { gzipSync, zstdCompressSync } from 'node:zlib';

/** By a program of the host, as Node knows neither bzip2 nor xz. */
export function packedBy(command: string, bytes: Buffer): Buffer {
  const { stdout, status } = spawnSync(command, ['-c'], { input: bytes, maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${command} failed`);
  return stdout;
}

/** Every way in which an archive may come. */
export const PACKINGS: readonly (readonly [string, (tar: Buffer) => Buffer])[] = [
  ['plain', (tar) => tar],
  ['gzip', (tar) => gzipSync(tar)],
  ['zstd', (tar) => zstdCompressSync(tar)],
  ['bzip2', (tar) => packedBy('bzip2', tar)],
  ['xz', (tar) => packedBy('xz', tar)],
];
