import { closeSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { hostileTars } from '../../testkit/hostile-tars.ts';
import { type TarEntry, tarOf } from '../../testkit/image-archives.ts';
import { PACKINGS, packedBy } from '../../testkit/pack-archive.ts';
import { sparseTar } from '../../testkit/sparse-tars.ts';
import { removeTree } from '../layers/remove-tree.ts';
import { runCopyActions } from './copy-actions.ts';

const sys = createLinuxSyscalls();
const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

let directory: string;
let from: string;
let to: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-add-'));
});
afterAll(() => removeTree(directory));
beforeEach(() => {
  for (const name of ['from', 'layer', 'outside']) removeTree(join(directory, name));
  from = join(directory, 'from');
  to = join(directory, 'layer');
  for (const path of [from, to]) mkdirSync(path);
});

async function add(
  path: string,
  destination: string,
  options: { readonly entries?: number; readonly bytes?: number; readonly chown?: { uid: number; gid: number } } = {},
): Promise<void> {
  using held = new DisposableStack();
  const [source, root] = [from, to].map((each) => {
    const fd = openSync(each, 'r');
    held.defer(() => closeSync(fd));
    return fd;
  }) as [number, number];
  const sources = [{ root: source, path, unpack: true, allowEmpty: true, owner: { uid: 0, gid: 0 } }];
  const target = { root, time: undefined, umask: 0o022, limits: { entries: options.entries ?? 100_000, bytes: options.bytes ?? 1e9 }, check: () => undefined };
  await runCopyActions(sys, target, [{ kind: 'copy', sources, destination, owner: options.chown, chmod: undefined, parents: false, exclude: [] }]);
}

const ENTRIES: readonly TarEntry[] = [
  { header: { name: 'd/', type: 'directory', mode: 0o700, uid: 5, gid: 6 } },
  { header: { name: 'd/f', mode: 0o640, uid: 7, gid: 8, mtime: new Date(1_500_000_000_000) }, data: 'content' },
  { header: { name: 'd/l', type: 'symlink', linkname: 'f' } },
];

