import type { ImageLayers } from '../../image/explore-layers.ts';
import type { ListedDirectory } from '../../store/explorer/explorer-types.ts';

/** GET /slipway/v1/images/{name}/layers: what each layer did, base first, and which bytes of the image nobody can see. */
export type ImageLayersAnswer = ImageLayers;

/**
 * GET /slipway/v1/images/{name}/layers/{diffId}/tree[?path=/etc][&offset=0][&limit=500][&changes=1][&find=TEXT]: one directory as it is after that
 * layer, each entry with what the layer did to it; `changes` leaves out what it left alone. `find` gives all
 * below it, at any depth, that has the text in its path, which is the `name` then. `limit` is at most 2000.
 */
export type LayerDirectoryAnswer = ListedDirectory;
