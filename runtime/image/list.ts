import { matchesGlob } from 'node:path';
import type { Digest } from '../base/digest.ts';
import { familiarName, parseReference } from '../formats/reference.ts';
import type { ImageCatalog } from './catalog.ts';
import type { ImageFilters, ImageSummary } from './image-service.ts';
import { summarize } from './views.ts';

/** Newest first. Throws NotFound when `before` or `since` names no image. */
export function listImages(catalog: ImageCatalog, filters: ImageFilters = {}): ImageSummary[] {
  const created = (id: Digest): number => catalog.images.get(id)?.createdMs ?? 0;
  const before = filters.before === undefined ? Number.POSITIVE_INFINITY : created(catalog.find(filters.before).id);
  const since = filters.since === undefined ? Number.NEGATIVE_INFINITY : created(catalog.find(filters.since).id);
  return catalog.images
    .list()
    .filter(({ createdMs }) => createdMs < before && createdMs > since)
    .map(({ id }) => summarize(catalog, id))
    .filter(({ labels }) => (filters.label ?? []).every((wanted) => hasLabel(labels, wanted)))
    .filter(({ repoTags }) => filters.dangling === undefined || (repoTags.length === 0) === filters.dangling)
    .map((image) => ({ ...image, repoTags: image.repoTags.filter((tag) => matchesReference(tag, filters.reference ?? [])) }))
    .filter(({ repoTags }) => filters.reference === undefined || filters.reference.length === 0 || repoTags.length > 0);
}

/** `key` or `key=value`. */
function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  return equals < 0 ? wanted in labels : labels[wanted.slice(0, equals)] === wanted.slice(equals + 1);
}

/** Docker matches a pattern against the name with its tag and without it (distribution/reference, FamiliarMatch). */
function matchesReference(tag: string, patterns: readonly string[]): boolean {
  const name = familiarName(parseReference(tag));
  return patterns.length === 0 || patterns.some((pattern) => matchesGlob(tag, pattern) || matchesGlob(name, pattern));
}
