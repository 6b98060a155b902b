import type { Digest } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { ExploredLayer, ImageLayersSummary, LayerSummary, ListedDirectory, ListOptions } from '../store/explorer/explorer-types.ts';
import type { LayerExplorer } from '../store/explorer/layer-explorer.ts';
import type { LayerStore } from '../store/layers/layer-store.ts';
import type { Leases } from '../store/leases.ts';
import type { ImageCatalog } from './catalog.ts';

export interface ExploreDependencies {
  readonly catalog: ImageCatalog;
  readonly layers: Pick<LayerStore, 'archiveOf'>;
  readonly leases: Pick<Leases, 'hold'>;
  readonly explorer: LayerExplorer;
}

/** What made a layer, and what it did. */
export interface ImageLayer extends LayerSummary {
  /** Bytes of its files, and of its plain tar. */
  readonly size: number;
  readonly tarSize: number;
  readonly createdBy: string;
  /** RFC 3339, empty when the image does not say. */
  readonly created: string;
}

export interface ImageLayers extends Omit<ImageLayersSummary, 'layers'> {
  readonly id: Digest;
  /** Base first. */
  readonly layers: readonly ImageLayer[];
}

/** Throws NotFound for an image that is not here, and for a layer of which it is not known how its archive was made. */
export async function exploreLayers(dependencies: ExploreDependencies, name: string): Promise<ImageLayers> {
  const { catalog, explorer } = dependencies;
  using held = hold(dependencies, name);
  const { id, layers } = held;
  const { history = [], created } = catalog.configOf(id);
  const steps = (history ?? []).filter(({ empty_layer }) => !empty_layer);
  const { layers: summaries, ...rest } = await explorer.summary(id, layers);
  return {
    id,
    ...rest,
    layers: summaries.map((summary, position) => {
      const { size = 0, tarSize = 0 } = catalog.layers.get(summary.diffId) ?? {};
      const step = steps.length === summaries.length ? steps[position] : undefined;
      return { ...summary, size, tarSize, createdBy: step?.created_by ?? '', created: step?.created ?? created ?? '' };
    }),
  };
}

/** One directory of an image after the layer `diffId`. Throws as `exploreLayers`, and NotFound for a layer or a path that is not there. */
export async function listLayer(
  dependencies: ExploreDependencies,
  name: string,
  diffId: string,
  options: Omit<ListOptions, 'layer'>,
): Promise<ListedDirectory> {
  using held = hold(dependencies, name);
  const { id, layers } = held;
  const layer = layers.findIndex((each) => each.diffId === diffId || each.diffId === `sha256:${diffId}`);
  if (layer < 0) throw new EngineError('NotFound', `image ${name.slice(0, 300)} has no layer ${diffId.slice(0, 100)}`);
  return await dependencies.explorer.list(id, layers, { ...options, layer });
}

/** The recipes must stay while they are read. */
function hold({ catalog, layers, leases }: ExploreDependencies, name: string): Disposable & { readonly id: Digest; readonly layers: readonly ExploredLayer[] } {
  const { id } = catalog.find(name);
  const diffIds = catalog.images.layersOf(id);
  const found = diffIds.map((diffId) => ({ diffId, recipe: layers.archiveOf(diffId).recipe }));
  const held = leases.hold('explore');
  held.add({ layers: diffIds });
  return { id, layers: found, [Symbol.dispose]: () => held[Symbol.dispose]() };
}
