import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ArchiveOptions,
  busyboxEntries,
  dockerArchiveEntries,
  imageArchive,
  ociArchiveEntries,
  sha256,
  type TarEntry,
  tarOf,
} from '../../testkit/image-archives.ts';
import { type ImageStore, inPieces, openImageStore } from '../../testkit/image-store.ts';
import { PACKINGS } from '../../testkit/pack-archive.ts';
import type { LoadProgress } from '../image-service.ts';

let store: ImageStore;
beforeEach(() => {
  store = openImageStore();
});
afterEach(() => store[Symbol.asyncDispose]());

const never = new AbortController().signal;
const load = (bytes: Uint8Array, onProgress?: (progress: LoadProgress) => void): Promise<readonly string[]> =>
  store.images.load(inPieces(bytes), { signal: never, ...(onProgress === undefined ? {} : { onProgress }) });
const layers = async (): Promise<Buffer[]> => [await tarOf(busyboxEntries()), await tarOf([{ header: { name: 'etc/motd' }, data: 'hello' }])];

describe('load', () => {
  it.each<[string, ArchiveOptions['format'], (bytes: Uint8Array) => Uint8Array]>([
    ['a docker-archive', 'docker', (bytes) => bytes],
    ['a docker-archive by gzip', 'docker', (bytes) => gzipSync(bytes, { level: 1 })],
    ['an oci-archive', 'oci', (bytes) => bytes],
    ['an oci-archive by zstd', 'oci', (bytes) => zstdCompressSync(bytes)],
  ])('brings in %s', async (_, format, compress) => {
    const tars = await layers();
    const archive = await imageArchive(tars, 'busybox:1', { ...(format === undefined ? {} : { format }), config: { User: '1000' } });
    expect(await load(compress(archive))).toEqual(['busybox:1']);
    const image = store.images.resolve('busybox:1');
    expect(image.layers).toEqual(tars.map(sha256));
    expect(image.config.config?.User).toBe('1000');
    for (const layer of image.layers) expect(existsSync(join(store.root, 'layers', layer))).toBe(true);
    expect(readdirSync(join(store.root, 'layers', image.layers[0] ?? '', 'bin'))).toContain('busybox');
    const config = `content/blobs/sha256/${store.images.inspect('busybox:1').id.slice('sha256:'.length)}`;
    expect(store.leftovers().sort()).toEqual([config, ...['layers', 'recipes'].flatMap((place) => tars.map((tar) => `${place}/${sha256(tar)}`)).sort()]);
  });

  it('takes names that begin with ./, layers that are links, and the manifest first', async () => {
    const [base = Buffer.alloc(0)] = await layers();
    const entries = dockerArchiveEntries([base], 'a:1');
    const layer = entries.find(({ header }) => header.name.endsWith('layer.tar'));
    const linked = entries.map((entry) =>
      entry === layer ? { header: { name: entry.header.name, type: 'symlink' as const, linkname: '../real/layer.tar' } } : entry,
    );
    const reordered = [...linked.reverse(), { header: { name: 'real/layer.tar' }, data: base }];
    const archive = await tarOf(reordered.map(({ header, ...rest }) => ({ header: { ...header, name: `./${header.name}` }, ...rest })));
    expect(await load(archive)).toEqual(['a:1']);
  });

  it('reads what carries both formats as docker save writes it', async () => {
    const tars = await layers();
    expect(await load(await tarOf([...ociArchiveEntries(tars, 'both:oci'), ...dockerArchiveEntries(tars, 'both:docker')]))).toEqual(['both:docker']);
  });

  it('names an image without tags by its id, and keeps the same image once', async () => {
    const tars = await layers();
    const [id] = await load(await imageArchive(tars, ''));
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await load(await imageArchive(tars, 'named:1'))).toEqual(['named:1']);
    expect(store.images.list().map((image) => [image.id, image.repoTags])).toEqual([[id, ['named:1']]]);
  });

  it('loads an image of another architecture and says which', async () => {
    await load(await imageArchive(await layers(), 'foreign:1', { architecture: 's390x' }));
    expect(store.images.inspect('foreign:1').config.architecture).toBe('s390x');
  });

  it('does not unpack what it has: two loads at once, and one after', async () => {
    const archive = await imageArchive(await layers(), 'twice:1');
    expect(await Promise.all([load(archive), load(archive)])).toEqual([['twice:1'], ['twice:1']]);
    const seen: LoadProgress[] = [];
    await load(archive, (progress) => seen.push(progress));
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['done']);
    // Two layers with their recipes and one configuration.
    expect(store.leftovers()).toHaveLength(5);
  });

  it('removes layers with the last image that has them', async () => {
    await load(await imageArchive(await layers(), 'gone:1'));
    await store.images.remove('gone:1', { force: false, noprune: false });
    await store.snapshots.idle();
    expect(store.leftovers()).toEqual([]);
  });
});

