import { Readable } from 'node:stream';
import type { Digest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import { familiarString, parseReference } from '../../formats/reference.ts';
import type { Database } from '../../store/database.ts';
import type { LayerStore, StagedLayer } from '../../store/layers/layer-store.ts';
import type { Leases } from '../../store/leases.ts';
import type { LayerBlob } from '../../store/records/layer-blobs.ts';
import type { ImageCatalog } from '../catalog.ts';
import type { LoadedImage } from './loaded-image.ts';

/** An image whose layers are all here or staged, with every digest verified. */
export interface ArrivedImage {
  readonly id: Digest;
  /** The config as it came. */
  readonly bytes: Uint8Array;
  readonly config: ImageConfig;
  /** The image it was made from here. */
  readonly parent?: Digest;
  readonly layers: readonly { readonly diffId: Digest; readonly staged: StagedLayer | undefined; readonly blob?: LayerBlob }[];
  /** Full references. */
  readonly tags: readonly string[];
}

export interface ArrivalRecords {
  readonly database: Database;
  readonly catalog: ImageCatalog;
  readonly layers: LayerStore;
  readonly leases: Leases;
}

/**
 * Stores the configurations, publishes the layers and records images and names, all or nothing; a configuration that got no
 * image goes at the next collection. The layers that are here already must be leased.
 */
export async function recordImages({ database, catalog, layers, leases }: ArrivalRecords, images: readonly ArrivedImage[]): Promise<LoadedImage[]> {
  using hold = leases.hold('record');
  hold.add({ blobs: images.map(({ id }) => id) });
  for (const { id, bytes } of images) await catalog.content.write(Readable.from([bytes], { objectMode: true }), { digest: id });
  const staged = images.flatMap((image) => image.layers.flatMap((layer) => layer.staged ?? []));
  try {
    return database.transaction(() => {
      for (const layer of new Set(staged)) layers.publish(layer);
      return images.map((image) => recordImage(catalog, image));
    });
  } catch (error) {
    layers.unpublish(staged);
    throw error;
  }
}

function recordImage(catalog: ImageCatalog, { id, config, layers, tags, parent }: ArrivedImage): LoadedImage {
  let size = 0;
  for (const { diffId, blob } of layers) {
    if (blob !== undefined) catalog.layerBlobs.put(diffId, blob);
    const record = catalog.layers.get(diffId);
    if (record === undefined) throw new EngineError('Internal', `layer ${diffId} is not recorded`);
    size += record.size;
  }
  const created = Date.parse(config.created ?? '');
  catalog.images.put(
    { id, parent: parent ?? '', createdMs: Number.isNaN(created) ? 0 : created, size },
    layers.map(({ diffId }) => diffId),
  );
  for (const tag of tags) catalog.tags.put(tag, id);
  return { id, names: tags.map((tag) => familiarString(parseReference(tag))) };
}
