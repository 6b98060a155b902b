import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { imageArchive, makeBusyboxArchive, tarOf } from '../../testkit/image-archives.ts';
import { type ImageStore, inPieces, openImageStore } from '../../testkit/image-store.ts';
import { SPARSE_FORMS, sparseTar } from '../../testkit/sparse-tars.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-save-'));
const archive = join(directory, 'busybox.tar');
const hasTools = ['skopeo', 'umoci', 'tar'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasTools) console.warn('skipped: skopeo, umoci or tar is not installed');
const never = new AbortController().signal;

beforeAll(() => makeBusyboxArchive(archive, 'busybox:1', { config: { Labels: { made: 'here' } } }));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function saved(store: ImageStore, ...names: string[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of store.images.save(names, never)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const load = (store: ImageStore, bytes: Uint8Array): Promise<readonly string[]> => store.images.load(inPieces(bytes), { signal: never });

/** An image of one layer, which GNU tar has made of a script's files in its own way. */
async function imageOfTar(script: string, ...options: string[]): Promise<{ image: Buffer; layer: Buffer }> {
  const root = mkdtempSync(join(directory, 'tree-'));
  execFileSync('sh', ['-ec', script], { cwd: root, stdio: 'pipe' });
  if (existsSync(join(root, 'a'))) createLinuxSyscalls().setxattr(join(root, 'a'), 'user.key', Buffer.from('80ff00c3', 'hex'));
  const layer = execFileSync('tar', ['-C', root, ...options, '-cf', '-', '.'], { maxBuffer: 64 << 20 });
  return { image: await imageArchive([layer], 'made:1'), layer };
}

/** Latin-1, and a byte that is in no text, also as a directory, in front of a link and as where one leads. */
const BYTE_NAMES = `e=$(printf 'caf\\351'); mkdir "$e"; echo in > "$e/in"; ln -s "$e" link; ln -s "$e" "$e/$(printf '\\377')"; echo x > "$e/$e"`;

describe('save', () => {
  it('gives what load reads: the same image, and the same bytes again', async () => {
    await using store = openImageStore();
    await store.images.load(createReadStream(archive), { signal: never });
    const first = await saved(store, 'busybox:1');
    expect((await saved(store, 'busybox:1')).equals(first)).toBe(true);
    await using other = openImageStore();
    expect(await load(other, first)).toEqual(['busybox:1']);
    expect(other.images.inspect('busybox:1')).toEqual(store.images.inspect('busybox:1'));
    expect((await saved(other, 'busybox:1')).equals(first)).toBe(true);
  });

  it.each([
    ['pax with a binary attribute', ['--format=pax', '--xattrs', '--xattrs-include=*', '--acls'], 'echo a > a; mkdir d; echo b > d/b'],
    ['gnu', ['--format=gnu'], `mkdir -p ${'long/'.repeat(40)}; echo x > ${'long/'.repeat(40)}file; ln -s ${'y'.repeat(150)} link`],
    ['ustar with links and devices', ['--format=ustar'], 'echo a > a; ln a hard; mknod pipe p; mknod null c 1 3; dd if=/dev/urandom of=big bs=1000 count=3001'],
    ['old', ['--format=v7'], 'for i in 1 2 3; do echo $i > $i; done; : > empty'],
    ['gnu with names that are no text', ['--format=gnu'], `${BYTE_NAMES}; ln "$e/in" "$e/hard"; echo x > "$e/$(printf '%0120d' 0)$e"`],
    ['pax with names that are no text', ['--format=pax'], BYTE_NAMES],
    ['another blocking factor', ['--blocking-factor=200'], 'echo a > a'],
  ])('builds an archive of tar in the form %s again, byte for byte', async (_, options, script) => {
    const { image, layer } = await imageOfTar(script, ...options);
    await using store = openImageStore();
    await load(store, image);
    expect(store.images.inspect('made:1').diffIds).toEqual([digestOf(layer)]);
    expect((await saved(store, 'made:1')).includes(layer)).toBe(true);
  });

  it.each(SPARSE_FORMS)('keeps holes of files as tar leaves them out in the form %s, here and in the archive', async (_, ...options) => {
    const { tar, files } = sparseTar(...options);
    await using store = openImageStore();
    await load(store, await imageArchive([tar], 'sparse:1'));
    const [diffId = ''] = store.images.inspect('sparse:1').diffIds;
    expect(diffId).toBe(digestOf(tar));
    for (const [name, content] of files) {
      const path = join(store.root, 'layers', diffId.slice(7), name);
      expect(readFileSync(path).equals(content), name).toBe(true);
      expect(statSync(path).blocks * 512, name).toBeLessThan(content.length / 2 + 8192);
    }
    expect((await saved(store, 'sparse:1')).includes(tar)).toBe(true);
    const { entries } = await store.images.layerTree('sparse:1', diffId, { path: '', offset: 0, limit: 100, changesOnly: false, find: '' });
    expect(entries.map(({ name, size }) => [name, size]).sort()).toEqual([...files].map(([name, { length }]) => [name, length]).sort());
  });

  it('keeps an archive whole in which later entries replace earlier ones, or whiteouts have content', async () => {
    const layer = await tarOf([
      { header: { name: 'a' }, data: 'first' },
      { header: { name: 'a' }, data: 'second, which wins' },
      { header: { name: 'dir/inner' }, data: 'goes' },
      { header: { name: 'dir', type: 'symlink', linkname: 'elsewhere' } },
      { header: { name: '.wh.gone' }, data: 'bytes in a whiteout' },
    ]);
    await using store = openImageStore();
    await load(store, await imageArchive([layer], 'twice:1'));
    expect((await saved(store, 'twice:1')).includes(layer)).toBe(true);
  });

  it('takes a tag alone, all tags of a repository, an id without names, and each layer once', async () => {
    await using store = openImageStore();
    await store.images.load(createReadStream(archive), { signal: never });
    store.images.tag('busybox:1', 'busybox:2');
    store.images.tag('busybox:1', 'other:1');
    const names = async (...asked: string[]): Promise<unknown> => {
      await using other = openImageStore();
      return await load(other, await saved(store, ...asked));
    };
    const { id } = store.images.inspect('busybox:1');
    expect(await names('busybox:2')).toEqual(['busybox:2']);
    expect(await names('busybox')).toEqual(['busybox:1', 'busybox:2']);
    expect(await names(id)).toEqual([id]);
    expect(await names('busybox:1', 'other:1')).toEqual(['busybox:1', 'other:1']);
    expect((await saved(store, 'busybox', 'other:1')).length).toBeLessThan((await saved(store, id)).length + 4096);
    expect(() => store.images.save(['busybox:1', 'nobody:1'], never)).toThrow('No such image: nobody:1');
  });

  it('does not pass on a layer whose files were changed, nor one without a recipe', async () => {
    await using store = openImageStore();
    await store.images.load(createReadStream(archive), { signal: never });
    const [diffId = ''] = store.images.inspect('busybox:1').diffIds;
    writeFileSync(join(store.root, 'layers', diffId.slice(7), 'bin/busybox'), 'other');
    await expect(saved(store, 'busybox:1')).rejects.toThrow(`layer ${diffId} on disk is no longer what it was`);
    rmSync(join(store.root, 'recipes', diffId.slice(7)));
    expect(() => store.images.save(['busybox:1'], never)).toThrow('load or pull its image again');
  });

  it.skipIf(!hasTools)('is read by skopeo in both forms, and by umoci', async () => {
    await using store = openImageStore();
    await store.images.load(createReadStream(archive), { signal: never });
    const path = join(directory, 'saved.tar');
    writeFileSync(path, await saved(store, 'busybox:1'));
    const layout = join(directory, 'layout');
    for (const from of [`docker-archive:${path}`, `oci-archive:${path}`]) {
      execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', from, `oci:${layout}:one`], { stdio: 'pipe' });
    }
    execFileSync('umoci', ['unpack', '--image', `${layout}:one`, join(directory, 'bundle')], { stdio: 'pipe' });
    expect(execFileSync(join(directory, 'bundle/rootfs/bin/busybox'), ['echo', 'whole'], { encoding: 'utf8' })).toBe('whole\n');
  });
});