describe('an index of platforms', () => {
  const platforms = ['arm64', 'amd64'];
  async function multiPlatform(wrongType = false): Promise<Buffer> {
    const [base = Buffer.alloc(0)] = await layers();
    const images = platforms.map((architecture) => ociArchiveEntries([base], '', { architecture }));
    const blobs = images.flatMap((entries) => entries.filter(({ header }) => header.name.startsWith('blobs/sha256/') && header.type !== 'directory'));
    const manifests = images.map((entries, position) => {
      const { manifests: own } = JSON.parse(String(entries.find(({ header }) => header.name === 'index.json')?.data)) as { manifests: object[] };
      return { ...own[0], platform: { os: 'linux', architecture: platforms[position] } };
    });
    const nested = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests, ...(wrongType ? { layers: [] } : {}) }));
    const descriptor = {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: `sha256:${sha256(nested)}`,
      size: nested.length,
      annotations: { 'org.opencontainers.image.ref.name': 'multi:1' },
    };
    return tarOf([
      { header: { name: 'oci-layout' }, data: '{"imageLayoutVersion":"1.0.0"}' },
      { header: { name: 'index.json' }, data: JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }) },
      { header: { name: `blobs/sha256/${sha256(nested)}` }, data: nested },
      ...blobs,
    ]);
  }

  it.each(platforms)('gives the image for %s there', async (architecture) => {
    await using other = openImageStore({ platform: { os: 'linux', architecture } });
    await other.images.load(inPieces(await multiPlatform()), { signal: never });
    expect(other.images.inspect('multi:1').config.architecture).toBe(architecture);
  });

  it('is refused when it could be read as a manifest too', async () => {
    await expect(load(await multiPlatform(true))).rejects.toThrow('layers: an index has no layers');
    expect(store.leftovers()).toEqual([]);
  });
});

