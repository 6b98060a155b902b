import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../base/digest.ts';
import { isKeptXattr } from '../../store/layers/kept-xattrs.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { describeTree } from '../../testkit/describe-tree.ts';
import { type ImageStore, openImageStore } from '../../testkit/image-store.ts';
import { hasPodman, openPodman } from '../../testkit/podman.ts';

const sys = createLinuxSyscalls();
const canRun = process.getuid?.() === 0 && ['skopeo', 'umoci', 'tar'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!canRun) console.warn('skipped: needs root, skopeo, umoci and tar');
const never = new AbortController().signal;
const directory = mkdtempSync(join(tmpdir(), 'slipway-odd-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** cap_net_bind_service=ep, as setcap writes it (linux/capability.h, VFS_CAP_REVISION_2). */
const CAPABILITY = Buffer.from('0100000200040000000000000000000000000000', 'hex');

/** What archives lose most easily. Times before 1970 and attributes without a value are apart: programs in Go change them. */
const ODD = `
mkdir -p one two/deep; echo linked > one/first; ln one/first two/deep/second; ln one/first third
chown 42:43 one/first; chmod 6755 one/first; echo x > one/sticky; chmod 1644 one/sticky
ln -s ../one/first two/symbolic; ln two/symbolic two/twin; chown -h 9:9 two/symbolic; ln -s "$(printf '%0300d' 7)" two/far
mkfifo -m 620 one/fifo; ln one/fifo two/fifo; mknod -m 640 one/null c 1 3; mknod -m 600 one/loop b 7 300; mknod one/huge c 259 70000
truncate -s 5M sparse; printf end >> sparse; printf begin | dd of=sparse conv=notrunc status=none; truncate -s 1M hole
: > empty; mkdir -m 2770 group; chgrp 50 group; mkdir -m 1777 tmp; mkdir -m 000 closed
echo x > "$(printf '%0255d' 1)"; long=$(printf '%0200d' 2); mkdir -p "$long/$long/$long"; echo deep > "$long/$long/$long/$long"
echo x > 'a name
with "all" \\ of  it	'; echo x > "caf$(printf '\\303\\251')"; echo x > ' '; echo x > '-rf'
echo x > rich; chown 3000000:4000000 rich; ln -s x dangling
touch -d '2001-02-03 04:05:06.123456789' one/sticky; touch -d '1970-01-01 00:00:00 UTC' empty; touch -d '2100-01-01' rich; touch -h -d '2002-02-02 02:02:02.5' dangling
touch -d '2003-03-03 03:03:03.000000001' two`;

function makeOddTree(root: string): void {
  mkdirSync(root);
  execFileSync('bash', ['-ec', ODD], { cwd: root, stdio: 'pipe' });
  sys.lsetxattr(join(root, 'empty'), 'security.capability', CAPABILITY);
  sys.lsetxattr(join(root, 'one/sticky'), 'user.binary', Buffer.from([0, 255, 10, 61]));
  sys.lsetxattr(join(root, 'group'), 'user.of directory', Buffer.from('value'));
}

const listed = (root: string): string[] => describeTree(root, isKeptXattr);

async function imageOf(store: ImageStore, tree: string, name: string): Promise<Digest> {
  const layer = await store.layers.adopt({ upper: tree, lower: [], omitted: [] }, () => undefined);
  const diffId = layer?.diffId as Digest;
  const config = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    rootfs: { type: 'layers' as const, diff_ids: [diffId] },
    config: {},
  };
  await store.images.record(config, { tags: [`docker.io/library/${name}`], reuse: false });
  return diffId;
}

async function save(store: ImageStore, name: string): Promise<string> {
  const path = join(directory, `${name.replace(':', '-')}.tar`);
  const pieces: Buffer[] = [];
  for await (const piece of store.images.save([name], never)) pieces.push(Buffer.from(piece));
  writeFileSync(path, Buffer.concat(pieces));
  return path;
}

/** Loads an archive in a store of its own, and tells the files of its top layer. */
async function loaded(path: string): Promise<{ readonly rows: string[]; readonly diffIds: readonly string[] }> {
  await using store = openImageStore();
  const [name = ''] = await store.images.load(createReadStream(path), { signal: never });
  const { diffIds } = store.images.inspect(name);
  return { rows: listed(store.layers.directoryOf(diffIds.at(-1) as Digest)), diffIds };
}

describe.skipIf(!canRun)('a layer with all that files can be', () => {
  let store: ImageStore;
  let saved: string;
  let original: string[];
  let diffId: string;

  beforeAll(async () => {
    store = openImageStore();
    makeOddTree(join(store.root, 'upper'));
    original = listed(join(store.root, 'upper'));
    diffId = await imageOf(store, join(store.root, 'upper'), 'odd:1');
    saved = await save(store, 'odd:1');
  });
  afterAll(() => store[Symbol.asyncDispose]());

  it('is whole here, and in another store that loads it', async () => {
    expect(listed(store.layers.directoryOf(diffId as Digest)).slice(1)).toEqual(original.slice(1));
    const { rows, diffIds } = await loaded(saved);
    expect(rows.slice(1)).toEqual(original.slice(1));
    expect(diffIds).toEqual([diffId]);
  });

  it.each(['docker-archive', 'oci-archive'])('is taken by skopeo from a %s, into a layout and a directory', (format) => {
    const layout = join(directory, `layout-${format}`);
    execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', `${format}:${saved}`, `oci:${layout}:1`], { stdio: 'pipe' });
    const plain = join(directory, `plain-${format}`);
    execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', `${format}:${saved}`, `dir:${plain}`], { stdio: 'pipe' });
    const config = execFileSync('skopeo', ['inspect', '--config', `oci:${layout}:1`], { encoding: 'utf8' });
    expect(config).toContain(diffId);
    expect(existsSync(join(plain, diffId.slice(7)))).toBe(true);
  });

  it('is unpacked by umoci to the same files, and what umoci packs is loaded to the same files', async () => {
    const layout = join(directory, 'umoci');
    execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', `oci-archive:${saved}`, `oci:${layout}:1`], { stdio: 'pipe' });
    const bundle = join(directory, 'bundle');
    execFileSync('umoci', ['unpack', '--image', `${layout}:1`, bundle], { stdio: 'pipe' });
    expect(listed(join(bundle, 'rootfs')).slice(1)).toEqual(original.slice(1));
    const packed = join(bundle, 'rootfs/again');
    mkdirSync(packed);
    execFileSync(
      'bash',
      ['-ec', `cp -a ../two ../one ../third ../sparse ../rich ../closed ../' ' .; rm ../empty; rm -r ../group; mkdir ../group; echo x > ../group/new`],
      { cwd: packed, stdio: 'pipe' },
    );
    execFileSync('umoci', ['repack', '--image', `${layout}:2`, bundle], { stdio: 'pipe' });
    const archive = join(directory, 'umoci.tar');
    execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', `oci:${layout}:2`, `oci-archive:${archive}:again:1`], { stdio: 'pipe' });
    const { rows } = await loaded(archive);
    const made = listed(join(bundle, 'rootfs'));
    // Umoci writes whole seconds.
    const below = (all: string[]): string[] => all.filter((row) => row.startsWith('/again')).map((row) => row.replace(/ \d{18,19} /, ' '));
    expect(below(rows)).toEqual(below(made));
    expect(rows.find((row) => row.startsWith('/empty '))).toMatch(/^\/empty 20000 /);
  });

  it.skipIf(!hasPodman)('is loaded by podman to the same files, and what podman packs of them is loaded to the same files', async () => {
    using podman = openPodman();
    podman.run('load', '--quiet', '--input', saved);
    expect(podman.image('odd:1').layers).toEqual([diffId]);
    const files = podman.filesOf('docker.io/library/odd:1');
    expect(listed(files).slice(1)).toEqual(original.slice(1));
    const context = join(directory, 'context');
    mkdirSync(context);
    writeFileSync(join(context, 'Dockerfile'), 'FROM docker.io/library/odd:1\nCOPY --from=docker.io/library/odd:1 / /copy/\n');
    podman.run('build', '--quiet', '--isolation=chroot', '--tag', 'copied:1', context);
    const archive = join(directory, 'podman.tar');
    podman.run('save', '--quiet', '--output', archive, 'copied:1');
    const { rows, diffIds } = await loaded(archive);
    expect(diffIds).toEqual(podman.image('copied:1').layers);
    const copied = listed(podman.filesOf('localhost/copied:1')).filter((row) => row.startsWith('/copy'));
    expect(rows.filter((row) => row.startsWith('/copy'))).toEqual(copied);
  });
});
