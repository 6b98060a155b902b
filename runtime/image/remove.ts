import { createHash } from 'node:crypto';
import type { Digest } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import { familiarName, familiarString, parseReference } from '../formats/reference.ts';
import { type Found, type ImageCatalog, shortId } from './catalog.ts';
import type { ImageUsers, RemovalRow } from './image-service.ts';

export interface RemovalOptions {
  readonly force: boolean;
  /** Leaves parents that have no name. */
  readonly noprune: boolean;
}

export interface RemovalDependencies {
  readonly catalog: ImageCatalog;
  readonly users: ImageUsers;
  /** Layers that nobody needs. */
  readonly unownedLayers: () => ReadonlySet<Digest>;
}

/** Why an image stays; `isUsed` when it is for a container. */
interface Obstacle {
  readonly isHard: boolean;
  readonly isUsed?: boolean;
  readonly reason: string;
}

/**
 * What `docker rmi` does. By a tag: that tag goes, and with the last one the image, unless a container that runs or another image needs
 * it. By an id: the image goes with its one name; several need `force`. A stopped container's image goes only with `force`; the
 * container keeps its files. Parents without a name go along unless `noprune`. To be called in a transaction: throws Conflict in
 * Docker's words.
 */
export function removeImage(dependencies: RemovalDependencies, found: Found, name: string, options: RemovalOptions): RemovalRow[] {
  const { catalog, users } = dependencies;
  const { id, tag } = found;
  const rows: RemovalRow[] = [];
  const names = catalog.tags.of(id);
  if (tag === undefined) {
    if (isSingle(names)) {
      refuse(id, obstacleTo(dependencies, id, { force: options.force, names: false }));
      for (const each of names) rows.push(untag(catalog, each));
    }
    removeUnnamed(dependencies, id, rows, options, false);
    return rows;
  }
  const [container] = users.usersOf(id);
  if (!options.force && container !== undefined && isSingle(names)) {
    const text = `unable to remove repository reference "${name}" (must force)`;
    throw conflict(`${text} - container ${container.containerId.slice(0, 12)} is using its referenced image ${shortId(id)}`);
  }
  rows.push(untag(catalog, tag));
  if (!isByDigest(tag)) rows.push(...untagDigests(catalog, id, repositoryOf(tag)));
  if (catalog.tags.of(id).length === 0) removeUnnamed(dependencies, id, rows, options, true);
  return rows;
}

/** `isQuiet`: what keeps the image is no error, unless nobody but its name held it. */
function removeUnnamed(dependencies: RemovalDependencies, id: Digest, rows: RemovalRow[], { force, noprune }: RemovalOptions, isQuiet: boolean): void {
  const { catalog, unownedLayers } = dependencies;
  const obstacle = obstacleTo(dependencies, id, { force, names: !force });
  if (obstacle !== undefined) {
    const isDangling = catalog.tags.of(id).length === 0 && catalog.images.childrenOf(id).length === 0;
    if (isQuiet && (!isDangling || obstacle.isUsed === true)) return;
    refuse(id, obstacle);
  }
  for (const each of catalog.tags.of(id)) rows.push(untag(catalog, each));
  const parent = catalog.images.get(id)?.parent ?? '';
  const layers = catalog.images.layersOf(id);
  catalog.images.remove(id);
  catalog.forget(id);
  rows.push({ deleted: id });
  const free = unownedLayers();
  const chains = chainIdsOf(layers);
  for (let position = layers.length - 1; position >= 0; position--) {
    const [diffId, chainId] = [layers[position], chains[position]];
    if (diffId === undefined || chainId === undefined || !free.has(diffId)) break;
    rows.push({ deleted: chainId, size: catalog.layers.get(diffId)?.size ?? 0 });
  }
  const above = noprune ? undefined : catalog.images.get(parent as Digest);
  if (above !== undefined) removeUnnamed(dependencies, above.id, rows, { force: false, noprune }, true);
}

/** The first of what keeps an image; with `force` only what cannot be forced. */
function obstacleTo({ catalog, users }: RemovalDependencies, id: Digest, { force, names }: { force: boolean; names: boolean }): Obstacle | undefined {
  if (catalog.images.childrenOf(id).length > 0) return { isHard: true, reason: 'image has dependent child images' };
  const containers = users.usersOf(id);
  const running = containers.find((user) => user.running);
  if (running !== undefined) return { isHard: true, isUsed: true, reason: `image is being used by running container ${running.containerId.slice(0, 12)}` };
  if (names && catalog.tags.of(id).length > 0) return { isHard: false, reason: 'image is referenced in multiple repositories' };
  const [stopped] = containers;
  if (force || stopped === undefined) return undefined;
  return { isHard: false, isUsed: true, reason: `image is being used by stopped container ${stopped.containerId.slice(0, 12)}` };
}

function refuse(id: Digest, obstacle: Obstacle | undefined): void {
  if (obstacle === undefined) return;
  throw conflict(`unable to delete ${shortId(id)} (${obstacle.isHard ? 'cannot' : 'must'} be forced) - ${obstacle.reason}`);
}

/** All names are of one repository, and at most one of them is a tag. */
function isSingle(names: readonly string[]): boolean {
  const repositories = new Set(names.map(repositoryOf));
  return repositories.size === 1 && names.filter((name) => !isByDigest(name)).length <= 1;
}

/** Names by digest belong to the tags of their repository: they go with the last one. */
function untagDigests(catalog: ImageCatalog, id: Digest, repository: string): RemovalRow[] {
  const names = catalog.tags.of(id).filter((name) => repositoryOf(name) === repository);
  return names.every(isByDigest) ? names.map((name) => untag(catalog, name)) : [];
}

function untag(catalog: ImageCatalog, tag: string): RemovalRow {
  catalog.tags.remove(tag);
  return { untagged: familiarString(parseReference(tag)) };
}

/** Names of the stacks of layers, base first, each with all below it (image-spec config.md, Layer ChainID). */
function chainIdsOf(diffIds: readonly Digest[]): Digest[] {
  const chains: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chains.at(-1);
    chains.push(below === undefined ? diffId : `sha256:${createHash('sha256').update(`${below} ${diffId}`).digest('hex')}`);
  }
  return chains;
}

const isByDigest = (name: string): boolean => name.includes('@');
const repositoryOf = (name: string): string => familiarName(parseReference(name));

function conflict(reason: string): EngineError {
  return new EngineError('Conflict', `conflict: ${reason}`);
}
