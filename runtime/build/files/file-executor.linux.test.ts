import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildFilesRig, openBuildFilesRig } from '../../testkit/build-files-rig.ts';
import { tarOf } from '../../testkit/image-archives.ts';
import { inPieces } from '../../testkit/image-store.ts';
import type { FileAction, FileSource, Operation, Tree } from '../graph.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

type FileOperation = Operation & { readonly kind: 'file' };
type CopyOfFiles = FileAction & { readonly kind: 'copy' };
type Layers = Tree & { readonly kind: 'layers' };

let rig: BuildFilesRig;
let base: Layers;

beforeAll(async () => {
  if (!canRun) return;
  rig = await openBuildFilesRig();
  base = await rig.layer((root) => {
    draw(root, {
      'etc/passwd': 'root:x:0:0::/root:/bin/sh\nann:x:1000:1001::/home/ann:/bin/sh\n',
      'etc/group': 'root:x:0:\nusers:x:100:ann\n',
      'bin/sh': '#!',
    });
    symlinkSync('../var/lib', join(root, 'etc/lib'));
    mkdirSync(join(root, 'var/lib'), { recursive: true });
  });
});
afterAll(async () => {
  if (!canRun) return;
  rig.contexts.release('test');
  await rig[Symbol.asyncDispose]();
});

