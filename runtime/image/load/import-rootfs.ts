import { digestOf } from '../../base/digest.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import { hostPlatform } from '../../formats/platform.ts';
import { formatReference, newName } from '../../formats/reference.ts';
import { decompressed, type InflateByTool, untilAborted } from '../../store/incoming.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import type { ImageService } from '../image-service.ts';
import type { LoadedImage } from './loaded-image.ts';
import { type ArrivalRecords, recordImages } from './record-images.ts';
import { stageStream } from './stage-stream.ts';

export interface ImportDependencies extends ArrivalRecords {
  readonly layers: LayerStore;
  readonly inflateByTool: InflateByTool;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Makes an image of one layer from the tar of a root file system (ImageService.importRootfs). */
export async function importRootfs(dependencies: ImportDependencies, ...[tar, options]: Parameters<ImageService['importRootfs']>): Promise<LoadedImage> {
  const tags = options.reference === undefined ? [] : [formatReference(newName(options.reference))];
  const plain = decompressed(untilAborted(tar, options.signal), dependencies.inflateByTool);
  await using staged = await stageStream(dependencies.layers, plain, options.signal);
  const { os, architecture, variant } = options.platform ?? hostPlatform(process.arch);
  const created = new Date(dependencies.now()).toISOString();
  const config: ImageConfig = {
    architecture,
    ...(variant === undefined ? {} : { variant }),
    os,
    created,
    config: { ...options.config },
    rootfs: { type: 'layers', diff_ids: [staged.diffId] },
    history: [{ created, comment: options.message ?? 'Imported from -' }],
  };
  const bytes = Buffer.from(JSON.stringify(config));
  const [image] = await recordImages(dependencies, [{ id: digestOf(bytes), bytes, config, layers: [{ diffId: staged.diffId, staged }], tags }]);
  return image ?? { id: digestOf(bytes), names: [] };
}
