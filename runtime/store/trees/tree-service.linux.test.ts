import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TarEntry } from '../../formats/tar/entry.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import { O, S } from '../../sys/constants.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { tarOf } from '../../testkit/image-archives.ts';
import { SPARSE_FORMS, sparseTar } from '../../testkit/sparse-tars.ts';
import { removeTree } from '../layers/remove-tree.ts';
import { TreeService } from './tree-service.ts';

const sys = createLinuxSyscalls();
const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');
const never = new AbortController().signal;

let directory: string;
let trees: TreeService;
let places = 0;
const open: number[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-trees-'));
  trees = new TreeService(sys);
});
afterAll(async () => {
  await trees[Symbol.asyncDispose]();
  for (const fd of open) closeSync(fd);
  removeTree(directory);
});

function place(): string {
  const path = join(directory, String(++places));
  mkdirSync(path);
  return path;
}

/** A root to hand over, as the engine holds one. */
function rootOf(path: string): number {
  const fd = openSync(path, O.PATH | constants.O_DIRECTORY);
  open.push(fd);
  return fd;
}

async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept: Buffer[] = [];
  for await (const piece of pieces) kept.push(Buffer.from(piece));
  return Buffer.concat(kept);
}

function entriesOf(tar: Buffer): TarEntry[] {
  const entries: TarEntry[] = [];
  const reader = new TarReader({ entry: (entry) => void entries.push(entry), data: () => undefined, end: () => undefined });
  reader.push(tar);
  reader.finish();
  return entries;
}

const pack = (root: string, path = '/', isWhole = true): Promise<Buffer> => bytesOf(trees.pack({ root: rootOf(root), path, closed: [], isWhole }, never));
const unpack = (root: string, tar: Buffer, path = '/'): Promise<void> =>
  trees.unpack({ root: rootOf(root), path, noOverwriteDirNonDir: false, owner: undefined, isRootReadonly: false }, Readable.from([tar]));
const packLayer = (upper: string, lower: readonly string[] = [], omitted: readonly string[] = []): Promise<Buffer> =>
  bytesOf(trees.packLayer({ upper, lower, omitted }, never));

