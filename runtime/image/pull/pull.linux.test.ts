import { execFileSync, spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../../testkit/certificates.ts';
import { type Fault, FaultProxy } from '../../testkit/fault-proxy.ts';
import { imageArchive, makeBusyboxArchive, tarOf } from '../../testkit/image-archives.ts';
import { type ImageStore, openImageStore } from '../../testkit/image-store.ts';
import { TestRegistry } from '../../testkit/registry.ts';
import type { TransferProgress } from '../image-service.ts';

const hasRegistry = ['docker-registry', 'skopeo', 'openssl'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasRegistry) console.warn('skipped: docker-registry, skopeo or openssl is not installed');

/** A registry at an address of the loopback network is trusted anyway: the proof needs a name for one. */
const isNamed = (await lookup(hostname()).catch(() => null))?.address.startsWith('127.') === true;
if (!isNamed) console.warn('skipped: the host name does not lead to the loopback network, where the registry of the certificate test listens');

const directory = mkdtempSync(join(tmpdir(), 'slipway-pull-'));
const archive = join(directory, 'busybox.tar');
const wide = join(directory, 'wide.tar');
let registry: TestRegistry;

const patience = (): AbortSignal => AbortSignal.timeout(50_000);

beforeAll(async () => {
  if (!hasRegistry) return;
  await makeBusyboxArchive(archive, 'busybox:1');
  const layers = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) layers.push(await tarOf([{ header: { name: `${name}.bin` }, data: Buffer.alloc(3_000_000, name) }]));
  writeFileSync(wide, await imageArchive(layers, 'wide:1'));
  registry = await TestRegistry.start();
  registry.put(`docker-archive:${archive}`, 'team/busybox:1');
  registry.put(`docker-archive:${archive}`, 'team/zstd:1', ['--dest-compress-format', 'zstd', '--format', 'oci']);
  registry.put(`docker-archive:${wide}`, 'wide:1');
});
afterAll(async () => {
  if (hasRegistry) await registry[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

async function pulled(store: ImageStore, name: string, onProgress?: (progress: TransferProgress) => void): Promise<string> {
  return (await store.images.pull(name, { signal: patience(), ...(onProgress === undefined ? {} : { onProgress }) })).id;
}

async function throughFaults(faultOf: (method: string, path: string, seen: number) => Fault | null): Promise<FaultProxy> {
  return FaultProxy.start(registry.host, faultOf);
}

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 2 };
const FOREIGN = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
const KEPT_BACK = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';

const isBlob = (path: string): boolean => path.includes('/blobs/');

describe.skipIf(!hasRegistry)('pull', () => {
  it('brings an image in with its names and tells what it does', async () => {
    await using store = openImageStore();
    const lines: string[] = [];
    const id = await pulled(store, `${registry.host}/team/busybox:1`, ({ id: of, status }) => lines.push(of === undefined ? status : `${of}: ${status}`));
    const image = store.images.inspect(id);
    expect(image.repoTags).toEqual([`${registry.host}/team/busybox:1`]);
    expect(image.repoDigests).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+\/team\/busybox@sha256:[0-9a-f]{64}$/)]);
    expect(readFileSync(join(store.root, 'layers', image.diffIds[0]?.slice(7) ?? '', 'bin/busybox')).length).toBeGreaterThan(100_000);
    expect(lines[0]).toBe('1: Pulling from team/busybox');
    expect([...new Set(lines.slice(1).map((line) => line.replace(/^[0-9a-f]{12}/, 'layer').replace(/sha256:.*/, 'digest')))]).toEqual([
      'layer: Pulling fs layer',
      'layer: Downloading',
      'layer: Verifying Checksum',
      'layer: Download complete',
      ...(lines.some((line) => line.endsWith('Extracting')) ? ['layer: Extracting'] : []),
      'layer: Pull complete',
      'Digest: digest',
      `Status: Downloaded newer image for ${registry.host}/team/busybox:1`,
    ]);
  });

  it('finds that an image is up to date, and takes it by its digest', async () => {
    await using store = openImageStore();
    const id = await pulled(store, `${registry.host}/team/busybox:1`);
    const lines: string[] = [];
    await pulled(store, `${registry.host}/team/busybox:1`, ({ status }) => lines.push(status));
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^Digest: /), `Status: Image is up to date for ${registry.host}/team/busybox:1`]);
    const [byDigest = ''] = store.images.inspect(id).repoDigests;
    await using other = openImageStore();
    expect(await pulled(other, byDigest)).toBe(id);
    expect(other.images.inspect(byDigest).repoTags).toEqual([]);
    const layer = { deleted: other.images.inspect(id).diffIds[0], size: expect.any(Number) as number };
    expect(await other.images.remove(byDigest, { force: false, noprune: false })).toEqual([{ untagged: byDigest }, { deleted: id }, layer]);
    expect(await store.images.remove(`${registry.host}/team/busybox:1`, { force: false, noprune: false })).toEqual([
      { untagged: `${registry.host}/team/busybox:1` },
      { untagged: byDigest },
      { deleted: id },
      layer,
    ]);
    await store.snapshots.idle();
    expect(store.leftovers()).toEqual([]);
  });

  it('reads layers that zstd has packed', async () => {
    await using store = openImageStore();
    const id = await pulled(store, `${registry.host}/team/zstd:1`);
    await using loaded = openImageStore();
    expect(store.images.inspect(id).diffIds).toEqual(loaded.images.inspect(await pulled(loaded, `${registry.host}/team/busybox:1`)).diffIds);
  });

  it('fetches each layer once for two pulls of one image, and goes on when one of them leaves', async () => {
    await using before = openImageStore();
    const id = await pulled(before, `${registry.host}/wide:1`);
    const layers = before.images.inspect(id).diffIds.length;
    const joined = Promise.withResolvers<void>();
    await using proxy = await throughFaults((_, path) => (isBlob(path) && !path.endsWith(id) ? { until: joined.promise } : null));
    await using store = openImageStore();
    const leaving = new AbortController();
    let wanted = 0;
    const both = [
      store.images.pull(`${proxy.host}/wide:1`, { signal: leaving.signal }),
      store.images.pull(`${proxy.host}/wide:1`, {
        signal: patience(),
        onProgress: ({ status }) => {
          if (status !== 'Pulling fs layer' || ++wanted < layers) return;
          leaving.abort(new Error('gone'));
          joined.resolve();
        },
      }),
    ];
    const [left, stayed] = await Promise.allSettled(both);
    expect(left).toMatchObject({ status: 'rejected', reason: new Error('gone') });
    expect(stayed?.status).toBe('fulfilled');
    expect(store.images.inspect(id).diffIds.length).toBe(5);
    const fetched = proxy.requests.filter((line) => isBlob(line) && !line.endsWith(id));
    expect([fetched.length, new Set(fetched).size]).toEqual([5, 5]);
  });

  it('goes on where a download broke off', async () => {
    await using proxy = await throughFaults((_, path, seen) => (isBlob(path) && seen < 3 ? { cutAfter: 1000 } : null));
    await using store = openImageStore();
    const told = new Map<string, string[]>();
    await pulled(store, `${proxy.host}/wide:1`, ({ id = '', status }) => told.set(id, [...(told.get(id) ?? []), status]));
    // Three at once; the others wait, and each that breaks says when it goes on.
    const layers = [...told.values()].filter(([first]) => first === 'Pulling fs layer');
    expect([layers.length, layers.filter((lines) => lines[1] === 'Waiting').length]).toEqual([5, 2]);
    for (const lines of layers) expect(lines.filter((line) => line === 'Retrying in 1 second').length).toBeGreaterThanOrEqual(2);
    expect(proxy.requests.filter((line) => line.includes('bytes=')).length).toBeGreaterThanOrEqual(5 * 2);
    expect(store.images.inspect(`${proxy.host}/wide:1`).diffIds.length).toBe(5);
  });

  it.each([429, 500, 503])('tries again after %d', async (status) => {
    await using proxy = await throughFaults((_, __, seen) => (seen === 0 ? { status, headers: { 'retry-after': '0' } } : null));
    await using store = openImageStore();
    await pulled(store, `${proxy.host}/team/busybox:1`);
    expect(store.images.list()).toHaveLength(1);
  });

  it.each<[string, (path: string) => Fault | null, RegExp]>([
    ['a layer with another digest', (path) => (isBlob(path) ? { corruptAt: 30 } : null), /verification failed for digest|invalid gzip data|has more than/],
    ['a manifest with another digest', (path) => (path.includes('/manifests/') ? { corruptAt: 5 } : null), /manifest verification failed for digest/],
    [
      'a manifest of another type',
      (path) => (path.includes('/manifests/') ? { headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' } } : null),
      /calls itself/,
    ],
    [
      'no manifest type',
      (path) => (path.includes('/manifests/') ? { headers: { 'content-type': 'text/html' } } : null),
      /unsupported manifest media type "text\/html"/,
    ],
    ['an endless redirect', (path) => (isBlob(path) ? { status: 307, headers: { location: path } } : null), /too many redirects/],
    ['a redirect to a file', (path) => (isBlob(path) ? { status: 307, headers: { location: 'file:///etc/passwd' } } : null), /which is not followed/],
  ])('refuses %s and leaves nothing', async (_, faultOf, message) => {
    await using proxy = await throughFaults((__, path) => faultOf(path));
    await using store = openImageStore();
    await expect(pulled(store, `${proxy.host}/team/busybox:1`)).rejects.toThrow(message);
    expect([store.images.list(), store.leftovers()]).toEqual([[], []]);
  });

  it.each<[string, string, object, RegExp]>([
    ['an index that is a manifest too', INDEX, { manifests: [], config: {}, layers: [] }, /an index has no config/],
    ['a manifest that is an index too', MANIFEST, { config: CONFIG, layers: [], manifests: [] }, /a manifest has no manifests/],
    [
      'a manifest that calls itself an index',
      MANIFEST,
      { mediaType: INDEX, config: CONFIG, layers: [] },
      /calls itself .*index.*, the registry says .*manifest/,
    ],
    ['an artifact', MANIFEST, { config: { ...CONFIG, mediaType: 'application/vnd.cncf.helm.config.v1+json' }, layers: [] }, /unsupported media type .*helm/],
    [
      'the first version of the schema',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      { schemaVersion: 1 },
      /busybox:1: Docker image manifest version 2, schema 1 is not supported/,
    ],
    [
      'a layer of another kind',
      MANIFEST,
      { config: CONFIG, layers: [{ ...CONFIG, mediaType: 'application/wasm' }] },
      /has the unsupported type "application\/wasm"/,
    ],
    [
      'a foreign layer',
      MANIFEST,
      { config: CONFIG, layers: [{ ...CONFIG, mediaType: FOREIGN, urls: ['https://maker.test/x'] }] },
      /is not distributed by registries/,
    ],
    ['a layer that may not be handed on', MANIFEST, { config: CONFIG, layers: [{ ...CONFIG, mediaType: KEPT_BACK }] }, /is not distributed by registries/],
    ['a size below zero', MANIFEST, { config: { ...CONFIG, size: -1 }, layers: [] }, /config\.size/],
    ['a digest that is none', MANIFEST, { config: { ...CONFIG, digest: 'sha256:../../x' }, layers: [] }, /config\.digest.*not a sha256 digest/s],
  ])('refuses %s and leaves nothing', async (_, type, document, message) => {
    const body = JSON.stringify({ schemaVersion: 2, ...document });
    await using proxy = await throughFaults((__, path) => (path.includes('/manifests/') ? { status: 200, headers: { 'content-type': type }, body } : null));
    await using store = openImageStore();
    await expect(pulled(store, `${proxy.host}/team/busybox:1`)).rejects.toThrow(message);
    expect([store.images.list(), store.leftovers()]).toEqual([[], []]);
  });

  it('stops when it is cancelled and leaves nothing', async () => {
    await using proxy = await throughFaults((_, path) => (isBlob(path) ? { slow: 50 } : null));
    await using store = openImageStore();
    const stop = new AbortController();
    const pull = store.images.pull(`${proxy.host}/wide:1`, {
      signal: stop.signal,
      onProgress: ({ status }) => status === 'Downloading' && stop.abort(new Error('cancelled')),
    });
    await expect(pull).rejects.toThrow('cancelled');
    await expect.poll(() => [store.images.list(), store.leftovers()]).toEqual([[], []]);
  });

  it.each([
    ['team/busybox:2', 'NotFound', /^manifest for .*team\/busybox:2 not found: manifest unknown/],
    ['nobody/nothing:1', 'NotFound', /nobody\/nothing/],
  ])('says that %s is not there', async (name, kind, message) => {
    await using store = openImageStore();
    await expect(pulled(store, `${registry.host}/${name}`)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) as string });
  });

  it('says that nobody answers', async () => {
    await using store = openImageStore();
    await expect(pulled(store, '127.0.0.1:1/a:1')).rejects.toMatchObject({ kind: 'Unavailable', message: expect.stringContaining('ECONNREFUSED') as string });
  });

  it('takes the image of the platform from a list of several, and says which it lacks', async () => {
    const layout = join(directory, 'layout');
    mkdirSync(layout, { recursive: true });
    execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', `docker-archive:${archive}`, `oci:${layout}:one`], { stdio: 'pipe' });
    const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as { manifests: Record<string, unknown>[] };
    const [one] = index.manifests;
    const list = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ ...one, annotations: undefined, platform: { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : 'arm64' } }],
    };
    execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', '--dest-tls-verify=false', `oci:${layout}:one`, `docker://${registry.host}/multi:one`], {
      stdio: 'pipe',
    });
    const put = await fetch(`http://${registry.host}/v2/multi/manifests/all`, {
      method: 'PUT',
      body: JSON.stringify(list),
      headers: { 'content-type': list.mediaType },
    });
    expect(put.status).toBe(201);
    await using store = openImageStore();
    await pulled(store, `${registry.host}/multi:all`);
    expect(store.images.list()).toHaveLength(1);
    const other = store.images.pull(`${registry.host}/multi:all`, { signal: patience(), platform: 'linux/s390x' });
    await expect(other).rejects.toThrow('no matching manifest for linux/s390x in the manifest list entries');
  });

  it('asks mirrors first, in their order, and the registry itself when they fail', async () => {
    await using dead = await throughFaults(() => ({ status: 404 }));
    await using mirror = await throughFaults(() => null);
    registry.put(`docker-archive:${archive}`, 'library/mirrored:1');
    const registries = { mirrors: [`http://${dead.host}`, `http://${mirror.host}`], insecure: [], certificateDirectories: [] };
    await using store = openImageStore({ registries });
    const { name } = await store.images.pull('mirrored:1', { signal: patience(), credentials: { username: 'me', password: 'secret' } });
    expect([name, dead.requests.length, store.images.list()[0]?.repoTags]).toEqual(['mirrored:1', 1, ['mirrored:1']]);
    for (const headers of [...dead.headers, ...mirror.headers]) expect(headers.authorization).toBeUndefined();
  });
});

