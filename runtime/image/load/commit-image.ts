import { type Digest, digestOf } from '../../base/digest.ts';
import { isKind } from '../../base/errors.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import { hostPlatform } from '../../formats/platform.ts';
import { formatReference, newName } from '../../formats/reference.ts';
import type { ImageService } from '../image-service.ts';
import type { ImportDependencies } from './import-rootfs.ts';
import type { LoadedImage } from './loaded-image.ts';
import { recordImages } from './record-images.ts';
import { stageStream } from './stage-stream.ts';

type HistoryStep = NonNullable<ImageConfig['history']>[number];

/** What layers say that no image has. */
const LAYERS_ALONE: Pick<ImageConfig, 'architecture' | 'os' | 'variant' | 'created' | 'history'> = hostPlatform(process.arch);

/** Makes an image of another one, a layer above it and a configuration of its own (ImageService.commit). A layer without files is left out. */
export async function commitImage(dependencies: ImportDependencies, ...[layer, options]: Parameters<ImageService['commit']>): Promise<LoadedImage> {
  const tags = options.reference === undefined ? [] : [formatReference(newName(options.reference))];
  const { catalog } = dependencies;
  const base = baseOf(dependencies, options.base);
  const baseConfig = base === undefined ? LAYERS_ALONE : catalog.configOf(base);
  const below = base === undefined ? options.layers : catalog.images.layersOf(base);
  using hold = dependencies.leases.hold('commit');
  hold.add({ layers: below });
  await using staged = await stageStream(dependencies.layers, layer, options.signal);
  const isEmpty = staged.entries === 0;
  const created = new Date(dependencies.now()).toISOString();
  const step: HistoryStep = {
    created,
    created_by: options.createdBy,
    ...(options.author ? { author: options.author } : {}),
    ...(options.comment ? { comment: options.comment } : {}),
    ...(isEmpty ? { empty_layer: true } : {}),
  };
  // An image without a history gets one: each step is told by its place from now on.
  const earlier = baseConfig.history ?? below.map((): HistoryStep => ({ created: baseConfig.created }));
  const config: ImageConfig = {
    ...baseConfig,
    created,
    author: options.author ?? '',
    config: options.config,
    rootfs: { type: 'layers', diff_ids: isEmpty ? [...below] : [...below, staged.diffId] },
    history: [...earlier, step],
  };
  const bytes = Buffer.from(JSON.stringify(config));
  const id = digestOf(bytes);
  const layers = [...below.map((diffId) => ({ diffId, staged: undefined })), ...(isEmpty ? [] : [{ diffId: staged.diffId, staged }])];
  const [image] = await recordImages(dependencies, [{ id, bytes, config, ...(base === undefined ? {} : { parent: base }), layers, tags }]);
  return image ?? { id, names: [] };
}

function baseOf({ catalog }: ImportDependencies, name: string): Digest | undefined {
  try {
    return catalog.find(name).id;
  } catch (error) {
    if (isKind(error, 'NotFound')) return undefined;
    throw error;
  }
}