describe('a load that fails leaves nothing', () => {
  afterEach(async () => {
    await store.snapshots.idle();
    expect(store.leftovers()).toEqual([]);
    expect(store.images.list()).toEqual([]);
  });

  it('when the archive is cut off anywhere', async () => {
    const archive = await imageArchive(await layers(), 'cut:1');
    for (const length of [0, 100, 512, 5000, Math.floor(archive.length / 2), archive.length - 2500]) {
      await expect(load(archive.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({ kind: 'InvalidArgument' });
    }
    await expect(load(gzipSync(archive).subarray(0, 100_000))).rejects.toThrow('invalid gzip data: unexpected end of file');
  });

  it('when a layer is not the one that the config names', async () => {
    const [base = Buffer.alloc(0)] = await layers();
    const other = await tarOf([{ header: { name: 'other' }, data: 'x' }]);
    const entries = dockerArchiveEntries([base], 'wrong:1').map((entry) => (entry.header.name.endsWith('layer.tar') ? { ...entry, data: other } : entry));
    await expect(load(await tarOf(entries))).rejects.toThrow(`invalid diffID for layer 0: expected "sha256:${sha256(base)}", got "sha256:${sha256(other)}"`);
  });

  it('when a blob has another digest than its descriptor says', async () => {
    const entries = ociArchiveEntries(await layers(), 'wrong:1');
    const config = entries.find(({ data }) => String(data).startsWith('{"architecture"'));
    const changed = entries.map((entry) => (entry === config ? { ...entry, data: String(entry.data).replace('"linux"', '"LINUX"') } : entry));
    await expect(load(await tarOf(changed))).rejects.toThrow(/invalid archive: blob sha256:\w+ has digest sha256:\w+/);
  });

  it('when it names more than fits into memory: configurations, layers, members', { timeout: 120_000 }, async () => {
    const tar = (manifest: object[], ...others: TarEntry[]): Promise<Buffer> =>
      tarOf([...others, { header: { name: 'manifest.json' }, data: JSON.stringify(manifest) }]);
    const large = { header: { name: 'c' }, data: `{"a":"${'x'.repeat(4_000_000)}"}` };
    const many = Array.from({ length: 10_000 }, () => ({ Config: 'c', Layers: [] }));
    await expect(load(await tar(many, large))).rejects.toThrow('its documents have more than 134217728 bytes together');
    const layered = Array.from({ length: 30 }, () => ({ Config: 'c', Layers: Array.from({ length: 1000 }, () => 'l') }));
    const small = [
      { header: { name: 'c' }, data: '{}' },
      { header: { name: 'l' }, data: '' },
    ];
    await expect(load(await tar(layered, ...small))).rejects.toThrow('its images have more than 20000 layers together');
    const deep = { header: { name: 'manifest.json' }, data: `${'['.repeat(100_000)}${']'.repeat(100_000)}` };
    await expect(load(await tarOf([deep]))).rejects.toThrow('manifest.json: nested more than 200 deep');
    const long = Array.from({ length: 9000 }, (_, index) => ({ header: { name: 'x', pax: { path: `${'d/'.repeat(2000)}${index}` } }, data: '' }));
    await expect(load(await tarOf(long))).rejects.toThrow('the names in the archive are longer than 33554432 characters together');
  });

  it('when a file is larger than a layer may be, if only by a hole, or holes are in the archive itself', async () => {
    const vast = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'vast', 'GNU.sparse.realsize': String(2 ** 50) };
    const layer = await tarOf([{ header: { name: 'x', pax: vast }, data: '0\n'.padEnd(512, '\0') }]);
    await expect(load(await imageArchive([layer], 'vast:1'))).rejects.toThrow('the sparse files of the layer are larger than 137438953472 bytes together');
    const manifest = { 'GNU.sparse.major': '0', 'GNU.sparse.minor': '1', 'GNU.sparse.map': '0,2', 'GNU.sparse.size': '9' };
    await expect(load(await tarOf([{ header: { name: 'manifest.json', pax: manifest }, data: '[]' }]))).rejects.toThrow('"manifest.json" is a sparse file');
  });

  it('when it is no image, not even an archive, or compressed otherwise', async () => {
    await expect(load(Buffer.from('not a tar'.repeat(100)))).rejects.toThrow('invalid tar: a header has a wrong checksum');
    await expect(load(await tarOf([{ header: { name: 'README' }, data: 'x' }]))).rejects.toThrow('unrecognized image format');
    await expect(load(Buffer.from('BZh91AY'))).rejects.toThrow('invalid bzip2 data');
    await expect(load(await tarOf([{ header: { name: 'manifest.json' }, data: '[{"Config":1}]' }]))).rejects.toThrow('manifest.json: 0.Config:');
    await expect(load(await tarOf([{ header: { name: 'manifest.json' }, data: '[{"Config":"c.json"}]' }]))).rejects.toThrow('"c.json" is not in the archive');
  });

  it('when the client goes away in the middle, even silently', async () => {
    const archive = await imageArchive(await layers(), 'gone:1');
    const abort = new AbortController();
    async function* stalled(): AsyncGenerator<Uint8Array> {
      yield archive.subarray(0, archive.length - 100_000);
      setTimeout(() => abort.abort(new Error('client gone')), 50);
      await new Promise(() => undefined);
    }
    await expect(store.images.load(stalled(), { signal: abort.signal })).rejects.toMatchObject({ kind: 'Canceled' });
  });
});

describe.each(PACKINGS)('an archive that is %s', (_, pack) => {
  it('is loaded and imported', async () => {
    const tar = await tarOf(busyboxEntries());
    await load(pack(await imageArchive([tar], 'packed:1')));
    await store.images.importRootfs(inPieces(pack(tar)), { signal: never, reference: 'imported' });
    for (const name of ['packed:1', 'imported:latest']) expect(store.images.resolve(name).layers).toEqual([sha256(tar)]);
  });
});

describe('import', () => {
  it('makes an image of one layer', async () => {
    const tar = await tarOf(busyboxEntries());
    const platform = { os: 'linux', architecture: 'arm', variant: 'v6' };
    const id = await store.images.importRootfs(inPieces(gzipSync(tar)), {
      signal: never,
      reference: 'mine',
      message: 'made here',
      config: { Cmd: ['sh'] },
      platform,
    });
    expect(store.images.resolve('mine:latest')).toMatchObject({ id, layers: [sha256(tar)], config: { ...platform, config: { Cmd: ['sh'] } } });
    expect(store.images.history(id)[0]?.comment).toBe('made here');
  });

  it.each([0, 700, 5000])('leaves nothing of a tar cut off at %i bytes', async (length) => {
    const tar = (await tarOf(busyboxEntries())).subarray(0, length);
    await expect(store.images.importRootfs(inPieces(tar), { signal: never })).rejects.toThrow('unexpected end of the archive');
    expect(store.leftovers()).toEqual([]);
  });
});
