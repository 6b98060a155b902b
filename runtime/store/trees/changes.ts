import { type BigIntStats, lstatSync } from 'node:fs';
import { S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { isOpaque } from './pack-tree.ts';
import { TreeNode } from './tree-node.ts';

export type ChangeKind = 'modified' | 'added' | 'deleted';

export interface Change {
  /** Absolute path in the container. */
  readonly path: string;
  readonly kind: ChangeKind;
}

/** The directories of layers that show through at one place, top first, and the topmost file there of any kind. */
interface Lower {
  readonly stats: BigIntStats | undefined;
  readonly directories: readonly Buffer[];
}

/**
 * What an overlay's upper directory changes of the layers below (top first), as `docker diff` lists it: parents before
 * children, in the order of their names. Only the upper directory is walked. `omitted` are places that the engine made to
 * mount something over; they count only when something is in them.
 */
export function changesOf(sys: Syscalls, upper: string, lower: readonly string[], omitted: ReadonlySet<string>): Change[] {
  using root = TreeNode.at(upper);
  const changes: Change[] = [];
  new ChangeWalk(sys, omitted, changes).inside(root, '', { stats: undefined, directories: lower.map((path) => Buffer.from(path)) });
  return changes;
}

/** Which of `omitted` are as the layers have them, or not in them at all. */
export function unchangedPlaces(
  sys: Syscalls,
  { upper, lower, omitted }: { readonly upper: string; readonly lower: readonly string[]; readonly omitted: readonly string[] },
): Set<string> {
  const recorded = new Set(changesOf(sys, upper, lower, new Set(omitted)).map(({ path }) => path.slice(1)));
  return new Set(omitted.filter((path) => !recorded.has(path)));
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
      if (child !== undefined) this.#visit(child, childPath, this.#lowerOf(lower, name));
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

  /** Layers never change, so that paths of theirs can be trusted: each directory was seen to be one. */
  #lowerOf(parent: Lower, name: Buffer): Lower {
    let stats: BigIntStats | undefined;
    const directories: Buffer[] = [];
    for (const directory of parent.directories) {
      const path = Buffer.concat([directory, Buffer.from('/'), name]);
      const found = lstatOrUndefined(path);
      if (found === undefined) continue;
      if (found.isCharacterDevice() && found.rdev === 0n) break;
      stats ??= found;
      if (!found.isDirectory()) break;
      directories.push(path);
      using node = TreeNode.at(path);
      if (isOpaque(this.#sys, node)) break;
    }
    return { stats, directories };
  }

  #visibleNames(lower: Lower): Buffer[] {
    const names = new Map<string, Buffer>();
    for (const directory of lower.directories) {
      using node = TreeNode.at(directory);
      for (const name of node.names()) names.set(name.toString('latin1'), name);
    }
    return [...names.values()].filter((name) => this.#lowerOf(lower, name).stats !== undefined);
  }

  #isOmitted(path: string): boolean {
    return this.#omitted.has(path.slice(1));
  }

  #record(path: string, kind: ChangeKind, place = this.#changes.length): void {
    this.#changes.splice(place, 0, { path, kind });
  }
}

/** Times change by what is made and mounted inside; that is not a change of the directory itself. */
function differs(upper: BigIntStats, lower: BigIntStats): boolean {
  return upper.mode !== lower.mode || upper.uid !== lower.uid || upper.gid !== lower.gid;
}

function lstatOrUndefined(path: Buffer): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
