import type { BigIntStats } from 'node:fs';
import { bytesOfText } from '../../base/byte-text.ts';
import { O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { openInRoot } from './in-root.ts';
import { differs, type Lower, lowerAt, lowerRoot } from './lower.ts';
import { isOpaque } from './pack-tree.ts';
import { TreeNode } from './tree-node.ts';

export type ChangeKind = 'modified' | 'added' | 'deleted';

export interface Change {
  /** Absolute path in the container. */
  readonly path: string;
  readonly kind: ChangeKind;
}

/** An overlay's directories, and places that the engine made to mount something over. */
export interface UpperDirectories {
  readonly upper: string;
  /** Top first. */
  readonly lower: readonly string[];
  readonly omitted: readonly string[];
}

/** How one name of a directory differs from the layers below. */
export interface Mark {
  readonly kind: ChangeKind;
  /** What the layers have by that name; undefined: nothing. */
  readonly lower: BigIntStats | undefined;
}

/**
 * What an overlay's upper directory changes of the layers below (top first), as `docker diff` lists it: parents before
 * children, in the order of their names. Only the upper directory is walked. `omitted` are places that the engine made to
 * mount something over; they count only when something is in them.
 */
export function changesOf(sys: Syscalls, upper: string, lower: readonly string[], omitted: ReadonlySet<string>): Change[] {
  using root = TreeNode.at(upper);
  const changes: Change[] = [];
  new ChangeWalk(sys, omitted, changes).inside(root, '', lowerRoot(lower));
  return changes;
}

/**
 * The names of one directory that differ, by their bytes as latin1: a directory also when something below it does. Looks no further
 * than the first difference of each. `path` has no links.
 */
export function marksIn(sys: Syscalls, { upper, lower, omitted }: UpperDirectories, path: string): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>();
  using root = TreeNode.at(upper);
  let fd: number;
  try {
    fd = openInRoot(sys, root.fd, path, O.PATH | O.DIRECTORY | O.NOFOLLOW);
  } catch (error) {
    // Nothing of this directory was ever written.
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return marks;
    throw error;
  }
  using directory = TreeNode.of(sys, fd);
  const place = path === '/' ? '' : path;
  let below = lowerRoot(lower);
  for (const name of place.split('/').slice(1)) below = lowerAt(sys, below, bytesOfText(name));
  const found = new Set<string>();
  for (const name of directory.names()) {
    using child = directory.child(name);
    if (child === undefined) continue;
    const key = name.toString('latin1');
    found.add(key);
    const hidden = lowerAt(sys, below, name);
    const changes: Change[] = [];
    new ChangeWalk(sys, new Set(omitted), changes, true).visit(child, `${place}/${name.toString()}`, hidden);
    const change = changes.find(({ path: changed }) => changed === `${place}/${name.toString()}`);
    if (change !== undefined) marks.set(key, { kind: change.kind, lower: hidden.stats });
  }
  if (!isOpaque(sys, directory)) return marks;
  for (const name of visibleNames(sys, below)) {
    const key = name.toString('latin1');
    if (!found.has(key)) marks.set(key, { kind: 'deleted', lower: lowerAt(sys, below, name).stats });
  }
  return marks;
}

class ChangeWalk {
  readonly #sys: Syscalls;
  readonly #omitted: ReadonlySet<string>;
  readonly #changes: Change[];
  readonly #stopsAtFirst: boolean;

  constructor(sys: Syscalls, omitted: ReadonlySet<string>, changes: Change[], stopsAtFirst = false) {
    this.#sys = sys;
    this.#omitted = omitted;
    this.#changes = changes;
    this.#stopsAtFirst = stopsAtFirst;
  }

  /** True when something was recorded below `node`. */
  inside(node: TreeNode, path: string, lower: Lower): boolean {
    const before = this.#changes.length;
    const names = node.names();
    const own = new Set(names.map((name) => name.toString('latin1')));
    const gone = isOpaque(this.#sys, node) ? visibleNames(this.#sys, lower).filter((name) => !own.has(name.toString('latin1'))) : [];
    for (const name of [...names, ...gone].sort((left, right) => left.compare(right))) {
      if (this.#stopsAtFirst && this.#changes.length > before) return true;
      const childPath = `${path}/${name.toString()}`;
      if (!own.has(name.toString('latin1'))) {
        this.#record(childPath, 'deleted');
        continue;
      }
      using child = node.child(name);
      if (child !== undefined) this.visit(child, childPath, lowerAt(this.#sys, lower, name));
    }
    return this.#changes.length > before;
  }

  /** Records how `child` differs from what is below it, and what in it does, before itself. */
  visit(child: TreeNode, path: string, lower: Lower): void {
    if (child.isWhiteout) {
      // Also left behind by what was made and deleted again; then there is nothing that it hides.
      if (lower.stats !== undefined) this.#record(path, 'deleted');
      return;
    }
    const place = this.#changes.length;
    if (child.isDirectory) {
      const isChanged = this.inside(child, path, lower);
      if (lower.stats === undefined) {
        if (isChanged || !this.#isOmitted(path)) this.#record(path, 'added', place);
      } else if (isChanged || !lower.stats.isDirectory() || differs(child.stats, lower.stats)) this.#record(path, 'modified', place);
      return;
    }
    if (lower.stats === undefined && this.#isOmitted(path) && child.format === S.IFREG && child.stats.size === 0n) return;
    this.#record(path, lower.stats === undefined ? 'added' : 'modified');
  }

  #isOmitted(path: string): boolean {
    return this.#omitted.has(path.slice(1));
  }

  #record(path: string, kind: ChangeKind, place = this.#changes.length): void {
    this.#changes.splice(place, 0, { path, kind });
  }
}

function visibleNames(sys: Syscalls, lower: Lower): Buffer[] {
  const names = new Map<string, Buffer>();
  for (const directory of lower.directories) {
    using node = TreeNode.at(directory);
    for (const name of node.names()) names.set(name.toString('latin1'), name);
  }
  return [...names.values()].filter((name) => lowerAt(sys, lower, name).stats !== undefined);
}
