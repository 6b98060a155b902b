import type { Digest } from '../base/digest.ts';
import { isKind } from '../base/errors.ts';
import type { ImageCatalog } from './catalog.ts';

/**
 * Bytes that are free again once all of these images are gone: layers that only they have, each once. Layers that a container stands on
 * are not counted, as they stay with it. Ids that name no image count for nothing.
 */
export function reclaimableBytes(catalog: ImageCatalog, isUsed: (id: Digest) => boolean, names: readonly string[]): number {
  const going = new Set(names.flatMap((name) => found(catalog, name)).filter((id) => !isUsed(id)));
  const staying = new Set<Digest>();
  const freed = new Set<Digest>();
  for (const { id } of catalog.images.list()) {
    const side = going.has(id) ? freed : staying;
    for (const diffId of catalog.images.layersOf(id)) side.add(diffId);
  }
  let bytes = 0;
  for (const diffId of freed) if (!staying.has(diffId)) bytes += catalog.layers.get(diffId)?.size ?? 0;
  return bytes;
}

function found(catalog: ImageCatalog, name: string): Digest[] {
  try {
    return [catalog.find(name).id];
  } catch (error) {
    if (isKind(error, 'NotFound')) return [];
    throw error;
  }
}
