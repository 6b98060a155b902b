import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tarOf } from '../../testkit/image-archives.ts';
import type { TarEntry } from './entry.ts';
import { TarReader } from './reader.ts';

interface Member {
  readonly entry: TarEntry;
  readonly offset: number;
  readonly data: string;
}

/** Reads `bytes` in pieces of `size`. */
function read(bytes: Buffer, size = bytes.length): Member[] {
  const members: Member[] = [];
  let entry: TarEntry | undefined;
  let begin = 0;
  let data = '';
  const reader = new TarReader({
    entry: (next, offset) => {
      [entry, begin, data] = [next, offset, ''];
    },
    data: (piece) => {
      data += piece.toString('latin1');
    },
    end: () => {
      if (entry !== undefined) members.push({ entry, offset: begin, data });
    },
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.finish();
  expect(reader.offset).toBe(bytes.length);
  return members;
}

const mixed = tarOf([
  { header: { name: 'dir/', type: 'directory', mode: 0o1777 } },
  { header: { name: 'dir/file', mode: 0o4755, uid: 1, gid: 2, mtime: new Date(1_600_000_000_000) }, data: 'x'.repeat(1500) },
  { header: { name: 'empty' }, data: '' },
  { header: { name: `${'long/'.repeat(60)}name`, pax: { mtime: '-1.5', 'SCHILY.xattr.user.a': 'b' } }, data: 'long' },
  { header: { name: 'ünïcode', type: 'symlink', linkname: `t/${'x'.repeat(200)}` } },
  { header: { name: 'null', type: 'character-device', devmajor: 1, devminor: 3 } },
]);

describe('TarReader', () => {
  it('gives entries with their content and place', async () => {
    const bytes = await mixed;
    const members = read(bytes);
    expect(members.map(({ entry }) => [entry.type, entry.name, entry.mode.toString(8)])).toEqual([
      ['directory', 'dir/', '1777'],
      ['file', 'dir/file', '4755'],
      ['file', 'empty', '644'],
      ['file', `${'long/'.repeat(60)}name`, '644'],
      ['symlink', 'ünïcode', '644'],
      ['character-device', 'null', '644'],
    ]);
    const [, file, , long, link, device] = members;
    expect(file?.entry).toMatchObject({ uid: 1, gid: 2, size: 1500, mtime: 1_600_000_000, mtimeNano: 0 });
    expect(bytes.toString('latin1', file?.offset, (file?.offset ?? 0) + 1500)).toBe(file?.data);
    expect(long).toMatchObject({ data: 'long', entry: { mtime: -2, mtimeNano: 500_000_000, xattrs: new Map([['user.a', Uint8Array.from([98])]]) } });
    expect(link?.entry.linkName).toBe(`t/${'x'.repeat(200)}`);
    expect(device?.entry).toMatchObject({ major: 1, minor: 3 });
  });

  it('reads the same however the bytes are cut', async () => {
    const bytes = await mixed;
    const whole = read(bytes);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (size) => void expect(read(bytes, size)).toEqual(whole)),
      { numRuns: 40 },
    );
  });

  it('takes every end in the middle for one', async () => {
    const bytes = await mixed;
    for (const length of [0, 1, 511, 1100, 2000, 3500]) expect(() => read(bytes.subarray(0, length))).toThrow('unexpected end of the archive');
  });

  it('takes an archive without end marks, and without the padding of its last file', async () => {
    const bytes = await tarOf([{ header: { name: 'a' }, data: 'abc' }]);
    for (const length of [515, 1000, 1024, 1536]) expect(read(bytes.subarray(0, length))).toEqual(read(bytes));
  });

  it('throws nothing but InvalidArgument for damaged bytes', async () => {
    const bytes = await mixed;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, repaired) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = value;
        const start = at - (at % 512);
        if (repaired) writeChecksum(damaged.subarray(start, start + 512));
        try {
          read(damaged);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'InvalidArgument' });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads GNU long names and base-256 numbers', () => {
    const name = `gnu/${'n'.repeat(150)}`;
    const bytes = Buffer.concat([
      header('././@LongLink', 'L', name.length + 1),
      padded(`${name}\0`),
      header('cut', '0', 2, 3_000_000_000),
      padded('hi'),
      Buffer.alloc(1024),
    ]);
    expect(read(bytes)).toMatchObject([{ data: 'hi', entry: { name, uid: 3_000_000_000, type: 'file' } }]);
  });

  it('takes old archives that mark directories by a slash, and ignores global headers', () => {
    const bytes = Buffer.concat([header('pax_global', 'g', 5), padded('junk!'), header('old/', '\0', 0), Buffer.alloc(1024)]);
    expect(read(bytes)).toMatchObject([{ entry: { name: 'old/', type: 'directory' } }]);
  });

  it('refuses types that an image cannot have', () => {
    expect(() => read(Buffer.concat([header('f', 'M', 0), Buffer.alloc(1024)]))).toThrow('unsupported type "M"');
  });
});

function header(name: string, typeflag: string, size: number, uid = 0): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.writeUInt32BE(uid, 112);
  block[108] = 0x80;
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(typeflag, 156);
  block.write('ustar  \0', 257);
  writeChecksum(block);
  return block;
}

function writeChecksum(block: Buffer): void {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

function padded(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
