import type { Digest } from '../base/digest.ts';
import type { EventBus } from '../base/events.ts';
import { familiarName, familiarString, formatReference, newName, parseReference } from '../formats/reference.ts';
import type { GarbageCollector } from '../store/collect-garbage.ts';
import type { Database } from '../store/database.ts';
import type { ImageCatalog } from './catalog.ts';
import type { ImageService, ImageUsers, RemovalRow } from './image-service.ts';
import { listImages } from './list.ts';
import type { LoadedImage } from './load/loaded-image.ts';
import { reclaimableBytes } from './reclaimable.ts';
import { removeImage } from './remove.ts';
import type { SavedImages } from './save/save-images.ts';
import { historyOf, inspectImage, resolveImage } from './views.ts';

export interface ImageDependencies {
  readonly database: Database;
  readonly catalog: ImageCatalog;
  readonly garbage: Pick<GarbageCollector, 'collect' | 'unowned'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly users: ImageUsers;
  readonly events: EventBus;
  /** Brings images and their layers in; the records are written when all of them are there. */
  readonly load: (...parameters: Parameters<ImageService['load']>) => Promise<readonly LoadedImage[]>;
  readonly fromLayout: ImageService['fromLayout'];
  readonly pull: ImageService['pull'];
  readonly dropPartials: ImageService['dropPartials'];
  readonly login: ImageService['login'];
  readonly describe: ImageService['describe'];
  readonly search: ImageService['search'];
  readonly remoteTags: ImageService['remoteTags'];
  readonly remoteRepositories: ImageService['remoteRepositories'];
  readonly remoteDigest: ImageService['remoteDigest'];
  readonly layers: ImageService['layers'];
  readonly layerTree: ImageService['layerTree'];
  readonly push: ImageService['push'];
  readonly importRootfs: (...parameters: Parameters<ImageService['importRootfs']>) => Promise<LoadedImage>;
  readonly commit: (...parameters: Parameters<ImageService['commit']>) => Promise<LoadedImage>;
  readonly record: ImageService['record'];
  readonly save: (...parameters: Parameters<ImageService['save']>) => SavedImages;
}

export function createImageService(dependencies: ImageDependencies): ImageService {
  const { database, catalog, garbage, users, events, now } = dependencies;
  const removal = { catalog, users, unownedLayers: () => garbage.unowned() };
  // What an engine that crashed while an image arrived has left.
  void garbage.collect();
  // A container may have been the last to need the layers of an image that is gone.
  events.subscribe(({ type, action }) => {
    if (type === 'container' && action === 'destroy' && garbage.unowned().size > 0) void garbage.collect();
  });

  /** Whatever ends here has released its leases, or left what nobody needs. */
  async function collecting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await garbage.collect();
    }
  }

  async function* collectingAfter<T>(archive: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* archive;
    } finally {
      await garbage.collect();
    }
  }

  function announceTags(action: string, id: Digest, names: readonly string[]): void {
    for (const name of names) events.publish('image', action, id, { name });
  }

  return {
    load: (archive, options) =>
      collecting(async () => {
        const loaded = await dependencies.load(archive, options);
        for (const { id, names } of loaded) announceTags('load', id, names.length > 0 ? names : [id]);
        return loaded.flatMap(({ id, names }) => (names.length > 0 ? names : [id]));
      }),
    fromLayout: (...parameters) => dependencies.fromLayout(...parameters),
    importRootfs: (tar, options) =>
      collecting(async () => {
        const { id } = await dependencies.importRootfs(tar, options);
        events.publish('image', 'import', id, { name: options.reference ?? id });
        return id;
      }),
    commit: (layer, options) =>
      collecting(async () => {
        const { id, names } = await dependencies.commit(layer, options);
        if (names.length > 0) catalog.images.setTagged(id, now());
        announceTags('tag', id, names);
        return id;
      }),
    record: (config, options) =>
      collecting(async () => {
        const { id, names } = await dependencies.record(config, options);
        if (names.length > 0) catalog.images.setTagged(id, now());
        events.publish('image', 'create', id, { name: id });
        announceTags('tag', id, names);
        return { id, names };
      }),
    pull: (name, options) =>
      collecting(async () => {
        const pulled = await dependencies.pull(name, options);
        events.publish('image', 'pull', pulled.name, { name: familiarName(parseReference(pulled.name)) });
        return pulled;
      }),
    push: (name, options) =>
      collecting(async () => {
        const pushed = await dependencies.push(name, options);
        events.publish('image', 'push', name, { name: familiarName(parseReference(name)) });
        return pushed;
      }),
    save: (names, signal) => {
      const { images, archive } = dependencies.save(names, signal);
      for (const { id, tags } of images) announceTags('save', id, tags.length > 0 ? tags.map((tag) => familiarString(parseReference(tag))) : [id]);
      return collectingAfter(archive);
    },
    dropPartials: () => dependencies.dropPartials(),
    login: (...parameters) => dependencies.login(...parameters),
    describe: (...parameters) => dependencies.describe(...parameters),
    search: (...parameters) => dependencies.search(...parameters),
    remoteTags: (...parameters) => dependencies.remoteTags(...parameters),
    remoteRepositories: (...parameters) => dependencies.remoteRepositories(...parameters),
    remoteDigest: (...parameters) => dependencies.remoteDigest(...parameters),
    layers: (...parameters) => dependencies.layers(...parameters),
    layerTree: (...parameters) => dependencies.layerTree(...parameters),
    list: (filters) => listImages(catalog, filters),
    resolve: (name) => resolveImage(catalog, name),
    inspect: (name) => inspectImage(catalog, name),
    usage: () => {
      const shared = catalog.images.sharedSizes();
      return { layersSize: catalog.images.layersSize(), sharedSize: (id) => shared.get(id) ?? 0 };
    },
    reclaimable: (names) => reclaimableBytes(catalog, (id) => users.usersOf(id).length > 0, names),
    history: (name) => historyOf(catalog, name),
    tag: (name, reference) => {
      const { id } = catalog.find(name);
      const tag = newName(reference);
      database.transaction(() => {
        catalog.tags.put(formatReference(tag), id);
        catalog.images.setTagged(id, now());
      });
      events.publish('image', 'tag', id, { name: familiarString(tag) });
    },
    remove: async (name, options) => {
      const found = catalog.find(name);
      const rows = database.transaction(() => removeImage(removal, found, name, options));
      for (const row of rows) announce(row, found.id);
      await garbage.collect();
      return rows;
    },
  };

  function announce(row: RemovalRow, id: Digest): void {
    if ('untagged' in row) events.publish('image', 'untag', id, { name: row.untagged });
    else if (row.size === undefined) events.publish('image', 'delete', row.deleted, { name: row.deleted });
  }
}
