import type { Digest } from '../base/digest.ts';
import { checkPattern, goMatch } from '../formats/dockerfile/glob.ts';
import { familiarName, parseReference } from '../formats/reference.ts';
import type { ImageCatalog } from './catalog.ts';
import type { ImageFilters, ImageSummary } from './image-service.ts';
import { summarize } from './views.ts';

/** Newest first. Images without a name that others were made from are shown by `all` alone. Throws NotFound when `before` or `since` names no image, InvalidArgument for a pattern that is none. */
export function listImages(catalog: ImageCatalog, filters: ImageFilters = {}): ImageSummary[] {
  for (const pattern of filters.reference ?? []) checkPattern(pattern);
  const created = (id: Digest): number => catalog.images.get(id)?.createdMs ?? 0;
  const before = filters.before === undefined ? Number.POSITIVE_INFINITY : created(catalog.find(filters.before).id);
  const since = filters.since === undefined ? Number.NEGATIVE_INFINITY : created(catalog.find(filters.since).id);
  const until = filters.until ?? Number.POSITIVE_INFINITY;
  const every = catalog.images.list();
  const parents = new Set(every.map(({ parent }) => parent));
  return every
    .filter(({ createdMs }) => createdMs < before && createdMs > since && createdMs <= until)
    .map(({ id }) => summarize(catalog, id))
    .filter(({ labels }) => (filters.label ?? []).every((wanted) => hasLabel(labels, wanted)))
    .map((image) => namedBy(image, filters.reference ?? []))
    .filter((image) => isShown(image, filters, parents));
}

function isShown({ id, repoTags, repoDigests }: ImageSummary, { all, dangling, reference }: ImageFilters, parents: ReadonlySet<string>): boolean {
  if (repoTags.length > 0) return dangling !== true;
  if (repoDigests.length > 0) return true;
  return (all === true || !parents.has(id)) && dangling !== false && (reference ?? []).length === 0;
}

function namedBy(image: ImageSummary, patterns: readonly string[]): ImageSummary {
  if (patterns.length === 0) return image;
  const isMatch = (name: string): boolean => matchesReference(name, patterns);
  return { ...image, repoTags: image.repoTags.filter(isMatch), repoDigests: image.repoDigests.filter(isMatch) };
}

/** `key` or `key=value`. */
function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  return equals < 0 ? wanted in labels : labels[wanted.slice(0, equals)] === wanted.slice(equals + 1);
}

/** Docker matches a pattern against the name with its tag or digest and without it (distribution/reference, FamiliarMatch). */
function matchesReference(full: string, patterns: readonly string[]): boolean {
  const name = familiarName(parseReference(full));
  return patterns.some((pattern) => goMatch(pattern, full) || goMatch(pattern, name));
}
