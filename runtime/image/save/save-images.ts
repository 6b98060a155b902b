import { createHash } from 'node:crypto';
import { type Digest, digestOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { JSON_LIMIT } from '../../formats/json.ts';
import { blobPath, INDEX_FILE, LAYOUT_FILE } from '../../formats/oci/layout.ts';
import { END_OF_ARCHIVE, encodeEntry, paddingAfter } from '../../formats/tar/writer.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import type { Leases } from '../../store/leases.ts';
import type { TreeService } from '../../store/trees/tree-service.ts';
import type { ImageCatalog } from '../catalog.ts';
import { type ChosenImage, chooseImages } from './choose-images.ts';
import { documentsOf, type SavedImage } from './documents.ts';

export interface SaveDependencies {
  readonly catalog: ImageCatalog;
  readonly layers: Pick<LayerStore, 'archiveOf'>;
  readonly leases: Pick<Leases, 'hold'>;
  readonly trees: Pick<TreeService, 'rebuild'>;
}

export interface SavedImages {
  readonly images: readonly ChosenImage[];
  readonly archive: AsyncIterable<Uint8Array>;
}

/**
 * An archive that is a docker-archive and an OCI layout at once, as Docker writes it since version 25 (ImageService.save). The same
 * images always give the same bytes. Everything that can be found wrong before the first byte is.
 */
export function saveImages(dependencies: SaveDependencies, names: readonly string[], signal: AbortSignal): SavedImages {
  const { catalog, layers } = dependencies;
  const images = chooseImages(catalog, names).map(({ id, tags }): SavedImage => {
    const diffIds = catalog.images.layersOf(id);
    for (const diffId of diffIds) layers.archiveOf(diffId);
    return {
      id,
      config: Buffer.from(catalog.content.readAll(id, JSON_LIMIT)),
      layers: diffIds.map((diffId) => ({ diffId, size: tarSizeOf(catalog, diffId) })),
      tags,
    };
  });
  return { images, archive: write(dependencies, images, signal) };
}

async function* write(dependencies: SaveDependencies, images: readonly SavedImage[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // From the first byte on: nobody may ever ask for one.
  using hold = dependencies.leases.hold('save');
  hold.add({ layers: images.flatMap(({ layers }) => layers.map(({ diffId }) => diffId)) });
  const { manifests, index, dockerManifest } = documentsOf(images);
  yield directory('blobs/');
  yield directory('blobs/sha256/');
  const sizes = new Map(images.flatMap(({ layers }) => layers.map(({ diffId, size }) => [diffId, size] as const)));
  for (const [diffId, size] of sizes) yield* layerBlob(dependencies, diffId, size, signal);
  const documents = new Map([...images.map(({ config }) => config), ...manifests].map((bytes) => [digestOf(bytes), bytes]));
  for (const [digest, bytes] of documents) yield file(blobPath(digest), bytes);
  yield file(INDEX_FILE, index);
  yield file('manifest.json', dockerManifest);
  yield file(LAYOUT_FILE, Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' })));
  yield END_OF_ARCHIVE;
}

/** The layer's tar as it came. Throws Internal when its files are no longer what they were. */
async function* layerBlob({ layers, trees }: SaveDependencies, diffId: Digest, size: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield header(blobPath(diffId), size);
  const hash = createHash('sha256');
  let written = 0;
  for await (const chunk of trees.rebuild(layers.archiveOf(diffId), signal)) {
    hash.update(chunk);
    written += chunk.length;
    if (written > size) break;
    yield chunk;
  }
  if (written !== size || `sha256:${hash.digest('hex')}` !== diffId) {
    throw new EngineError('Internal', `layer ${diffId} on disk is no longer what it was when it was loaded`);
  }
  yield paddingAfter(size);
}

function tarSizeOf(catalog: ImageCatalog, diffId: Digest): number {
  const record = catalog.layers.get(diffId);
  if (record === undefined) throw new EngineError('Internal', `layer ${diffId} is not recorded`);
  return record.tarSize;
}

function file(name: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([header(name, bytes.length), bytes, paddingAfter(bytes.length)]);
}

function header(name: string, size: number): Buffer {
  return encodeEntry({ ...ENTRY, name: Buffer.from(name), type: 'file', size, mode: 0o644 });
}

function directory(name: string): Buffer {
  return encodeEntry({ ...ENTRY, name: Buffer.from(name), type: 'directory', size: 0, mode: 0o755 });
}

const ENTRY = { linkName: Buffer.alloc(0), uid: 0, gid: 0, mtime: 0, mtimeNano: 0, major: 0, minor: 0, xattrs: undefined };
