import { isDeepStrictEqual } from 'node:util';
import { type Digest, digestOf, isDigest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import type { ImageCatalog } from '../catalog.ts';
import type { ImageService } from '../image-service.ts';
import type { LoadedImage } from './loaded-image.ts';
import { type ArrivalRecords, recordImages } from './record-images.ts';

/** Records an image of layers that are here (ImageService.record). */
export async function recordBuilt(dependencies: ArrivalRecords, ...[config, { tags, reuse }]: Parameters<ImageService['record']>): Promise<LoadedImage> {
  const diffIds = config.rootfs.diff_ids.filter(isDigest);
  if (diffIds.length !== config.rootfs.diff_ids.length) throw new EngineError('InvalidArgument', 'rootfs.diff_ids: a digest is malformed');
  const layers = diffIds.map((diffId) => ({ diffId, staged: undefined }));
  // As it will be read again: without what is undefined.
  const built = JSON.parse(JSON.stringify(config)) as ImageConfig;
  const same = reuse ? sameImage(dependencies.catalog, built, diffIds) : undefined;
  const used = same === undefined ? built : dependencies.catalog.configOf(same);
  const bytes = same === undefined ? Buffer.from(JSON.stringify(built)) : dependencies.catalog.content.readAll(same, Number.MAX_SAFE_INTEGER);
  const id = digestOf(bytes);
  const [image] = await recordImages(dependencies, [{ id, bytes, config: used, layers, tags }]);
  return image ?? { id, names: [] };
}

/** An image that differs in its times alone, the newest. */
function sameImage(catalog: ImageCatalog, config: ImageConfig, layers: readonly Digest[]): Digest | undefined {
  const wanted = timeless(config);
  return catalog.images
    .list()
    .find(({ id }) => isDeepStrictEqual(catalog.images.layersOf(id), layers) && isDeepStrictEqual(timeless(catalog.configOf(id)), wanted))?.id;
}

function timeless({ created: _, history, ...rest }: ImageConfig): object {
  return { ...rest, history: history?.map(({ created: _created, ...step }) => step) };
}
