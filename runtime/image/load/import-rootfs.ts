import { digestOf } from '../../base/digest.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import { hostPlatform } from '../../formats/platform.ts';
import { formatReference, parseReference, withDefaultTag } from '../../formats/reference.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import { Spool } from '../../store/layers/spool.ts';
import type { ImageService } from '../image-service.ts';
import { untilAborted } from './incoming.ts';
import type { LoadedImage } from './loaded-image.ts';
import { type ArrivalRecords, recordImages } from './record-images.ts';

export interface ImportDependencies extends ArrivalRecords {
  readonly layers: LayerStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Makes an image of one layer from the tar of a root file system (ImageService.importRootfs). */
export async function importRootfs(dependencies: ImportDependencies, ...[tar, options]: Parameters<ImageService['importRootfs']>): Promise<LoadedImage> {
  const tags = options.reference === undefined ? [] : [formatReference(withDefaultTag(parseReference(options.reference)))];
  const { layers } = dependencies;
  await using stack = new AsyncDisposableStack();
  const spool = await Spool.open(layers.ingest);
  const staging = layers.stage({ path: spool.path, offset: 0, growth: spool.growth });
  staging.catch(() => undefined);
  stack.defer(
    async () =>
      void (await staging.then(
        (layer) => layer[Symbol.asyncDispose](),
        () => undefined,
      )),
  );
  stack.use(spool);
  for await (const chunk of untilAborted(tar, options.signal)) await spool.write(chunk);
  await spool.finish();
  const staged = await staging;
  options.signal.throwIfAborted();
  const { os, architecture, variant } = hostPlatform(process.arch);
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
