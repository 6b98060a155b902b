import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../base/digest.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { describeTree } from '../../testkit/describe-tree.ts';
import { type ImageStore, openImageStore } from '../../testkit/image-store.ts';
import { TreeService } from '../trees/tree-service.ts';
import type { UpperSource } from './adopt-upper.ts';
import { Growth } from './growing-file.ts';
import { removeTree } from './remove-tree.ts';

const sys = createLinuxSyscalls();
const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

describe.skipIf(!canRun)('a writable directory becomes a layer', () => {
  let store: ImageStore;
  let trees: TreeService;
  let places: string;

  beforeEach(() => {
    store = openImageStore();
    trees = new TreeService(sys);
    places = mkdtempSync(join(store.root, 'places-'));
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(places, name));
  });
  afterEach(async () => {
    await trees[Symbol.asyncDispose]();
    removeTree(places);
    await store[Symbol.asyncDispose]();
  });

  const path = (...names: string[]): string => join(places, ...names);
  const source = (omitted: readonly string[] = []): UpperSource => ({ upper: path('upper'), lower: [path('lower')], omitted });

  /** Runs `script` in the merged directory of an overlay that nobody else sees. */
  function inOverlay(script: string): void {
    const options = `lowerdir=${path('lower')},upperdir=${path('upper')},workdir=${path('work')}`;
    const { status, stderr } = spawnSync('unshare', [
      '-m',
      'sh',
      '-ec',
      `mount -t overlay overlay -o ${options} ${path('merged')}; cd ${path('merged')}; ${script}`,
    ]);
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
  }

  async function adopt(omitted: readonly string[] = []): Promise<Digest> {
    const leased: Digest[] = [];
    const layer = await store.layers.adopt(source(omitted), (diffId) => void leased.push(diffId));
    expect(leased).toEqual([layer?.diffId]);
    expect(existsSync(path('upper'))).toBe(false);
    return layer?.diffId as Digest;
  }

  async function archiveOf(diffId: Digest): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of trees.rebuild(store.layers.archiveOf(diffId), new AbortController().signal)) pieces.push(Buffer.from(piece));
    const tar = Buffer.concat(pieces);
    expect(`sha256:${createHash('sha256').update(tar).digest('hex')}`).toBe(diffId);
    expect(store.layers.get(diffId)?.tarSize).toBe(tar.length);
    return tar;
  }

  /** What unpacking the archive in another store gives. */
  async function unpackedElsewhere(tar: Buffer): Promise<string[]> {
    await using other = openImageStore();
    const file = join(other.root, 'layer.tar');
    writeFileSync(file, tar);
    const growth = new Growth();
    growth.advance(tar.length);
    growth.complete();
    await using staged = await other.layers.stage({ path: file, offset: 0, length: tar.length, growth: growth.buffer });
    return describeTree(staged.path);
  }

  async function expectSameElsewhere(diffId: Digest): Promise<string[]> {
    const own = describeTree(store.layers.archiveOf(diffId).directory);
    expect(await unpackedElsewhere(await archiveOf(diffId))).toEqual(own);
    return own;
  }

  it('as it is, with modes, owners, times, links, devices, attributes and holes', async () => {
    inOverlay(`
      mkdir -m 2751 dir; printf content > dir/file; chown 7:8 dir/file; chmod 4711 dir/file; touch -d 2001-02-03T04:05:06.789 dir/file
      ln dir/file dir/twin; ln -s /absolute/../x dir/link; chown -h 9:9 dir/link; mkfifo -m 600 dir/fifo; mknod dir/null c 1 3
      truncate -s 3M dir/hole; printf end >> dir/hole; mkdir -m 700 dir/empty; chmod 1777 .; chown 5:5 .; touch -d 1969-12-31T23:59:58.5 dir
    `);
    sys.lsetxattr(path('upper', 'dir', 'file'), 'user.note', Buffer.from([0, 1, 255]));
    const tree = await expectSameElsewhere(await adopt());
    expect(tree.find((row) => row.startsWith('/dir/twin '))).toContain('=/dir/file');
    expect(tree.find((row) => row.startsWith('/dir/file '))).toMatch(/ 104711 7:8 .*user\.note=0001ff/);
    expect(tree[0]).toMatch(/^\/ 40755 0:0 /);
  });

  it('of many files, and of few large ones', async () => {
    inOverlay('mkdir many; i=0; while [ $i -lt 300 ]; do echo $i > many/$i; i=$((i+1)); done');
    expect(await expectSameElsewhere(await adopt())).toHaveLength(302);
    mkdirSync(path('upper'));
    writeFileSync(path('upper', 'large'), Buffer.alloc(3 * 1024 ** 2, 'x'));
    expect(await expectSameElsewhere(await adopt())).toHaveLength(2);
  });

  it('with whiteouts and opaque directories in their form, and nothing else of the overlay', async () => {
    mkdirSync(path('lower', 'kept'));
    for (const name of ['kept/a', 'kept/b', 'gone', 'copied']) writeFileSync(path('lower', name), name);
    mkdirSync(path('lower', 'replaced'));
    writeFileSync(path('lower', 'replaced', 'old'), 'old');
    inOverlay('rm gone kept/a; rm -r replaced; mkdir replaced; echo new > replaced/new; echo more >> copied');
    expect(sys.llistxattr(path('upper', 'copied'))).toContain('trusted.overlay.origin');
    const diffId = await adopt();
    const { directory } = store.layers.archiveOf(diffId);
    expect(lstatSync(join(directory, 'gone')).rdev).toBe(0);
    expect(sys.llistxattr(join(directory, 'replaced'))).toEqual(['trusted.overlay.opaque']);
    expect(sys.llistxattr(join(directory, 'copied'))).toEqual([]);
    expect(sys.llistxattr(directory)).toEqual([]);
    const tree = await expectSameElsewhere(diffId);
    expect(tree.map((row) => row.split(' ')[0])).toEqual(['/', '/copied', '/gone', '/kept', '/kept/a', '/replaced', '/replaced/new']);
  });

  it('without sockets and the places of mounts, whose directories keep their times', async () => {
    mkdirSync(path('lower', 'etc'), { mode: 0o755 });
    inOverlay('touch etc/hosts; mkdir -p mnt/cache/deep own; touch own/file; mkdir own/cache; touch -d 2002-02-02 own');
    const socket = createServer().listen(path('upper', 'own', 'socket'));
    await new Promise((resolve) => void socket.once('listening', resolve));
    const listening = spawnSync('touch', ['-d', '2003-03-03', path('upper', 'own')]);
    expect(listening.status).toBe(0);
    const tree = await expectSameElsewhere(await adopt(['etc', 'etc/hosts', 'mnt', 'mnt/cache', 'mnt/cache/deep', 'own/cache']));
    socket.close();
    expect(tree.map((row) => row.split(' ')[0])).toEqual(['/', '/own', '/own/file']);
    expect(tree[1]).toContain(String(BigInt(Date.parse('2003-03-03 00:00')) * 1_000_000n));
  });

  it.each([
    ['something is in it', 'mkdir place; touch place/x', ['/place', '/place/x']],
    ['it was there and has another mode', 'chmod 700 there', ['/there']],
    ['it was there and is gone', 'rmdir there', ['/there']],
    ['it was there and is a new one', 'rmdir there; mkdir there', ['/there']],
    ['it is a file with content', 'echo x > place', ['/place']],
  ])('with the place of a mount where %s', async (_, script, rows) => {
    mkdirSync(path('lower', 'there'), { mode: 0o755 });
    inOverlay(script);
    const tree = await expectSameElsewhere(await adopt(['place', 'there']));
    expect(tree.slice(1).map((row) => row.split(' ')[0])).toEqual(rows);
  });

  it('with names that are no text', async () => {
    inOverlay(`mkdir "$(printf 'd\\377')"; printf hello > "$(printf 'd\\377/f\\376')"; printf x > plain; ln -s "$(printf '\\375')" link`);
    const tar = await archiveOf(await adopt());
    const listed = spawnSync('tar', ['-tf', '-', '--quoting-style=escape'], { input: tar });
    expect(listed.stdout.toString()).toBe('d\\377/\nd\\377/f\\376\nlink\nplain\n');
    const content = spawnSync('tar', ['-xOf', '-', '--no-wildcards', '--wildcards', 'd*/f*'], { input: tar });
    expect(content.stdout.toString()).toBe('hello');
  });

  it('never by following a link', async () => {
    writeFileSync(join(store.root, 'outside'), 'outside');
    symlinkSync(store.root, path('upper', 'link'));
    symlinkSync(join(store.root, 'outside'), path('upper', 'place'));
    await expectSameElsewhere(await adopt(['link/places', 'place']));
    expect(readFileSync(join(store.root, 'outside'), 'utf8')).toBe('outside');
  });

  it('and is the layer that is here already where that is the same', async () => {
    const make = 'echo same > file; touch -d 2001-01-01 file';
    inOverlay(make);
    const first = await adopt();
    mkdirSync(path('upper'));
    rmSync(path('work'), { recursive: true });
    mkdirSync(path('work'));
    inOverlay(make);
    expect(await adopt()).toBe(first);
    expect(store.leftovers()).toEqual([`layers/${first.slice(7)}`, `recipes/${first.slice(7)}`]);
  });

  it('but an empty one does not, nor one with places of mounts alone', async () => {
    inOverlay('mkdir -p dev/shm');
    expect(await store.layers.adopt(source(['dev', 'dev/shm']), () => expect.unreachable())).toBeNull();
    expect(existsSync(path('upper'))).toBe(false);
    expect(store.leftovers()).toEqual([]);
  });

  it.each([1, 200])('but not with a name that means a deletion in layers, and leaves nothing (%i files beside it)', async (count) => {
    inOverlay(`mkdir dir; touch dir/.wh.kept; for i in $(seq ${count}); do touch $i; done`);
    await expect(adopt()).rejects.toThrow(/^"\/dir\/\.wh\.kept" cannot be part of an image: /);
    expect(store.leftovers()).toEqual([]);
  });

  it('and leaves nothing where it is too large', async () => {
    inOverlay('true');
    writeFileSync(path('upper', 'huge'), '');
    truncateSync(path('upper', 'huge'), 1024 ** 4);
    await expect(store.layers.adopt(source(), () => undefined)).rejects.toMatchObject({ kind: 'TooLarge' });
    expect(existsSync(path('upper'))).toBe(false);
    expect(store.leftovers()).toEqual([]);
  });
});