describe.skipIf(!hasRegistry)('pull with credentials', () => {
  // `openssl passwd` knows no bcrypt, which is all that the registry takes; this is "secret".
  const htpasswd = 'me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';

  it('lets in who is known and nobody else', async () => {
    await using closed = await TestRegistry.start({ htpasswd });
    closed.put(`docker-archive:${archive}`, 'private:1', ['--dest-creds', 'me:secret']);
    await using store = openImageStore();
    const pull = (credentials: { username?: string; password?: string }): Promise<unknown> =>
      store.images.pull(`${closed.host}/private:1`, { signal: patience(), credentials });
    await expect(pull({})).rejects.toMatchObject({
      kind: 'NotFound',
      message: expect.stringMatching(/^pull access denied for .*docker login.*authentication required/) as string,
    });
    await expect(pull({ username: 'me', password: 'wrong' })).rejects.toMatchObject({ kind: 'NotFound' });
    await pull({ username: 'me', password: 'secret' });
    expect(store.images.list()).toHaveLength(1);
  });

  it('shows the client certificate that certs.d has for the registry', async () => {
    const authority = new Authority(directory, 'clients');
    const own = authority.issue('client.test', 'clientAuth');
    const server = authority.issue('closed.test', 'serverAuth', 'IP:127.0.0.1');
    await using closed = await TestRegistry.start({ tls: { ...server, clients: { ca: authority.ca, own } } });
    const folder = join(directory, 'client-certs.d', closed.host);
    mkdirSync(folder, { recursive: true });
    await using store = openImageStore({ registries: { mirrors: [], insecure: [], certificateDirectories: [join(directory, 'client-certs.d')] } });
    await expect(pulled(store, `${closed.host}/safe:1`)).rejects.toMatchObject({ kind: 'Unavailable' });
    copyFileSync(own.cert, join(folder, 'client.cert'));
    await expect(pulled(store, `${closed.host}/safe:1`)).rejects.toThrow('missing key client.key for client certificate client.cert');
    copyFileSync(own.key, join(folder, 'client.key'));
    closed.put(`docker-archive:${archive}`, 'safe:1', ['--dest-cert-dir', folder]);
    await pulled(store, `${closed.host}/safe:1`);
    expect(store.images.list()).toHaveLength(1);
  });

  it.skipIf(!isNamed)('trusts the authority that certs.d names, and no other', async () => {
    const authority = new Authority(directory, 'registry');
    await using secure = await TestRegistry.start({
      tls: authority.issue('registry.test', 'serverAuth', `DNS:${hostname()},IP:127.0.0.1`),
    });
    secure.put(`docker-archive:${archive}`, 'safe:1');
    const certificates = join(directory, 'certs.d');
    const host = secure.host.replace('127.0.0.1', hostname());
    mkdirSync(join(certificates, host), { recursive: true });
    const registries = { mirrors: [], insecure: [], certificateDirectories: [certificates] };
    await using store = openImageStore({ registries });
    await expect(pulled(store, `${host}/safe:1`)).rejects.toThrow(/certificate/);
    writeFileSync(join(certificates, host, 'ca.crt'), readFileSync(authority.ca));
    await pulled(store, `${host}/safe:1`);
    expect(store.images.list()).toHaveLength(1);
  });
});
