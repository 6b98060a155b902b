import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { extract, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { EntryType, TarEntry } from './entry.ts';
import { TarReader } from './reader.ts';
import { END_OF_ARCHIVE, encodeEntry, type NewEntry, paddingAfter } from './writer.ts';

interface Member {
  readonly entry: NewEntry;
  readonly data: Buffer;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const PLAIN: NewEntry = {
  name: bytes('file'),
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 1_700_000_000,
  mtimeNano: 0,
  linkName: bytes(''),
  major: 0,
  minor: 0,
  xattrs: undefined,
};

function member(change: Partial<NewEntry>, data = ''): Member {
  return { entry: { ...PLAIN, size: data.length, ...change }, data: Buffer.from(data, 'latin1') };
}

function write(members: readonly Member[]): Buffer {
  return Buffer.concat([...members.flatMap(({ entry, data }) => [encodeEntry(entry), data, paddingAfter(data.length)]), END_OF_ARCHIVE]);
}

function read(tar: Buffer): { entry: TarEntry; data: string }[] {
  const found: { entry: TarEntry; data: string }[] = [];
  const reader = new TarReader({
    entry: (entry) => void found.push({ entry, data: '' }),
    data: (piece) => {
      const last = found.at(-1);
      if (last !== undefined) last.data += piece.toString('latin1');
    },
    end: () => undefined,
  });
  reader.push(tar);
  reader.finish();
  return found;
}

const TYPES: readonly EntryType[] = ['file', 'hardlink', 'symlink', 'character-device', 'block-device', 'directory', 'fifo'];
const path = fc.stringMatching(/^[a-zäß€😀/ ._-]{1,300}$/u).filter((text) => Buffer.from(text).length < 4000);
const anyMember: fc.Arbitrary<Member> = fc
  .record({
    name: path,
    type: fc.constantFrom(...TYPES),
    mode: fc.nat(0o7777),
    uid: fc.oneof(fc.nat(2000), fc.integer({ min: 0, max: 2 ** 32 - 2 })),
    gid: fc.oneof(fc.nat(2000), fc.integer({ min: 0, max: 2 ** 32 - 2 })),
    mtime: fc.oneof(fc.nat(2 ** 31), fc.integer({ min: -(2 ** 40), max: 2 ** 40 })),
    mtimeNano: fc.oneof(fc.constant(0), fc.nat(999_999_999)),
    linkName: path,
    major: fc.nat(4095),
    minor: fc.nat(1_048_575),
    xattrs: fc.option(fc.dictionary(fc.stringMatching(/^user\.[a-z.]{1,20}$/), fc.uint8Array({ maxLength: 40 }), { minKeys: 1, maxKeys: 3 }), {
      nil: undefined,
    }),
    data: fc.uint8Array({ maxLength: 1500 }),
  })
  .map(({ name, linkName, data, xattrs, ...rest }) => {
    const isFile = rest.type === 'file';
    const isDevice = rest.type.endsWith('device');
    const isLink = rest.type.endsWith('link');
    return {
      data: Buffer.from(isFile ? data : []),
      entry: {
        ...rest,
        // A file's slash would make it a directory.
        name: bytes(isFile ? `${name}x` : name),
        linkName: bytes(isLink ? linkName : ''),
        size: isFile ? data.length : 0,
        major: isDevice ? rest.major : 0,
        minor: isDevice ? rest.minor : 0,
        xattrs: xattrs === undefined ? undefined : new Map(Object.entries(xattrs)),
      },
    };
  });

describe('encodeEntry', () => {
  it('writes what the reader gives back', () => {
    fc.assert(
      fc.property(fc.array(anyMember, { maxLength: 6 }), (members) => {
        const tar = write(members);
        expect(tar.length % 512).toBe(0);
        expect(write(members).equals(tar), 'the same bytes each time').toBe(true);
        const expected = members.map(({ entry, data }) => {
          const name = Buffer.from(entry.name).toString();
          return {
            entry: {
              ...entry,
              name: entry.type === 'directory' && !name.endsWith('/') ? `${name}/` : name,
              linkName: Buffer.from(entry.linkName).toString(),
              xattrs: entry.xattrs,
            },
            data: data.toString('latin1'),
          };
        });
        expect(read(tar).map(({ entry, data }) => ({ entry: pick(entry), data }))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps sizes beyond 8 GiB', () => {
    const seen: TarEntry[] = [];
    const reader = new TarReader({ entry: (entry) => void seen.push(entry), data: () => undefined, end: () => undefined });
    reader.push(encodeEntry({ ...PLAIN, size: 2 ** 40 }));
    expect(seen).toMatchObject([{ name: 'file', size: 2 ** 40 }]);
  });

  it('is understood by tar-stream', async () => {
    const members = [
      member({ name: bytes('dir'), type: 'directory', mode: 0o1777 }),
      member({ name: bytes(`dir/${'long/'.repeat(50)}file`), uid: 2_097_151, mtimeNano: 500_000_000 }, 'content'),
      member({ name: bytes('dir/ünïcode'), type: 'symlink', linkName: bytes(`${'x'.repeat(150)}ß`) }),
      member({ name: bytes('null'), type: 'character-device', major: 1, minor: 3 }),
    ];
    const headers: Header[] = [];
    const parser = extract();
    parser.end(write(members));
    for await (const entry of parser) {
      headers.push(entry.header);
      entry.resume();
    }
    expect(headers.map(({ name, type, uid, linkname, devminor }) => ({ name, type, uid, linkname, devminor }))).toEqual([
      { name: 'dir/', type: 'directory', uid: 0, linkname: null, devminor: 0 },
      { name: `dir/${'long/'.repeat(50)}file`, type: 'file', uid: 2_097_151, linkname: null, devminor: 0 },
      { name: 'dir/ünïcode', type: 'symlink', uid: 0, linkname: `${'x'.repeat(150)}ß`, devminor: 0 },
      { name: 'null', type: 'character-device', uid: 0, linkname: null, devminor: 3 },
    ]);
  });

  it('is listed by GNU tar with owners, devices and times', () => {
    const raw = Buffer.from('caf\xe9', 'latin1');
    const tar = write([
      member({ name: bytes('d'), type: 'directory', mode: 0o755 }),
      member({ name: bytes('d/big id'), uid: 4_294_967_294, mtimeNano: 500_000_000 }, 'x'),
      member({ name: bytes('d/null'), type: 'character-device', major: 259, minor: 300_000, mode: 0o600 }),
      member({ name: bytes('d/link'), type: 'hardlink', linkName: bytes('d/big id') }),
      member({ name: raw }, 'bytes'),
      member({ name: Buffer.concat([Buffer.alloc(150, 0x61), raw]) }, 'long bytes'),
    ]);
    const listed = spawnSync('tar', ['--full-time', '--numeric-owner', '--utc', '-tvf', '-'], { input: tar, env: { ...process.env, LC_ALL: 'C' } });
    expect(listed.stderr.toString()).toBe('');
    const lines = listed.stdout.toString('latin1').trim().split('\n');
    expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
      'drwxr-xr-x 0/0 0 2023-11-14 22:13:20 d/',
      '-rw-r--r-- 4294967294/0 1 2023-11-14 22:13:20.5 d/big id',
      'crw------- 0/0 259,300000 2023-11-14 22:13:20 d/null',
      'hrw-r--r-- 0/0 0 2023-11-14 22:13:20 d/link link to d/big id',
      '-rw-r--r-- 0/0 5 2023-11-14 22:13:20 caf\\351',
      `-rw-r--r-- 0/0 10 2023-11-14 22:13:20 ${'a'.repeat(150)}caf\\351`,
    ]);
  });
});

/** The fields that are compared; a reader's entry has no others of meaning. */
function pick({ name, type, mode, uid, gid, size, mtime, mtimeNano, linkName, major, minor, xattrs }: TarEntry): TarEntry {
  return { name, type, mode, uid, gid, size, mtime, mtimeNano, linkName, major, minor, xattrs };
}
