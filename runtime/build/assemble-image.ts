import type { Digest } from '../base/digest.ts';
import type { ImageConfig } from '../formats/oci/config.ts';
import type { HistoryEntry, PlannedImage } from './plan/plan.ts';

const COMMENT = 'buildkit.dockerfile.v0';

/**
 * The configuration of a built image. `layersOf` gives the layers that a vertex resulted in: an instruction that added none has no files, so
 * that history and layers go together.
 */
export function assembleImage(planned: PlannedImage, layers: readonly Digest[], created: Date, layersOf: (vertex: number) => readonly Digest[]): ImageConfig {
  const { platform, config, author, baseHistory, baseLayers } = planned;
  const time = created.toISOString();
  let below = baseLayers;
  const history = planned.history.map(({ createdBy, vertex }): HistoryEntry => {
    const above = vertex === null ? below : layersOf(vertex).length;
    const isEmpty = above === below;
    below = above;
    return { created: time, created_by: createdBy, comment: COMMENT, ...(isEmpty ? { empty_layer: true } : {}) };
  });
  return {
    architecture: platform.architecture,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    os: platform.os,
    created: time,
    ...(author === undefined ? {} : { author }),
    config,
    rootfs: { type: 'layers', diff_ids: [...layers] },
    history: [...baseHistory, ...history],
  };
}
