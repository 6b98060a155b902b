import { S } from '../../sys/constants.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { differs, type Lower, lowerAt, lowerRoot } from './lower.ts';
import { isOpaque } from './pack-tree.ts';
import { TreeNode } from './tree-node.ts';

export type ChangeKind = 'modified' | 'added' | 'deleted';

export interface Change {
  /** Absolute path in the container. */
  readonly path: string;
  readonly kind: ChangeKind;
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

class ChangeWalk {
  readonly #sys: Syscalls;
  readonly #omitted: ReadonlySet<string>;
  readonly #changes: Change[];

  constructor(sys: Syscalls, omitted: ReadonlySet<string>, changes: Change[]) {
    this.#sys = sys;
    this.#omitted = omitted;
    this.#changes = changes;
  }

  /** True when something was recorded below `node`. */
  inside(node: TreeNode, path: string, lower: Lower): boolean {
    const before = this.#changes.length;
    const names = node.names();
    const own = new Set(names.map((name) => name.toString('latin1')));
    const gone = isOpaque(this.#sys, node) ? this.#visibleNames(lower).filter((name) => !own.has(name.toString('latin1'))) : [];
    for (const name of [...names, ...gone].sort((left, right) => left.compare(right))) {
      const childPath = `${path}/${name.toString()}`;
      if (!own.has(name.toString('latin1'))) {
        this.#record(childPath, 'deleted');
        continue;
      }
      using child = node.child(name);
      if (child !== undefined) this.#visit(child, childPath, lowerAt(this.#sys, lower, name));
    }
    return this.#changes.length > before;
  }

  #visit(child: TreeNode, path: string, lower: Lower): void {
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

  #visibleNames(lower: Lower): Buffer[] {
    const names = new Map<string, Buffer>();
    for (const directory of lower.directories) {
      using node = TreeNode.at(directory);
      for (const name of node.names()) names.set(name.toString('latin1'), name);
    }
    return [...names.values()].filter((name) => lowerAt(this.#sys, lower, name).stats !== undefined);
  }

  #isOmitted(path: string): boolean {
    return this.#omitted.has(path.slice(1));
  }

  #record(path: string, kind: ChangeKind, place = this.#changes.length): void {
    this.#changes.splice(place, 0, { path, kind });
  }
}
