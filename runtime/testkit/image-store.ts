import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { EventBus } from '../base/events.ts';
import { silentLogger } from '../base/log.ts';
import type { Platform } from '../formats/platform.ts';
import { ImageCatalog } from '../image/catalog.ts';
import { createImageService } from '../image/create-image-service.ts';
import { exploreLayers, listLayer } from '../image/explore-layers.ts';
import type { ImageService } from '../image/image-service.ts';
import { bringLayout } from '../image/load/bring-layout.ts';
import { commitImage } from '../image/load/commit-image.ts';
import { importRootfs } from '../image/load/import-rootfs.ts';
import { loadArchive } from '../image/load/load-archive.ts';
import { recordBuilt } from '../image/load/record-built.ts';
import { pullImage } from '../image/pull/pull-image.ts';
import { Transfers } from '../image/pull/transfers.ts';
import { pushImage } from '../image/push/push-image.ts';
import { describeRemote } from '../image/registry/describe.ts';
import { remoteDigest } from '../image/registry/digest.ts';
import type { RegistrySettings } from '../image/registry/endpoint.ts';
import { listRepositories, listTags } from '../image/registry/listing.ts';
import { loginTo } from '../image/registry/login.ts';
import { searchRegistry } from '../image/registry/search.ts';
import { saveImages } from '../image/save/save-images.ts';
import { GarbageCollector } from '../store/collect-garbage.ts';
import { DiskContentStore } from '../store/content/disk-content-store.ts';
import { Database } from '../store/database.ts';
import { LayerExplorer } from '../store/explorer/layer-explorer.ts';
import { LayerStore } from '../store/layers/layer-store.ts';
import { LAYER_LIMITS, type LayerLimits } from '../store/layers/limits.ts';
import { Leases } from '../store/leases.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { OverlaySnapshotter } from '../store/snapshots/overlay-snapshotter.ts';
import { TreeService } from '../store/trees/tree-service.ts';
import { inflateByTool } from '../sys/inflate-by-tool.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';

export interface ImageStore extends AsyncDisposable {
  readonly root: string;
  readonly images: ImageService;
  readonly snapshots: OverlaySnapshotter;
  readonly layers: LayerStore;
  readonly database: Database;
  readonly events: EventBus;
  readonly leases: Leases;
  collect(): Promise<void>;
  /** Everything of the store but its database and empty directories, for proofs that nothing is left. */
  leftovers(): string[];
}

export interface ImageStoreOptions {
  /** A directory of its own by default, deleted at the end. */
  readonly root?: string;
  readonly limits?: Partial<LayerLimits>;
  readonly platform?: Platform;
  readonly registries?: RegistrySettings;
}

const NO_REGISTRIES: RegistrySettings = { mirrors: [], insecure: [], certificateDirectories: [] };

/** Real images on a real store, without an engine around it. */
export function openImageStore({
  root = mkdtempSync(join(tmpdir(), 'slipway-images-')),
  limits = {},
  platform,
  registries = NO_REGISTRIES,
}: ImageStoreOptions = {}): ImageStore {
  mkdirSync(root, { recursive: true });
  const database = new Database(join(root, 'state.db'), MIGRATIONS);
  const catalog = new ImageCatalog(database, new DiskContentStore(join(root, 'content')));
  const snapshots = new OverlaySnapshotter({ root, syscalls: createLinuxSyscalls(), logger: silentLogger });
  const layers = new LayerStore({ root, records: catalog.layers, syscalls: createLinuxSyscalls(), rootless: false, limits: { ...LAYER_LIMITS, ...limits } });
  const events = new EventBus(() => BigInt(Date.now()) * 1_000_000n);
  const leases = new Leases(database);
  const arrival = { database, catalog, layers, leases, inflateByTool, now: Date.now, ...(platform === undefined ? {} : { platform }) };
  const transfers = new Transfers();
  const trees = new TreeService(createLinuxSyscalls());
  const garbage = new GarbageCollector({
    images: catalog.images,
    layers: catalog.layers,
    leases,
    content: catalog.content,
    partials: layers.partials,
    snapshots,
    removeRecipe: (diffId) => layers.removeRecipe(diffId),
    logger: silentLogger,
  });
  const explorer = new LayerExplorer();
  const exploring = { catalog, layers, leases, explorer };
  const images = createImageService({
    database,
    catalog,
    garbage,
    now: Date.now,
    events,
    users: { usersOf: () => [] },
    load: (...parameters) => loadArchive(arrival, ...parameters),
    fromLayout: (...parameters) => bringLayout(arrival, ...parameters),
    commit: (...parameters) => commitImage(arrival, ...parameters),
    record: (...parameters) => recordBuilt(arrival, ...parameters),
    importRootfs: (...parameters) => importRootfs(arrival, ...parameters),
    pull: (...parameters) => pullImage({ ...arrival, registries, transfers }, ...parameters),
    dropPartials: () => layers.partials.clear(),
    login: (...parameters) => loginTo(registries, ...parameters),
    describe: (...parameters) => describeRemote(registries, ...parameters),
    search: (...parameters) => searchRegistry(registries, ...parameters),
    remoteTags: (...parameters) => listTags(registries, ...parameters),
    remoteRepositories: (...parameters) => listRepositories(registries, ...parameters),
    remoteDigest: (...parameters) => remoteDigest(registries, ...parameters),
    layers: (...parameters) => exploreLayers(exploring, ...parameters),
    layerTree: (...parameters) => listLayer(exploring, ...parameters),
    push: (...parameters) => pushImage({ catalog, layers, leases, trees, registries }, ...parameters),
    save: (...parameters) => saveImages({ catalog, layers, leases, trees }, ...parameters),
  });
  return {
    root,
    images,
    snapshots,
    layers,
    database,
    events,
    leases,
    collect: () => garbage.collect(),
    leftovers: () =>
      ['ingest', 'layers', 'recipes', 'trash', 'content/blobs/sha256', 'content/ingest'].flatMap((name) =>
        readdirSync(join(root, name)).map((entry) => `${name}/${entry}`),
      ),
    async [Symbol.asyncDispose]() {
      await explorer[Symbol.asyncDispose]();
      await trees[Symbol.asyncDispose]();
      await layers[Symbol.asyncDispose]();
      await snapshots.idle();
      database[Symbol.dispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Bytes as a client sends them, in pieces. */
export function inPieces(bytes: Uint8Array, size = 65_536): AsyncIterable<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return Readable.from(pieces);
}
