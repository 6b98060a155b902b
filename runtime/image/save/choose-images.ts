import type { Digest } from '../../base/digest.ts';
import { formatReference, parseReference } from '../../formats/reference.ts';
import type { ImageCatalog } from '../catalog.ts';

/** An image to be saved, and under which names. */
export interface ChosenImage {
  readonly id: Digest;
  /** Full references, without those by digest. */
  readonly tags: readonly string[];
}

/**
 * Docker's reading of the names: a tag is that image by that name, a repository all of its tags, an id the image without a name.
 * Throws NotFound. Each image comes once.
 */
export function chooseImages(catalog: ImageCatalog, names: readonly string[]): ChosenImage[] {
  const chosen = new Map<Digest, Set<string>>();
  const choose = (id: Digest, tag?: string): void => {
    const tags = chosen.get(id) ?? new Set();
    if (tag !== undefined) tags.add(tag);
    chosen.set(id, tags);
  };
  for (const name of names) {
    const all = tagsOfRepository(catalog, name);
    for (const [tag, id] of all) choose(id, tag);
    if (all.length > 0) continue;
    const { id, tag } = catalog.find(name);
    choose(id, tag?.includes('@') ? undefined : tag);
  }
  return [...chosen].map(([id, tags]) => ({ id, tags: [...tags].sort() }));
}

/** Empty unless `name` is a repository alone. */
function tagsOfRepository(catalog: ImageCatalog, name: string): (readonly [string, Digest])[] {
  const repository = repositoryOf(name);
  if (repository === undefined) return [];
  return [...catalog.tags.all()].flatMap(([id, tags]) => tags.filter((tag) => tag.startsWith(`${repository}:`)).map((tag) => [tag, id] as const));
}

function repositoryOf(name: string): string | undefined {
  try {
    const reference = parseReference(name);
    return reference.tag === undefined && reference.digest === undefined ? formatReference(reference) : undefined;
  } catch {
    // A prefix of an id need not be a name.
    return undefined;
  }
}
