import { EngineError } from '../../base/errors.ts';
import { O } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { MAX_DEPTH } from './limits.ts';
import { mountOf } from './list-directory.ts';
import { TreeNode } from './tree-node.ts';

/**
 * Throws Internal, in the kernel's words, when `name` of the directory `parent` is a mount point or holds one. The kernel
 * refuses to delete mount points of one's own namespace alone; those of a container it would take away silently, and what
 * is mounted would be emptied first.
 */
export function refuseMounts(sys: Syscalls, parent: number, name: string): void {
  let fd: number;
  try {
    fd = sys.openat2(parent, name, { flags: O.PATH | O.NOFOLLOW });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  using node = TreeNode.of(sys, fd);
  if (holdsMount(node, mountOf(parent), 0)) throw new EngineError('Internal', `unlinkat ${name}: device or resource busy`);
}

function holdsMount(node: TreeNode, mount: string, depth: number): boolean {
  if (mountOf(node.fd) !== mount) return true;
  if (!node.isDirectory) return false;
  if (depth === MAX_DEPTH) throw new EngineError('TooLarge', `directories are nested more than ${MAX_DEPTH} deep`);
  return node.names().some((name) => {
    using child = node.child(name);
    return child !== undefined && holdsMount(child, mount, depth + 1);
  });
}
