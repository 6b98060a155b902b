import { isKind } from '../base/errors.ts';
import type { EngineEvent } from '../base/events.ts';
import { familiarString, parseReference, withDefaultTag } from '../formats/reference.ts';
import type { ApiBackends } from './backends.ts';
import type { ImageRow } from './types/feed.ts';

/** Finds the images whose rows an event may change, at a cost that does not grow with the number of images. */
export class FeedImages {
  readonly #images: Pick<ApiBackends['images'], 'inspect'>;
  /** The image that a name was last told of with. */
  readonly #holders = new Map<string, string>();

  constructor(images: Pick<ApiBackends['images'], 'inspect'>) {
    this.#images = images;
  }

  /** To be called with each row that is told. */
  told(before: ImageRow | null, after: ImageRow | null): void {
    for (const name of namesOf(before)) if (this.#holders.get(name) === before?.id) this.#holders.delete(name);
    if (after) for (const name of namesOf(after)) this.#holders.set(name, after.id);
  }

  /**
   * The image that the event names, and the one that its name was taken from: each event of an image that changes one carries the name or
   * the id, and what is removed along with others is announced by an event of its own. A prune is told of image by image before.
   */
  of({ action, id, attributes }: EngineEvent): ReadonlySet<string> {
    const found = new Set<string>();
    if (action === 'save' || action === 'push' || action === 'prune') return found;
    for (const name of new Set([id, attributes['name'] ?? ''])) {
      if (name === '') continue;
      if (name.startsWith('sha256:')) found.add(name);
      const holder = this.#holders.get(familiar(name));
      if (holder !== undefined) found.add(holder);
      const now = this.#named(name);
      if (now !== undefined) found.add(now);
    }
    return found;
  }

  #named(name: string): string | undefined {
    try {
      return this.#images.inspect(name).id;
    } catch (error) {
      // The name may be gone already, and is no name of an image where it is a repository.
      if (isKind(error, 'NotFound', 'InvalidArgument')) return undefined;
      throw error;
    }
  }
}

const namesOf = (row: ImageRow | null): readonly string[] => (row ? [...row.tags, ...row.digests] : []);

/** As rows have it: a tag is left out of no name. */
function familiar(name: string): string {
  try {
    const reference = parseReference(name);
    return familiarString(reference.digest === undefined ? withDefaultTag(reference) : reference);
  } catch (error) {
    if (isKind(error, 'InvalidArgument')) return name;
    throw error;
  }
}
