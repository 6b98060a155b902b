import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { describeTree } from '../../testkit/describe-tree.ts';
import { busyboxEntries, imageArchive, tarOf } from '../../testkit/image-archives.ts';
import { type ImageStore, inPieces, openImageStore } from '../../testkit/image-store.ts';
import { hasPodman, openPodman } from '../../testkit/podman.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-save-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const never = new AbortController().signal;

const base = tarOf(busyboxEntries());
const above = tarOf([{ header: { name: 'etc/motd' }, data: 'above' }, { header: { name: 'bin/.wh.vi' } }]);
const other = tarOf([{ header: { name: 'etc/motd' }, data: 'other' }, { header: { name: 'home/.wh..wh..opq' } }]);
/** No files, as instructions make that change nothing; some clients keep it as a layer. */
const empty = Buffer.alloc(1024);

/** Two images above one base, the first by two names and with an empty layer. */
async function storeOfTwo(): Promise<ImageStore> {
  const store = openImageStore();
  for (const [name, layers] of [
    ['first:1', [await base, await above, empty]],
    ['second:1', [await base, await other]],
  ] as const) {
    await store.images.load(inPieces(await imageArchive(layers, name, { config: { Labels: { made: name } } })), { signal: never });
  }
  store.images.tag('first:1', 'registry.example/group/first:2');
  return store;
}

const NAMES = ['first:1', 'registry.example/group/first:2', 'second:1'];
/** Podman puts names without a registry below localhost. */
const local = (name: string): string => (name.includes('/') ? name : `localhost/${name}`);

async function save(store: ImageStore, ...names: string[]): Promise<string> {
  const path = join(directory, 'saved.tar');
  const pieces: Buffer[] = [];
  for await (const piece of store.images.save(names, never)) pieces.push(Buffer.from(piece));
  writeFileSync(path, Buffer.concat(pieces));
  return path;
}

const load = (store: ImageStore, path: string): Promise<readonly string[]> => store.images.load(createReadStream(path), { signal: never });
const hex = (id: string): string => id.replace('sha256:', '');

describe.skipIf(!hasPodman)('podman', () => {
  it('loads what is saved, with all names, layers that are shared, and the files that they hide', async () => {
    await using store = await storeOfTwo();
    using podman = openPodman();
    const said = podman.run('load', '--quiet', '--input', await save(store, ...NAMES));
    for (const name of NAMES) expect(said).toContain(local(name));
    for (const name of NAMES) {
      const { id, diffIds } = store.images.inspect(name);
      expect(podman.image(local(name)), name).toMatchObject({ id: hex(id), layers: diffIds });
    }
    expect(podman.image('first:1').names.toSorted()).toEqual([local('first:1'), 'registry.example/group/first:2']);
    const files = describeTree(podman.filesOf('localhost/first:1')).map((row) => row.split(' ')[0]);
    expect(files).toEqual(expect.arrayContaining(['/etc/motd', '/bin/sh', '/home/slip']));
    expect(files).not.toContain('/bin/vi');
    const hidden = describeTree(podman.filesOf('localhost/second:1')).map((row) => row.split(' ')[0]);
    expect(hidden).toContain('/home');
    expect(hidden).not.toContain('/home/slip');
  });

  it('takes the same file as an oci-archive, image by image', async () => {
    await using store = await storeOfTwo();
    using podman = openPodman();
    const path = await save(store, ...NAMES);
    const names = ['docker.io/library/second:1', 'registry.example/group/first:2'];
    for (const name of names) podman.run('pull', '--quiet', `oci-archive:${path}:${name}`);
    for (const name of names) {
      const { id, diffIds } = store.images.inspect(name);
      expect(podman.image(name), name).toMatchObject({ id: hex(id), layers: diffIds, names: [name] });
    }
  });

  it('names an image that is saved alone as it is named, not by its tag', async () => {
    await using store = await storeOfTwo();
    using podman = openPodman();
    expect(podman.run('load', '--quiet', '--input', await save(store, 'second:1'))).toBe('Loaded image: docker.io/library/second:1');
  });

  it.each(['docker-archive', 'oci-archive'])('saves to a %s what is loaded as the same image', async (format) => {
    await using store = await storeOfTwo();
    using podman = openPodman();
    podman.run('load', '--quiet', '--input', await save(store, ...NAMES));
    const path = join(directory, `${format}.tar`);
    rmSync(path, { force: true });
    const names = format === 'docker-archive' ? NAMES.map(local) : [local('first:1')];
    podman.run('save', '--quiet', '--format', format, ...(format === 'docker-archive' ? ['--multi-image-archive'] : []), '--output', path, ...names);
    await using back = openImageStore();
    expect((await load(back, path)).toSorted()).toEqual(names.toSorted());
    for (const name of names) {
      const { id, diffIds } = store.images.inspect(name.replace('localhost/', ''));
      expect(back.images.inspect(name).diffIds).toEqual(diffIds);
      if (format === 'docker-archive') expect(back.images.inspect(name).id).toBe(id);
    }
  });

  it('imports what tar packs to the same layer', async () => {
    using podman = openPodman();
    const tar = join(directory, 'rootfs.tar');
    execFileSync('tar', ['-C', '/etc', '--format=gnu', '-cf', tar, 'passwd', 'alternatives']);
    podman.run('import', '--quiet', tar, 'imported:1');
    await using store = openImageStore();
    await store.images.importRootfs(createReadStream(tar), { signal: never, reference: 'imported:1' });
    expect(store.images.inspect('imported:1').diffIds).toEqual(podman.image('imported:1').layers);
    expect(store.images.inspect('imported:1').diffIds).toEqual([digestOf(execFileSync('cat', [tar]))]);
  });
});
