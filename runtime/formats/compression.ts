export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/** How many first bytes `sniffCompression` wants. */
export const SNIFF_BYTES = 6;

/** Names the compression by the first bytes; whatever is not known counts as none. */
export function sniffCompression(head: Uint8Array): Compression {
  const found = MAGIC.find(([, magic]) => magic.every((byte, index) => head[index] === byte));
  // A zstd stream may begin with a skippable frame (RFC 8878 section 3.1.2).
  if (found === undefined && head.length >= 4 && ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'zstd';
  return found?.[0] ?? 'none';
}

/** True when `head` (512 bytes or more) is a tar header by its magic `ustar` at 257 (POSIX pax, GNU). */
export function looksLikeTar(head: Uint8Array): boolean {
  return head.length >= 512 && String.fromCharCode(...head.subarray(257, 262)) === 'ustar';
}
