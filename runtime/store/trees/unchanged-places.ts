import { S } from '../../sys/constants.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { differs, type Lower, lowerAt, lowerRoot } from './lower.ts';
import { isOpaque } from './pack-tree.ts';
import { TreeNode } from './tree-node.ts';

/**
 * Which of `omitted`, relative paths, an upper directory has as the layers below (top first) do, or where they have nothing, and so
 * are of no meaning while nothing else is in them.
 */
export function unchangedPlaces(
  sys: Syscalls,
  { upper, lower, omitted }: { readonly upper: string; readonly lower: readonly string[]; readonly omitted: readonly string[] },
): Set<string> {
  using root = TreeNode.at(upper);
  return new Set(
    omitted.filter((path) =>
      isUnchanged(
        sys,
        root,
        lowerRoot(lower),
        path.split('/').map((name) => Buffer.from(name)),
      ),
    ),
  );
}

function isUnchanged(sys: Syscalls, parent: TreeNode, below: Lower, path: readonly Buffer[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined || !parent.isDirectory) return false;
  using node = parent.child(name);
  if (node === undefined || node.isWhiteout) return false;
  const isAlone = node.isDirectory && isOpaque(sys, node);
  const lower = lowerAt(sys, below, name);
  if (rest.length > 0) return isUnchanged(sys, node, isAlone ? lowerRoot([]) : lower, rest);
  if (lower.stats === undefined) return node.isDirectory || node.format === S.IFREG;
  return node.isDirectory && !isAlone && lower.stats.isDirectory() && !differs(node.stats, lower.stats);
}
