import { describe, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { SPARSE_FORMS, sparseTar } from '../../testkit/sparse-tars.ts';
import type { TarEntry } from './entry.ts';
import { TarReader } from './reader.ts';

interface Read {
  readonly entry: TarEntry;
  readonly content: string;
  readonly holes: number;
}

/** Files with their holes filled in; `raw` and content together are the archive. */
function read(bytes: Buffer, size = bytes.length): Map<string, Read> {
  const files = new Map<string, Read>();
  let entry: TarEntry | undefined;
  let pieces: Buffer[] = [];
  let holes = 0;
  let passed = 0;
  const reader = new TarReader({
    entry: (next) => {
      [entry, pieces, holes] = [next, [], 0];
    },
    raw: (piece) => {
      passed += piece.length;
    },
    data: (piece) => {
      passed += piece.length;
      pieces.push(Buffer.from(piece));
    },
    hole: (length) => {
      holes += length;
      pieces.push(Buffer.alloc(length));
    },
    end: () => {
      if (entry !== undefined) files.set(entry.name, { entry, content: digestOf(Buffer.concat(pieces)), holes });
      entry = undefined;
    },
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.finish();
  expect(passed).toBe(bytes.length);
  return files;
}

describe.each(SPARSE_FORMS)('sparse files as GNU tar packs them: %s', (_, ...options) => {
  it('have the bytes of the files and the size of their content', () => {
    const { tar, files } = sparseTar(...options);
    const found = read(tar);
    expect([...found.keys()]).toEqual([...files.keys()]);
    for (const [name, content] of files) {
      const { entry, content: got, holes } = found.get(name) as Read;
      expect(got, name).toBe(digestOf(content));
      expect([entry.size, entry.type, entry.mode], name).toEqual([content.length, 'file', 0o644]);
      expect([entry.isSparse ?? false, holes > 0], name).toEqual(name === 'plain' || name === 'zz last' ? [false, false] : [true, true]);
    }
  });

  it.each([7, 511, 4096])('are the same in pieces of %i bytes, and cut off they are an error', (size) => {
    const { tar } = sparseTar(...options);
    const last = tar.subarray(0, tar.lastIndexOf('last') + 512);
    expect(read(last, size)).toEqual(read(last));
    for (const length of [1500, last.length - 1500]) expect(() => read(tar.subarray(0, length), size), `${length}`).toThrow('unexpected end of the archive');
  });
});

describe('maps of sparse files', () => {
  const entry = 'invalid tar: entry "f": the map of the sparse file is wrong: ';

  it.each<[what: string, records: Record<string, string>, stored: string, why: string]>([
    ['parts that overlap', { map: '0,10,5,10', size: '100' }, 'x'.repeat(20), 'the part at 5 begins before the end of the one before, 10'],
    ['parts that go back', { map: '50,10,0,10', size: '100' }, 'x'.repeat(20), 'the part at 0 begins before the end of the one before, 60'],
    ['a part beyond the file', { map: '95,10', size: '100' }, 'x'.repeat(10), "the part at 95 ends beyond the file's size 100"],
    ['an empty part beyond the file', { map: '0,1,101,0', size: '100' }, 'x', "the part at 101 ends beyond the file's size 100"],
    ['more than is stored', { map: '0,20', size: '100' }, 'x', 'its parts have 20 bytes, the archive 1'],
    ['less than is stored', { map: '0,1', size: '100' }, 'xyz', 'its parts have 1 bytes, the archive 3'],
    ['no map', { size: '100' }, 'x', 'its parts have 0 bytes, the archive 1'],
    ['an offset alone', { map: '0,1,5', size: '100' }, 'x', 'an offset has no size'],
    ['a negative number', { map: '0,-1', size: '100' }, 'x', '"-1" is not a number'],
    ['a number that is none', { map: '0,1e3', size: '100' }, 'x', '"1e3" is not a number'],
    ['a number that is too large', { map: '0,99999999999999999999', size: '100' }, 'x', '"99999999999999999999" is not a number'],
    ['a size that is none', { map: '0,1', size: '' }, 'x', '"" is not a number'],
    ['a count that lies', { map: '0,1', size: '100', numblocks: '2' }, 'x', 'it has 1 parts and says 2'],
    ['too many parts', { map: `${'0,0,'.repeat(131_072)}0,0`, size: '100' }, '', 'it has more than 131072 parts'],
    ['no size', { map: '0,1' }, 'x', 'the size of the file is missing'],
    ['another form', { major: '2', minor: '0', realsize: '5' }, 'x', 'the form "2.0" is unknown'],
    ['lines that are no numbers', { major: '1', minor: '0', realsize: '5' }, block('1\n-1\n'), 'a line is not a number'],
    ['an empty line', { major: '1', minor: '0', realsize: '5' }, block('1\n\n'), 'a line is not a number'],
    ['a line without an end', { major: '1', minor: '0', realsize: '5' }, block('9'.repeat(40)), 'a number is out of range'],
    ['more lines than there are', { major: '1', minor: '0', realsize: '5' }, block(`9\n${'0\n0\n'.repeat(2)}`), 'a line is not a number'],
    ['lines beyond the content', { major: '1', minor: '0', realsize: '5' }, `200\n${'1\n'.repeat(254)}`, 'it is larger than the content'],
    ['more lines than are read', { major: '1', minor: '0', realsize: '5' }, block('131073\n'), 'it has more than 131072 parts'],
  ])('are refused by name: %s', (_, records, stored, why) => {
    const pax = Object.entries(records).map(([key, value]) => record(`GNU.sparse.${key}`, value));
    expect(() =>
      read(
        Buffer.concat([
          header('PaxHeaders/f', 'x', Buffer.byteLength(pax.join(''))),
          padded(pax.join('')),
          header('f', '0', stored.length),
          padded(stored),
          Buffer.alloc(1024),
        ]),
      ),
    ).toThrow(entry + why);
  });

  it('of the oldest form are refused alike', () => {
    const old = (parts: readonly (readonly [number, number])[], size: number, stored: number): Buffer => {
      const block = header('f', 'S', stored);
      for (const [index, [offset, length]] of parts.entries()) {
        block.write(octal(offset), 386 + index * 24);
        block.write(octal(length), 398 + index * 24);
      }
      block.write(octal(size), 483);
      return Buffer.concat([withChecksum(block), padded('x'.repeat(stored)), Buffer.alloc(1024)]);
    };
    expect(read(old([[5, 3]], 10, 3)).get('f')?.content).toBe(digestOf(Buffer.from('\0\0\0\0\0xxx\0\0')));
    expect(() =>
      read(
        old(
          [
            [0, 5],
            [4, 1],
          ],
          10,
          6,
        ),
      ),
    ).toThrow(`${entry}the part at 4 begins before`);
    expect(() => read(old([[8, 5]], 10, 5))).toThrow(`${entry}the part at 8 ends beyond`);
    expect(() => read(old([[0, 5]], 10, 6))).toThrow(`${entry}its parts have 5 bytes`);
    const posix = old([[0, 1]], 10, 1);
    posix.write('ustar\x0000', 257, 'latin1');
    withChecksum(posix);
    expect(() => read(posix)).toThrow(`${entry}its header is not of GNU tar`);
  });

  it('of the oldest form that never end are not kept in memory', () => {
    const head = header('f', 'S', 0);
    head[482] = 1;
    const more = Buffer.alloc(512);
    for (let at = 0; at < 504; at += 12) more.write(octal(0), at);
    more[504] = 1;
    const blocks = Array.from({ length: 131_072 / 21 + 1 }, () => more);
    expect(() => read(Buffer.concat([withChecksum(head), ...blocks]))).toThrow(`${entry}it has more than 131072 parts`);
  });

  it('in which offsets and sizes do not take turns are refused', () => {
    const pax = record('GNU.sparse.offset', '0') + record('GNU.sparse.offset', '1');
    expect(() => read(Buffer.concat([header('PaxHeaders/f', 'x', pax.length), padded(pax)]))).toThrow('offsets and sizes do not alternate');
  });
});

const octal = (value: number): string => value.toString(8).padStart(11, '0');
function block(text: string): string {
  return text.padEnd(512, '\0');
}

function record(key: string, value: string): string {
  const rest = `${key}=${value}`.length + 2;
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

function header(name: string, typeflag: string, size: number): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write(name, 0);
  bytes.write('0000644\0', 100);
  bytes.write(octal(size), 124);
  bytes.write(typeflag, 156);
  bytes.write('ustar  \0', 257);
  return withChecksum(bytes);
}

function withChecksum(bytes: Buffer): Buffer {
  bytes.fill(' ', 148, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

function padded(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
