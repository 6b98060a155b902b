import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Options of GNU tar by which it leaves holes out, for each form that it knows. */
export const SPARSE_FORMS: readonly (readonly [name: string, ...options: string[]])[] = [
  ['old GNU', '--format=gnu'],
  ['PAX 0.0', '--format=pax', '--sparse-version=0.0'],
  ['PAX 0.1', '--format=pax', '--sparse-version=0.1'],
  ['PAX 1.0', '--format=pax', '--sparse-version=1.0'],
];

const PIECE = 4096;
const LONG_NAME = `${'long-'.repeat(30)}name`;

/** Files by name: a size, and where pieces of content are. */
const SPARSE_FILES: Readonly<Record<string, { readonly size: number; readonly pieces: readonly number[] }>> = {
  'begin and end': { size: 1 << 20, pieces: [0, (1 << 20) - PIECE] },
  hole: { size: 3 << 20, pieces: [] },
  'content at the end': { size: 5 * PIECE, pieces: [4 * PIECE] },
  [LONG_NAME]: { size: (1 << 20) + 77, pieces: [8 * PIECE] },
  'many pieces': { size: 4 << 20, pieces: Array.from({ length: 100 }, (_, index) => index * 8 * PIECE) },
};

/** What GNU tar makes of files with holes, among plain ones, and the bytes of each file. */
export function sparseTar(...options: readonly string[]): { readonly tar: Buffer; readonly files: ReadonlyMap<string, Buffer> } {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-sparse-'));
  try {
    const files = new Map<string, Buffer>([['plain', Buffer.from('plain')]]);
    for (const [name, { size, pieces }] of Object.entries(SPARSE_FILES)) {
      const content = Buffer.alloc(size);
      for (const [index, at] of pieces.entries()) content.fill(`piece ${index} `, at, at + PIECE);
      files.set(name, content);
    }
    files.set('zz last', Buffer.from('last'));
    for (const [name, content] of files) writeWithHoles(join(directory, name), content);
    const names = [...files.keys()];
    const tar = execFileSync('tar', ['-C', directory, '--sparse', '--hole-detection=raw', ...options, '-cf', '-', ...names], { maxBuffer: 64 << 20 });
    return { tar, files };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function writeWithHoles(path: string, content: Buffer): void {
  writeFileSync(path, '');
  truncateSync(path, content.length);
  const fd = openSync(path, 'r+');
  for (let at = 0; at < content.length; at += PIECE) {
    const piece = content.subarray(at, at + PIECE);
    if (piece.some((byte) => byte !== 0)) writeSync(fd, piece, 0, piece.length, at);
  }
  closeSync(fd);
}
