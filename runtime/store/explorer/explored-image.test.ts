import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesOfText, textOfBytes } from '../../base/byte-text.ts';
import { digestOf } from '../../base/digest.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import { END_OF_ARCHIVE, encodeEntry } from '../../formats/tar/writer.ts';
import { type TarEntry, tarOf } from '../../testkit/image-archives.ts';
import { RecipeWriter } from '../layers/recipe.ts';
import { ExploredImage } from './explored-image.ts';
import type { ListOptions } from './explorer-types.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-explorer-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let recipes = 0;

const dir = (name: string, mode = 0o755): TarEntry => ({ header: { name: `${name}/`, type: 'directory', mode } });
const file = (name: string, size: number): TarEntry => ({ header: { name, mode: 0o644 }, data: 'x'.repeat(size) });
const gone = (name: string): TarEntry => ({ header: { name: name.replace(/([^/]+)$/, '.wh.$1') }, data: '' });
const opaque = (name: string): TarEntry => ({ header: { name: `${name}/.wh..wh..opq` }, data: '' });

/** As unpacking writes it: content is named, everything else kept. */
const recipeOf = async (entries: readonly TarEntry[]): Promise<string> => recipeOfTar(await tarOf(entries));

function recipeOfTar(tar: Buffer): string {
  const path = join(directory, String(recipes++));
  using recipe = new RecipeWriter(path);
  const reader = new TarReader({
    raw: (bytes) => recipe.raw(bytes),
    entry: ({ name, size }) => size > 0 && recipe.file(bytesOfText(name), size),
    data: () => undefined,
    end: () => undefined,
  });
  reader.push(tar);
  reader.finish();
  recipe.finish();
  return path;
}

/** The names of directories end in a slash. */
function tarOfBytes(names: readonly string[]): Buffer {
  const plain = { mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0, mtimeNano: 0, linkName: Buffer.alloc(0), major: 0, minor: 0, xattrs: undefined };
  const type = (name: string): 'directory' | 'file' => (name.endsWith('/') ? 'directory' : 'file');
  return Buffer.concat([...names.map((name) => encodeEntry({ ...plain, type: type(name), name: bytesOfText(name) })), END_OF_ARCHIVE]);
}

async function image(...layers: (readonly TarEntry[])[]): Promise<ExploredImage> {
  return new ExploredImage(await Promise.all(layers.map(async (entries, index) => ({ diffId: digestOf(String(index)), recipe: await recipeOf(entries) }))));
}

const list = (explored: ExploredImage, layer: number, path = '/', options: Partial<ListOptions> = {}): string[] =>
  explored
    .list({ layer, path, offset: 0, limit: 1000, changesOnly: false, find: '', ...options })
    .entries.map(
      ({ name, change, size, below }) => `${name} ${change} ${size}${name.includes('.') ? '' : ` +${below.added} ~${below.changed} -${below.deleted}`}`,
    );

describe('summary', () => {
  it('tells for each layer what came, changed and went, and what of it is wasted', async () => {
    const { summary } = await image(
      [dir('a'), file('a/kept.x', 100), file('a/changed.x', 50), file('a/gone.x', 30), file('top.x', 7)],
      [dir('a'), file('a/changed.x', 60), gone('a/gone.x'), file('a/new.x', 5)],
      [file('a/changed.x', 70), gone('top.x')],
    );
    expect(summary.layers.map(({ added, changed, deleted, wastedBytes }) => [added, changed, deleted, wastedBytes])).toEqual([
      [{ files: 4, bytes: 187 }, { files: 0, bytes: 0 }, { files: 0, bytes: 0 }, 87],
      [{ files: 1, bytes: 5 }, { files: 1, bytes: 60 }, { files: 2, bytes: 80 }, 60],
      [{ files: 0, bytes: 0 }, { files: 1, bytes: 70 }, { files: 2, bytes: 67 }, 0],
    ]);
    expect([summary.totalBytes, summary.wastedBytes, summary.efficiency]).toEqual([322, 147, 1 - 147 / 322]);
    expect(summary.wasted).toEqual([
      { path: '/a/changed.x', bytes: 110, times: 2 },
      { path: '/a/gone.x', bytes: 30, times: 1 },
      { path: '/top.x', bytes: 7, times: 1 },
    ]);
  });

  it.each<[string, TarEntry[][], number]>([
    ['a deleted directory wastes all below it', [[dir('a'), dir('a/b'), file('a/b/f', 10), file('a/g', 5)], [gone('a')]], 15],
    [
      'an opaque directory hides what was in it',
      [
        [dir('a'), file('a/f', 10)],
        [dir('a'), opaque('a'), file('a/f', 4)],
      ],
      10,
    ],
    ['a file in place of a directory hides it', [[dir('a'), file('a/f', 10)], [file('a', 3)]], 10],
    ['a directory in place of a file hides that', [[file('a', 3)], [dir('a'), file('a/f', 10)]], 3],
    ['a directory that no entry names hides a file too', [[file('a', 3)], [file('a/f', 10)]], 3],
    ['a whiteout of what is not there is nothing', [[file('a', 3)], [gone('b')]], 0],
    [
      'a whiteout after the layer’s own directory hides earlier content only',
      [
        [dir('a'), file('a/f', 10)],
        [dir('a'), file('a/own', 2), gone('a')],
      ],
      10,
    ],
    ['a file twice in a layer is not wasted twice', [[file('a', 3), file('a', 4)]], 0],
    ['what came back after its deletion wastes once', [[file('a', 3)], [gone('a')], [file('a', 3)]], 3],
    ['a link takes no bytes', [[file('a', 3), { header: { name: 'b', type: 'link', linkname: 'a' } }], [gone('b')]], 0],
    ['no layer wastes nothing', [], 0],
  ])('%s', async (_, layers, wasted) => {
    expect((await image(...layers)).summary.wastedBytes).toBe(wasted);
  });
});