function draw(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

async function contextOf(files: Readonly<Record<string, string>>): Promise<Awaited<ReturnType<BuildFilesRig['contexts']['receive']>>> {
  const archive = inPieces(await tarOf(Object.entries(files).map(([name, data]) => ({ header: { name }, data }))));
  return await rig.contexts.receive({ kind: 'tar', archive }, { signal: new AbortController().signal });
}

const from = (path: string, options: Partial<FileSource> = {}): FileSource => ({ input: 1, path, unpack: false, allowEmpty: true, ...options });
const copy = (sources: CopyOfFiles['sources'], destination: string, options: Partial<CopyOfFiles> = {}): FileOperation => ({
  kind: 'file',
  base: 0,
  actions: [{ kind: 'copy', sources, destination, parents: false, exclude: [], ...options }],
});

describe.skipIf(!canRun)('file operations of builds', () => {
  it('makes one layer of a copy above a base, by way of the links of the base', async () => {
    await using received = await contextOf({ 'a/b': 'one', c: 'two' });
    const result = await rig.files.file(copy([from('a'), from('c')], '/etc/lib/'), rig.context([base, received.tree]));
    expect([result.layers.length, result.layers[0]]).toEqual([2, base.layers[0]]);
    const seen = await rig.see(result, (root) => [
      readdirSync(join(root, 'var/lib')),
      readFileSync(join(root, 'etc/lib/b'), 'utf8'),
      readdirSync(join(root, 'etc')),
    ]);
    expect(seen).toEqual([['b', 'c'], 'one', ['group', 'lib', 'passwd']]);
  });

  it('gives the same layers where nothing is changed', async () => {
    await using received = await contextOf({ a: '' });
    const operation: FileOperation = { kind: 'file', base: 0, actions: [{ kind: 'mkdir', path: '/var/lib' }, ...copy([from('*.none')], '/x').actions] };
    expect(await rig.files.file(operation, rig.context([base, received.tree]))).toEqual(base);
  });

  it('gives the same layer for the same files whenever they are copied, when the time of what it makes is said', async () => {
    await using received = await contextOf({ 'a/b': 'one' });
    const operation = copy([from('a/b'), { inline: 'text', name: 'i' }], '/new/dir/');
    const once = (): Promise<Layers> => rig.files.file(operation, rig.context([base, received.tree], { epoch: 1_600_000_000 }));
    const [one, two] = [await once(), await once()];
    expect(two).toEqual(one);
    const times = await rig.see(one, (root) => ['new', 'new/dir', 'new/dir/i'].map((name) => statSync(join(root, name)).mtimeMs));
    expect(times).toEqual([1_600_000_000_000, 1_600_000_000_000, 1_600_000_000_000]);
  });

  it('copies above nothing', async () => {
    await using received = await contextOf({ a: 'x' });
    const operation: FileOperation = { ...copy([from('a')], '/b/c'), base: null };
    const result = await rig.files.file(operation, rig.context([base, received.tree]));
    expect([result.layers.length, await rig.see(result, (root) => readdirSync(root))]).toEqual([1, ['b']]);
  });

  it('copies from another stage with the owners it has', async () => {
    const stage = await rig.layer((root) => {
      draw(root, { 'out/f': 'x' });
      chownSync(join(root, 'out/f'), 12, 34);
    }, base);
    const result = await rig.files.file(copy([from('/out/f')], '/f'), rig.context([base, stage]));
    expect(await rig.see(result, (root) => [statSync(join(root, 'f')).uid, statSync(join(root, 'f')).gid])).toEqual([12, 34]);
  });

  it.each<[chown: string, uid: number, gid: number]>([
    ['ann', 1000, 1001],
    ['ann:users', 1000, 100],
    ['7', 7, 7],
    ['7:8', 7, 8],
    ['1000', 1000, 1000],
    ['0:users', 0, 100],
  ])('gives files to --chown=%s', async (chown, uid, gid) => {
    await using received = await contextOf({ a: 'x' });
    const result = await rig.files.file(copy([from('a')], '/n/a', { chown }), rig.context([base, received.tree]));
    const owners = await rig.see(result, (root) => ['n', 'n/a'].map((name) => [statSync(join(root, name)).uid, statSync(join(root, name)).gid]));
    expect(owners).toEqual([
      [uid, gid],
      [uid, gid],
    ]);
  });

  it('refuses --chown of a number that nobody can have, and of names where there is no file system', async () => {
    await using received = await contextOf({ a: 'x' });
    const message = expect.stringMatching(/^unable to convert uid\/gid chown string to host mapping: /) as string;
    const large = rig.files.file(copy([from('a')], '/a', { chown: '99999999999' }), rig.context([base, received.tree]));
    await expect(large).rejects.toMatchObject({ kind: 'InvalidArgument', message });
    const nowhere = rig.files.file({ ...copy([from('a')], '/a', { chown: 'ann' }), base: null }, rig.context([base, received.tree]));
    await expect(nowhere).rejects.toMatchObject({ message: '--chown=ann: there is no user "ann" where there are no files' });
  });

  it('gives files to root for a name that nobody has, and says so', async () => {
    await using received = await contextOf({ a: 'x' });
    const said: string[] = [];
    const context = { ...rig.context([base, received.tree]), log: (_stream: 1 | 2, data: Uint8Array) => void said.push(Buffer.from(data).toString()) };
    const result = await rig.files.file(copy([from('a')], '/a', { chown: 'nobody:nogroup' }), context);
    expect(await rig.see(result, (root) => statSync(join(root, 'a')).uid)).toBe(0);
    expect(said.join('')).toContain('the image knows no user "nobody"');
  });

  it('what is named and excluded is left out', async () => {
    await using received = await contextOf({ a: 'x', b: 'y' });
    const operation = copy([from('a'), from('b')], '/t/', { exclude: ['a'] });
    const context = rig.context([base, received.tree]);
    expect(await rig.files.fileKey(operation, context)).toMatch(/^sha256:/);
    expect(await rig.see(await rig.files.file(operation, context), (root) => readdirSync(join(root, 't')))).toEqual(['b']);
  });

  it.each<[what: string, one: Readonly<Record<string, string>>, two: Readonly<Record<string, string>>, path: string, isSame: boolean]>([
    ['the same files', { a: '1' }, { a: '1' }, 'a', true],
    ['another content', { a: '1' }, { a: '2' }, 'a', false],
    ['another file beside it', { a: '1', b: '1' }, { a: '1', b: '2' }, 'a', true],
    ['another name in a directory', { 'd/a': '1' }, { 'd/b': '1' }, 'd', false],
    ['content moved between files', { 'd/a': '12', 'd/b': '' }, { 'd/a': '1', 'd/b': '2' }, 'd', false],
    ['another match of a pattern', { 'a.c': '1' }, { 'a.c': '1', 'b.c': '' }, '*.c', false],
    ['no match of a pattern', { a: '1' }, { a: '2' }, '*.c', true],
    ['all of it', { a: '1' }, { a: '1', b: '' }, '.', false],
  ])('has a key by content: %s', async (_what, one, two, path, isSame) => {
    await using first = await contextOf(one);
    await using second = await contextOf(two);
    const key = (tree: Tree): Promise<string> => rig.files.fileKey(copy([from(path)], '/x'), rig.context([base, tree]));
    expect((await key(first.tree)) === (await key(second.tree))).toBe(isSame);
  });

  it('has a key by modes and links, not by times and places', async () => {
    const draws: ((root: string) => void)[] = [
      (root) => draw(root, { 'd/f': 'x' }),
      (root) => {
        draw(root, { 'd/f': 'x' });
        for (const name of ['d/f', 'd']) utimesSync(join(root, name), 1, 1);
      },
      (root) => {
        draw(root, { 'd/f': 'x' });
        chmodSync(join(root, 'd/f'), 0o755);
      },
      (root) => {
        draw(root, { 'd/f': 'x' });
        symlinkSync('f', join(root, 'd/l'));
      },
    ];
    const keys: string[] = [];
    for (const each of draws) {
      const tree = await rig.layer((root) => {
        each(root);
        draw(root, { beside: String(keys.length) });
      });
      keys.push(await rig.files.treeKey(tree, '/d', new AbortController().signal));
    }
    expect([keys[1] === keys[0], new Set(keys).size]).toEqual([true, 3]);
  });

  it('says what is missing as BuildKit does', async () => {
    await using received = await contextOf({ a: 'x' });
    const operation = copy([from('none/f')], '/x');
    await expect(rig.files.fileKey(operation, rig.context([base, received.tree]))).rejects.toMatchObject({
      kind: 'NotFound',
      message: expect.stringMatching(/^failed to calculate checksum of ref [0-9a-f]+: "\/none\/f": not found$/) as string,
    });
    await expect(rig.files.treeKey(received.tree, '/nothing', new AbortController().signal)).rejects.toThrow('"/nothing": not found');
  });

  it('leaves nothing after a failure or an abort', async () => {
    await using received = await contextOf(Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`d/${index}`, 'x'])));
    const before = readdirSync('/proc/self/fd').length;
    await expect(rig.files.file(copy([from('none')], '/x'), rig.context([base, received.tree]))).rejects.toThrow('not found');
    const controller = new AbortController();
    const aborted = rig.files.file(copy([from('d')], '/x'), rig.context([base, received.tree], { signal: controller.signal }));
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(aborted).rejects.toThrow('enough');
    await expect.poll(() => rig.leftovers().length, { timeout: 30_000 }).toBe(1);
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });

  it('goes on with what it has begun to read though the build has ended', async () => {
    const received = await contextOf(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`d/${index}`, 'x'])));
    const copied = rig.files.file(copy([from('d')], '/x'), rig.context([base, received.tree]));
    await expect.poll(() => rig.leftovers().filter((path) => path.startsWith('c/')).length, { timeout: 30_000 }).toBe(1);
    await received[Symbol.asyncDispose]();
    const result = await copied.catch((error: unknown) => error);
    if (result instanceof Error) expect(result.message).toContain('are gone');
    else expect(await rig.see(result as Layers, (root) => readdirSync(join(root, 'x')).length)).toBe(500);
    await expect.poll(() => rig.leftovers(), { timeout: 30_000 }).toEqual([]);
  });
});