describe.skipIf(!canRun)('ADD of archives', () => {
  it.each(PACKINGS)('unpacks a %s tar by its content, with the owners that it says', async (_name, pack) => {
    writeFileSync(join(from, 'archive.bin'), pack(await tarOf(ENTRIES)));
    await add('archive.bin', '/x/y');
    const [made, inner, file] = ['x', 'x/y/d', 'x/y/d/f'].map((path) => lstatSync(join(to, path)));
    expect([made?.uid, made?.gid, inner?.uid, inner?.gid, (inner?.mode ?? 0) & 0o777]).toEqual([0, 0, 5, 6, 0o700]);
    expect([file?.uid, file?.gid, (file?.mode ?? 0) & 0o777, file?.mtimeMs]).toEqual([7, 8, 0o640, 1_500_000_000_000]);
    expect([readFileSync(join(to, 'x/y/d/f'), 'utf8'), readlinkSync(join(to, 'x/y/d/l'))]).toEqual(['content', 'f']);
  });

  it('gives all of it to whom the instruction says', async () => {
    writeFileSync(join(from, 'archive.tar'), await tarOf(ENTRIES));
    await add('archive.tar', '/x/y', { chown: { uid: 1, gid: 2 } });
    const owners = ['x', 'x/y', 'x/y/d', 'x/y/d/f', 'x/y/d/l'].map((path) => lstatSync(join(to, path))).map(({ uid, gid }) => `${uid}:${gid}`);
    expect(owners).toEqual(Array.from(owners, () => '1:2'));
  });

  it('keeps the holes that an archive leaves out, and counts them where files may not be larger together', async () => {
    const { tar, files } = sparseTar('--format=gnu');
    writeFileSync(join(from, 'archive.tar'), tar);
    await add('archive.tar', '/x/');
    for (const [name, content] of files) {
      expect(readFileSync(join(to, 'x', name)).equals(content), name).toBe(true);
      expect(lstatSync(join(to, 'x', name)).blocks * 512, name).toBeLessThan(content.length / 2 + 8192);
    }
    await expect(add('archive.tar', '/y/', { bytes: 1e6 })).rejects.toMatchObject({ kind: 'TooLarge' });
  });

  it.each<[what: string, name: string, bytes: () => Promise<Buffer>]>([
    ['a text', 'f.tar', () => Promise.resolve(Buffer.from('no tar at all'))],
    ['a long text', 'f.tar.gz', () => Promise.resolve(Buffer.alloc(5000, 'text '))],
    ['an empty file', 'f.tar', () => Promise.resolve(Buffer.alloc(0))],
    ['a packed text', 'f.gz', () => Promise.resolve(gzipSync('x'.repeat(5000)))],
    ['what only begins like gzip', 'f.gz', () => Promise.resolve(Buffer.concat([gzipSync('x').subarray(0, 10), Buffer.alloc(2000, 0xff)]))],
    ['an empty tar', 'f.tar', () => tarOf([])],
  ])('copies %s as it is', async (_what, name, bytes) => {
    const content = await bytes();
    writeFileSync(join(from, name), content);
    await add(name, '/x/');
    expect(readFileSync(join(to, 'x', name)).equals(content)).toBe(true);
  });

  it('unpacks each match of a pattern, and copies what is no archive', async () => {
    for (const name of ['a.tar', 'b.tar']) writeFileSync(join(from, name), await tarOf([{ header: { name: `from-${name}` }, data: '' }]));
    writeFileSync(join(from, 'c.tar'), 'text');
    await add('*.tar', '/x/');
    expect(readdirSync(join(to, 'x')).sort()).toEqual(['c.tar', 'from-a.tar', 'from-b.tar']);
  });

  it('unpacks over what is there, and by way of the links of the tree', async () => {
    mkdirSync(join(to, 'real/d'), { recursive: true });
    writeFileSync(join(to, 'real/d/f'), 'old');
    writeFileSync(join(to, 'real/d/kept'), '');
    symlinkSync('/real', join(to, 'link'));
    writeFileSync(join(from, 'a.tar'), await tarOf(ENTRIES));
    await add('a.tar', '/link');
    expect([readdirSync(join(to, 'real/d')).sort(), readFileSync(join(to, 'real/d/f'), 'utf8')]).toEqual([['f', 'kept', 'l'], 'content']);
  });

  it('does no harm, whatever an archive holds', async () => {
    const outside = join(directory, 'outside');
    mkdirSync(join(outside, 'inner'), { recursive: true });
    writeFileSync(join(outside, 'secret'), 'secret');
    for (const { name, bytes } of hostileTars(outside)) {
      removeTree(to);
      mkdirSync(to);
      writeFileSync(join(from, 'a.tar'), await bytes());
      await add('a.tar', '/').catch((error: unknown) =>
        expect(error, name).toMatchObject({ kind: expect.stringMatching(/^(?:InvalidArgument|TooLarge)$/) as string }),
      );
      expect([readFileSync(join(outside, 'secret'), 'utf8'), readdirSync(outside).sort(), readdirSync(join(outside, 'inner'))], name).toEqual([
        'secret',
        ['inner', 'secret'],
        [],
      ]);
    }
  });

  it('refuses an archive of more than is allowed, and one that is broken', async () => {
    writeFileSync(join(from, 'many.tar'), await tarOf(Array.from({ length: 11 }, (_, index) => ({ header: { name: `f${index}` }, data: '' }))));
    await expect(add('many.tar', '/', { entries: 10 })).rejects.toMatchObject({ kind: 'TooLarge' });
    const tar = await tarOf([{ header: { name: 'f' }, data: 'x'.repeat(5000) }]);
    writeFileSync(join(from, 'short.tar'), tar.subarray(0, 3000));
    await expect(add('short.tar', '/')).rejects.toMatchObject({ kind: 'InvalidArgument' });
    writeFileSync(join(from, 'short.xz'), packedBy('xz', Buffer.concat([tar, Buffer.alloc(300_000, 'abc')])).subarray(0, -40));
    await expect(add('short.xz', '/')).rejects.toMatchObject({ kind: 'InvalidArgument' });
  });

  it('leaves no descriptor open', async () => {
    writeFileSync(join(from, 'a.tar'), gzipSync(await tarOf(ENTRIES)));
    writeFileSync(join(from, 'b.tar'), (await tarOf([{ header: { name: 'f' }, data: 'x'.repeat(5000) }])).subarray(0, 3000));
    await add('a.tar', '/x');
    const before = readdirSync('/proc/self/fd').length;
    await add('a.tar', '/x');
    await expect(add('b.tar', '/x')).rejects.toThrow();
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });
});
