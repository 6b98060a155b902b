import { type Digest, hexOf } from '../base/digest.ts';
import { familiarString, parseReference } from '../formats/reference.ts';
import type { ImageCatalog } from './catalog.ts';
import type { HistoryEntry, ImageDetails, ImageSummary, ResolvedImage } from './image-service.ts';

/** What a container needs to know of the image. */
export function resolveImage(catalog: ImageCatalog, name: string): ResolvedImage {
  const { id, tag } = catalog.find(name);
  const layers = catalog.images.layersOf(id).map(hexOf);
  return { id, name: tag === undefined ? id : familiarString(parseReference(tag)), config: catalog.configOf(id), layers };
}

export function summarize(catalog: ImageCatalog, id: Digest): ImageSummary {
  const record = catalog.images.get(id);
  const config = catalog.configOf(id);
  const names = catalog.familiarNames(id);
  return {
    id,
    parentId: record?.parent ?? '',
    repoTags: names.tags,
    repoDigests: names.digests,
    created: secondsOf(config.created),
    size: record?.size ?? 0,
    labels: config.config?.Labels ?? {},
  };
}

export function inspectImage(catalog: ImageCatalog, name: string): ImageDetails {
  const { id } = catalog.find(name);
  const lastTaggedMs = catalog.images.get(id)?.lastTaggedMs;
  return {
    ...summarize(catalog, id),
    config: catalog.configOf(id),
    diffIds: catalog.images.layersOf(id),
    ...(lastTaggedMs === undefined ? {} : { lastTaggedMs }),
  };
}

/** Newest first, as Docker prints it: only the newest entry has the image's id, and entries without files have no size. */
export function historyOf(catalog: ImageCatalog, name: string): HistoryEntry[] {
  const { id } = catalog.find(name);
  const config = catalog.configOf(id);
  const layers = catalog.images.layersOf(id);
  const steps = config.history ?? layers.map(() => ({ created: config.created, created_by: '', comment: '', empty_layer: false }));
  let position = 0;
  const entries = steps.map(({ created, created_by, comment, empty_layer }) => {
    const layer = empty_layer ? undefined : layers[position++];
    const size = layer === undefined ? 0 : (catalog.layers.get(layer)?.size ?? 0);
    return { id: '<missing>', created: secondsOf(created), createdBy: created_by ?? '', size, comment: comment ?? '', tags: [] as string[] };
  });
  return entries.reverse().map((entry, index) => (index === 0 ? { ...entry, id, tags: catalog.familiarNames(id).tags } : entry));
}

/** Seconds since the epoch of an RFC 3339 time; 0 for none. */
function secondsOf(time: string | null | undefined): number {
  const milliseconds = Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}
