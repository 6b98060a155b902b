import { unlinkSync } from 'node:fs';
import { textOfBytes } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import type { Dockerignore } from '../../formats/dockerfile/dockerignore.ts';
import { removeTreeAt } from '../layers/remove-tree.ts';
import { MAX_DEPTH } from '../trees/limits.ts';
import type { TreeNode } from '../trees/tree-node.ts';
import { entryAt } from './made-directories.ts';

/** Deletes what `ignore` leaves out of the engine's own directory `root`. A directory in which something stays stays. */
export function removeIgnored(root: TreeNode, ignore: Dockerignore, check: () => void): void {
  removeInside(root, '', ignore, check, 0);
}

/** Whether anything stays. */
function removeInside(directory: TreeNode, path: string, ignore: Dockerignore, check: () => void, depth: number): boolean {
  if (depth > MAX_DEPTH) throw new EngineError('TooLarge', `directories are nested more than ${MAX_DEPTH} deep`);
  let isAnyLeft = false;
  for (const name of directory.names()) {
    check();
    const text = textOfBytes(name);
    const childPath = path === '' ? text : `${path}/${text}`;
    using child = directory.child(name);
    if (child === undefined) continue;
    const isIgnored = ignore.excludes(childPath);
    if (isIgnored && !child.isDirectory) {
      unlinkSync(entryAt(directory.fd, name));
      continue;
    }
    const isEntered = child.isDirectory && (!isIgnored || ignore.mayKeepBelow(childPath));
    const keepsAny = isEntered && removeInside(child, childPath, ignore, check, depth + 1);
    if (isIgnored && !keepsAny) removeTreeAt(directory.fd, text);
    else isAnyLeft = true;
  }
  return isAnyLeft;
}