describe.skipIf(!canRun)('TreeService', () => {
  it('unpacks what it packs to the same tree, which packs to the same bytes', async () => {
    const from = place();
    mkdirSync(join(from, 'd/deep'), { recursive: true });
    writeFileSync(join(from, 'd/file'), 'x'.repeat(700_000));
    linkSync(join(from, 'd/file'), join(from, 'd/deep/hard'));
    symlinkSync('ünïcode', join(from, 'd/soft'));
    writeFileSync(join(from, 'empty'), '');
    writeFileSync(join(from, 'n'.repeat(255)), 'long name');
    sys.lsetxattr(join(from, 'empty'), 'user.note', Buffer.from([0, 255]));
    sys.mknodat(rootOf(from), 'device', S.IFCHR | 0o640, 1, 3);
    sys.mknodat(rootOf(from), 'fifo', S.IFIFO | 0o600, 0, 0);
    sys.utimensat(rootOf(from), 'd/deep', 1_600_000_000_000_000_000n, 1_600_000_000_000_000_000n, 0);
    sys.fchownat(rootOf(from), 'd/soft', 4_000_000, 3_000_000_000, 0x100);
    sys.fchmodat(rootOf(from), 'd', 0o2751);
    const to = place();
    const tar = await pack(from);
    await unpack(to, tar);
    expect((await pack(to)).equals(tar)).toBe(true);
    expect(lstatSync(join(to, 'd/deep/hard')).ino).toBe(lstatSync(join(to, 'd/file')).ino);
    expect(spawnSync('tar', ['-d', '-C', to], { input: tar }).stdout.toString()).toBe('');
  });

  it.each(SPARSE_FORMS)("unpacks the holes of a client's archive, which tar left out in the form %s", async (_, ...options) => {
    const { tar, files } = sparseTar(...options);
    const to = place();
    await unpack(to, tar);
    for (const [name, content] of files) {
      expect(readFileSync(join(to, name)).equals(content), name).toBe(true);
      expect(lstatSync(join(to, name)).blocks * 512, name).toBeLessThan(content.length / 2 + 8192);
    }
  });

  it('says of which file the size is more than the file system has, and leaves none', async () => {
    const to = place();
    const records = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'vast', 'GNU.sparse.realsize': '9007199254740991' };
    const tar = await tarOf([{ header: { name: 'x', pax: records }, data: '0\n'.padEnd(512, '\0') }]);
    await expect(unpack(to, tar)).rejects.toThrow('invalid tar: entry "vast": ');
    expect(readdirSync(to)).toEqual([]);
  });

  it('packs names that are not UTF-8 as they are, and leaves sockets out', async () => {
    const from = place();
    const name = Buffer.concat([Buffer.from(`${from}/caf`), Buffer.from([0xe9])]);
    writeFileSync(name, 'x');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(from, 'socket'), resolve));
    try {
      const listed = spawnSync('tar', ['-t'], { input: await pack(from), env: { ...process.env, LC_ALL: 'C' } }).stdout.toString();
      expect(listed).toBe('caf\\351\n');
    } finally {
      server.close();
    }
  });

  it('gives a file its size at the beginning, whatever is written to it meanwhile', async () => {
    const from = place();
    writeFileSync(join(from, 'shrinks'), Buffer.alloc(8_000_000, 1));
    writeFileSync(join(from, 'sticks out'), Buffer.alloc(8_000_000, 2));
    const pieces = trees.pack({ root: rootOf(from), path: '/', closed: [], isWhole: true }, never);
    const first = Buffer.from((await pieces.next()).value as Buffer);
    // The pipe holds the worker up in the first file.
    truncateSync(join(from, 'shrinks'), 10);
    appendFileSync(join(from, 'sticks out'), 'more');
    const tar = Buffer.concat([first, await bytesOf(pieces)]);
    expect(entriesOf(tar).map(({ name, size }) => [name, size])).toEqual([
      ['shrinks', 8_000_000],
      ['sticks out', expect.any(Number)],
    ]);
    expect(tar.subarray(7_900_000, 8_000_000).every((byte) => byte === 0)).toBe(true);
  });

  it('ends in the middle when asked to, or when nobody reads on, and gives its thread back', async () => {
    const from = place();
    writeFileSync(join(from, 'big'), Buffer.alloc(20_000_000));
    for (let round = 0; round < 30; round++) {
      const controller = new AbortController();
      const pieces = trees.pack({ root: rootOf(from), path: '/', closed: [], isWhole: true }, controller.signal);
      await pieces.next();
      if (round % 2 === 0) await pieces.return(undefined);
      else {
        controller.abort(new Error('enough'));
        await expect(bytesOf(pieces)).rejects.toThrow('enough');
      }
    }
    expect((await trees.stat({ root: rootOf(from), path: '/big' })).size).toBe(20_000_000);
  });

  it('says that directories are too deep instead of using up all descriptors', async () => {
    const from = place();
    const fd = rootOf(from);
    let at = fd;
    for (let depth = 0; depth < 1100; depth++) {
      sys.mkdirat(at, 'd', 0o755);
      const next = sys.openat2(at, 'd', { flags: O.PATH | O.DIRECTORY });
      if (at !== fd) closeSync(at);
      at = next;
    }
    closeSync(at);
    await expect(pack(from)).rejects.toMatchObject({ kind: 'TooLarge' });
  });

  it('tells what is there: size, mode, time and where a link leads in the end', async () => {
    const from = place();
    mkdirSync(join(from, 'a/b'), { recursive: true });
    writeFileSync(join(from, 'a/file'), 'four');
    utimesSync(join(from, 'a/file'), 5, 6);
    symlinkSync('/a/b/../b/to', join(from, 'link'));
    symlinkSync('../../../a', join(from, 'a/b/to'));
    symlinkSync('round', join(from, 'round'));
    const root = rootOf(from);
    expect(await trees.stat({ root, path: 'a//./file' })).toEqual({ name: 'file', size: 4, mode: 0o100644, mtime: 6_000_000_000n, linkTarget: '' });
    expect((await trees.stat({ root, path: '/link' })).linkTarget).toBe('/a');
    expect((await trees.stat({ root, path: '/link/' })).mode & 0o170000).toBe(S.IFDIR);
    expect((await trees.stat({ root, path: '/round' })).linkTarget).toBe('/round');
    for (const [path, kind] of [
      ['/nothing', 'NotFound'],
      ['/a/file/x', 'InvalidArgument'],
      ['/round/', 'InvalidArgument'],
      [`/${'n'.repeat(300)}`, 'InvalidArgument'],
    ]) {
      await expect(trees.stat({ root, path: path ?? '' })).rejects.toMatchObject({ kind });
    }
  });

  it('makes a layer of an upper directory: whiteouts, opaque directories, no places of the engine, no attributes of overlays', async () => {
    const lower = place();
    mkdirSync(join(lower, 'etc'), { mode: 0o755 });
    const upper = place();
    mkdirSync(join(upper, 'etc'));
    writeFileSync(join(upper, 'etc/hosts'), '');
    mkdirSync(join(upper, 'proc'));
    mkdirSync(join(upper, 'new'));
    sys.lsetxattr(join(upper, 'new'), 'trusted.overlay.opaque', Buffer.from('y'));
    sys.lsetxattr(join(upper, 'new'), 'trusted.overlay.origin', Buffer.from('x'));
    sys.mknodat(rootOf(upper), 'new/gone', S.IFCHR, 0, 0);
    sys.mknodat(rootOf(upper), 'gone', S.IFCHR, 0, 0);
    const omitted = ['etc', 'etc/hosts', 'proc'];
    const tar = await packLayer(upper, [lower], omitted);
    expect(entriesOf(tar).map(({ name, type, xattrs }) => [name, type, xattrs])).toEqual([
      ['.wh.gone', 'file', undefined],
      ['new/', 'directory', undefined],
      ['new/.wh..wh..opq', 'file', undefined],
      ['new/.wh.gone', 'file', undefined],
    ]);
    writeFileSync(join(upper, 'etc/mine'), '');
    expect(entriesOf(await packLayer(upper, [lower], omitted)).map(({ name }) => name)).toContain('etc/mine');
    rmSync(join(upper, 'etc/mine'));
    sys.fchmodat(rootOf(upper), 'etc', 0o700);
    expect(entriesOf(await packLayer(upper, [lower], omitted)).map(({ name }) => name)).toContain('etc/');
    expect(entriesOf(await packLayer(place()))).toEqual([]);
  });

  it('unpacks over what is there by the rules of replacement', async () => {
    const root = place();
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'd/kept'), '');
    writeFileSync(join(root, 'f'), 'a file');
    symlinkSync('/etc', join(root, 'l'));
    const from = place();
    mkdirSync(join(from, 'd'));
    mkdirSync(join(from, 'f'));
    writeFileSync(join(from, 'l'), 'no link any more');
    writeFileSync(join(from, '.wh.d'), 'only a name');
    await unpack(root, await pack(from));
    expect(readdirSync(root).sort()).toEqual(['.wh.d', 'd', 'f', 'l']);
    expect([readdirSync(join(root, 'd')), lstatSync(join(root, 'f')).isDirectory(), readFileSync(join(root, 'l'), 'utf8')]).toEqual([
      ['kept'],
      true,
      'no link any more',
    ]);
    await expect(unpack(root, await pack(from), '/l')).rejects.toMatchObject({ kind: 'Internal', message: 'extraction point is not a directory' });
    await expect(unpack(root, await pack(from), '/nothing')).rejects.toMatchObject({ kind: 'NotFound' });
  });
});