describe('list', () => {
  it('shows names of any bytes, and finds them by what it shows', () => {
    const name = textOfBytes(Buffer.from('caf\xe9', 'latin1'));
    const explored = new ExploredImage([
      { diffId: digestOf('0'), recipe: recipeOfTar(tarOfBytes([`${name}/`, `${name}/in.x`, 'caf\\xe9.x'])) },
      { diffId: digestOf('1'), recipe: recipeOfTar(tarOfBytes([`${name}/.wh.in.x`, `.wh.caf\\xe9.x`])) },
    ]);
    expect(list(explored, 0)).toEqual(['caf\\x5cxe9.x added 0', 'caf\\xe9 added 0 +1 ~0 -0']);
    expect(list(explored, 1, '/caf\\xe9')).toEqual(['in.x deleted 0']);
    expect(list(explored, 1, '/', { find: 'in.x' })).toEqual(['caf\\xe9/in.x deleted 0']);
    expect(list(explored, 1)[0]).toBe('caf\\x5cxe9.x deleted 0');
  });

  it('shows a directory after each layer with what that layer did, in any order of asking', async () => {
    const explored = await image(
      [dir('a'), dir('a/b'), file('a/b/deep.x', 10), file('a/one.x', 1), file('two.x', 2)],
      [gone('a/one.x'), file('a/b/deep.x', 20), file('new.x', 3)],
      [gone('a/b')],
    );
    const second = ['a same 20 +0 ~1 -1', 'new.x added 3', 'two.x same 2'];
    expect(list(explored, 1)).toEqual(second);
    expect(list(explored, 0)).toEqual(['a added 11 +2 ~0 -0', 'two.x added 2']);
    expect(list(explored, 2)).toEqual(['a same 0 +0 ~0 -1', 'new.x same 3', 'two.x same 2']);
    expect([list(explored, 2, '/a'), list(explored, 2, 'a/b/')]).toEqual([['b deleted 20 +0 ~0 -1'], ['deep.x deleted 20']]);
    expect(list(explored, 1)).toEqual(second);
    expect(list(explored, 1, '/a')).toEqual(['b same 20 +0 ~1 -0', 'one.x deleted 1']);
  });

  it('tells changes alone when asked, and pages', async () => {
    const explored = await image([dir('a'), file('a/same.x', 1), dir('b'), ...[1, 2, 3].map((n) => file(`b/${n}.x`, n))], [file('b/4.x', 4), dir('a')]);
    expect(list(explored, 1, '/', { changesOnly: true })).toEqual(['b same 10 +1 ~0 -0']);
    expect(list(explored, 1, '/b', { offset: 1, limit: 2 })).toEqual(['2.x same 2', '3.x same 3']);
    expect(explored.list({ layer: 1, path: '/b', offset: 1, limit: 2, changesOnly: false, find: '' }).total).toBe(4);
  });

  it('shows a directory whose mode or owner has changed, and links with their targets', async () => {
    const link: TarEntry = { header: { name: 'l.x', type: 'symlink', linkname: '/else/where' } };
    const explored = await image([dir('a'), link], [dir('a', 0o700)]);
    expect(list(explored, 1)).toEqual(['a changed 0 +0 ~0 -0', 'l.x same 0']);
    const [, found] = explored.list({ layer: 1, path: '/', offset: 0, limit: 10, changesOnly: false, find: '' }).entries;
    expect(found).toMatchObject({ type: 'symlink', link: '/else/where', layer: 0 });
  });

  it('says what is not there or no directory', async () => {
    const explored = await image([file('a', 1)]);
    expect(() => list(explored, 0, '/nothing')).toThrow('no such path in the layer: "/nothing"');
    expect(() => list(explored, 0, '/a')).toThrow('not a directory: "/a"');
    expect(() => list(explored, 0, '../..')).toThrow('outside of the archive');
  });
});

describe('a search', () => {
  it('finds by path at any depth, from a directory down, in any case', async () => {
    const explored = await image(
      [dir('etc'), dir('etc/ssl'), file('etc/ssl/Root.pem', 5), file('etc/passwd', 3), dir('gone'), file('gone/root.x', 9)],
      [file('etc/ssl/root.pem.new', 2), gone('gone')],
    );
    const paths = (path: string, find: string, options: Partial<ListOptions> = {}): string[] =>
      explored
        .list({ layer: 1, path, offset: 0, limit: 10, changesOnly: false, find, ...options })
        .entries.map(({ name, change, size }) => `${name} ${change} ${size}`);
    expect(paths('/', 'ROOT')).toEqual(['etc/ssl/Root.pem same 5', 'etc/ssl/root.pem.new added 2', 'gone/root.x deleted 9']);
    expect(paths('/', 'root', { changesOnly: true })).toEqual(['etc/ssl/root.pem.new added 2', 'gone/root.x deleted 9']);
    expect(paths('/etc', 'ssl/r', { limit: 1, offset: 1 })).toEqual(['ssl/root.pem.new added 2']);
    expect(explored.list({ layer: 1, path: '/', offset: 0, limit: 1, changesOnly: false, find: 'root' }).total).toBe(3);
    expect(paths('/', 'nothing')).toEqual([]);
  });
});
