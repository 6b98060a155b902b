import type { Digest } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import { familiarName, familiarString, parseReference } from '../formats/reference.ts';
import { type Found, type ImageCatalog, shortId } from './catalog.ts';
import type { ImageUsers, RemovalRow } from './image-service.ts';

/**
 * What `docker rmi` does. By a tag: that tag goes, and with the last one the image. By an id: all tags go, unless they
 * are of several repositories and `force` is not given. With `force` an image that a stopped container needs loses its
 * names but stays until the container is gone. Conflict in Docker's words; nothing is changed then.
 */
export function removeImage(catalog: ImageCatalog, users: ImageUsers, found: Found, name: string, force: boolean): RemovalRow[] {
  const { id } = found;
  const tags = catalog.tags.of(id);
  const byTag = found.tag !== undefined;
  if (byTag && !isLastOf(tags, found.tag)) return [untag(catalog, found.tag)];
  const containers = users.usersOf(id);
  const running = containers.find((user) => user.running);
  if (running !== undefined) {
    throw conflict(`unable to delete ${shortId(id)} (cannot be forced) - image is being used by running container ${running.containerId.slice(0, 12)}`);
  }
  if (!force) refuseUnforced(id, tags, containers[0]?.containerId.slice(0, 12), byTag ? name : undefined);
  const untagged = tags.map((tag) => untag(catalog, tag));
  if (containers.length > 0) return untagged;
  catalog.images.remove(id);
  catalog.forget(id);
  return [...untagged, { deleted: id }];
}

/** Names by digest belong to the tags of their repository: they do not keep an image when the last tag goes. */
function isLastOf(names: readonly string[], name: string): boolean {
  const repository = familiarName(parseReference(name));
  return names.every((other) => other === name || (other.includes('@') && familiarName(parseReference(other)) === repository));
}

function refuseUnforced(id: Digest, tags: readonly string[], container: string | undefined, tagName: string | undefined): void {
  if (container !== undefined && tagName !== undefined) {
    throw conflict(`unable to remove repository reference "${tagName}" (must force) - container ${container} is using its referenced image ${shortId(id)}`);
  }
  if (container !== undefined) throw conflict(`unable to delete ${shortId(id)} (must be forced) - image is being used by stopped container ${container}`);
  const repositories = new Set(tags.map((tag) => familiarName(parseReference(tag))));
  if (tagName === undefined && repositories.size > 1) {
    throw conflict(`unable to delete ${shortId(id)} (must be forced) - image is referenced in multiple repositories`);
  }
}

function untag(catalog: ImageCatalog, tag: string): RemovalRow {
  catalog.tags.remove(tag);
  return { untagged: familiarString(parseReference(tag)) };
}

function conflict(reason: string): EngineError {
  return new EngineError('Conflict', `conflict: ${reason}`);
}
