import { type BigIntStats, lstatSync } from 'node:fs';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { isOpaque } from './pack-tree.ts';
import { TreeNode } from './tree-node.ts';

/** The directories of layers that show through at one place, top first, and the topmost file there of any kind. */
export interface Lower {
  readonly stats: BigIntStats | undefined;
  /** Of that file on the host. */
  readonly path?: Buffer;
  readonly directories: readonly Buffer[];
}

/** The root of layers, given top first. */
export function lowerRoot(layers: readonly string[]): Lower {
  return { stats: undefined, directories: layers.map((path) => Buffer.from(path)) };
}

/** Layers never change, so that paths of theirs can be trusted: each directory was seen to be one. */
export function lowerAt(sys: Syscalls, parent: Lower, name: Buffer): Lower {
  let stats: BigIntStats | undefined;
  let top: Buffer | undefined;
  const directories: Buffer[] = [];
  for (const directory of parent.directories) {
    const path = Buffer.concat([directory, Buffer.from('/'), name]);
    const found = lstatOrUndefined(path);
    if (found === undefined) continue;
    if (found.isCharacterDevice() && found.rdev === 0n) break;
    stats ??= found;
    top ??= path;
    if (!found.isDirectory()) break;
    directories.push(path);
    using node = TreeNode.at(path);
    if (isOpaque(sys, node)) break;
  }
  return { stats, directories, ...(top === undefined ? {} : { path: top }) };
}

/** Times change by what is made and mounted inside; that is not a change of the directory itself. */
export function differs(upper: BigIntStats, lower: BigIntStats): boolean {
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
