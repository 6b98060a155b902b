import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { isKeptXattr } from '../layers/kept-xattrs.ts';
import { attributeNames } from '../trees/pack-tree.ts';
import type { TreeNode } from '../trees/tree-node.ts';

/** What goes with a file wherever it is copied, in the order of names. Empty where the file system has no attributes. */
export function copiedXattrs(sys: Syscalls, node: TreeNode): readonly (readonly [string, Uint8Array])[] {
  const found: [string, Uint8Array][] = [];
  for (const key of attributeNames(sys, node)) {
    if (!isKeptXattr(key)) continue;
    try {
      found.push([key, sys.getxattr(node.path, key)]);
    } catch (error) {
      if (!hasCode(error, 'ENODATA', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
    }
  }
  return found.sort(([left], [right]) => (left < right ? -1 : 1));
}
