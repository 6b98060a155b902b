import { closeSync, constants, fchmodSync, fchownSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { removeTreeAt } from '../layers/remove-tree.ts';
import { baseOf, openInRoot } from './in-root.ts';
import { explained } from './path-stat.ts';
import { PipeOutput } from './pipe-output.ts';
import { TreeNode } from './tree-node.ts';

/** One name of a directory. */
export interface DirectoryEntry {
  /** What is not UTF-8 in it is shown by U+FFFD and cannot be asked for. */
  readonly name: string;
  /** st_mode of inode(7). */
  readonly mode: number;
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since the epoch. */
  readonly mtime: bigint;
  /** What a link says; empty for anything else. */
  readonly linkTarget: string;
}

export interface DirectoryPage {
  readonly entries: readonly DirectoryEntry[];
  /** Of the whole directory. */
  readonly total: number;
}

const CHUNK = 256 * 1024;
const NEW_FILE_MODE = 0o644;
const NEW_DIRECTORY_MODE = 0o755;

/** A page of a directory beneath `root`, by name. Throws NotFound, and InvalidArgument for what is no directory. */
export function listInRoot(sys: Syscalls, root: number, path: string, { offset, limit }: { readonly offset: number; readonly limit: number }): DirectoryPage {
  using directory = TreeNode.of(
    sys,
    explained(path, () => openInRoot(sys, root, path, O.PATH | O.DIRECTORY)),
  );
  const names = directory.names();
  const entries: DirectoryEntry[] = [];
  for (const name of names.slice(offset, offset + limit)) {
    using node = directory.child(name);
    if (node === undefined) continue;
    const { mode, size, uid, gid, mtimeNs } = node.stats;
    const linkTarget = node.format === S.IFLNK ? (node.target()?.toString() ?? '') : '';
    entries.push({ name: name.toString(), mode: Number(mode), size: Number(size), uid: Number(uid), gid: Number(gid), mtime: mtimeNs, linkTarget });
  }
  return { entries, total: names.length };
}

/** Deletes what `path` names, a link itself. Throws NotFound; InvalidArgument for the root. */
export function removeInRoot(sys: Syscalls, root: number, path: string): void {
  using parent = parentOf(sys, root, path);
  closeSync(explained(path, () => openInRoot(sys, root, path, O.PATH | O.NOFOLLOW)));
  removeTreeAt(parent.fd, baseOf(path));
}

/** Makes one directory. Throws NotFound without a parent, Conflict for a name that is taken. */
export function makeDirectoryInRoot(sys: Syscalls, root: number, path: string): void {
  using parent = parentOf(sys, root, path);
  try {
    sys.mkdirat(parent.fd, baseOf(path), NEW_DIRECTORY_MODE);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new EngineError('Conflict', `exists: ${JSON.stringify(path.slice(0, 300))}`, { cause: error });
    throw error;
  }
}

/** Sends the bytes of a regular file; a FIFO or a device is never opened. Throws NotFound, InvalidArgument for what is no regular file. */
export function readFileInRoot(sys: Syscalls, root: number, path: string, pipe: number): void {
  using node = TreeNode.of(
    sys,
    explained(path, () => openInRoot(sys, root, path, O.PATH)),
  );
  checkRegular(node, path);
  const file = node.open();
  try {
    const output = new PipeOutput(pipe);
    output.copy(file, Number(node.stats.size));
    output.flush();
  } finally {
    closeSync(file);
  }
}

/** Writes what the pipe gives to a new file beside `path`, by the name of `temporary`. Throws NotFound without a parent. */
export function writeFileInRoot(sys: Syscalls, root: number, path: string, temporary: string, pipe: number): void {
  using parent = parentOf(sys, root, path);
  earlierFile(sys, parent.fd, path);
  const file = openSync(`${parent.path}/${temporary}`, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    for (let count = readSync(pipe, buffer); count > 0; count = readSync(pipe, buffer)) {
      for (let at = 0; at < count; ) at += writeSync(file, buffer, at, count - at);
    }
  } finally {
    closeSync(file);
  }
}

/** Puts the file that `writeFileInRoot` has made in the place of `path`. Owner and mode of a regular file that is there stay. */
export function replaceInRoot(sys: Syscalls, root: number, path: string, temporary: string): void {
  using parent = parentOf(sys, root, path);
  const earlier = earlierFile(sys, parent.fd, path);
  const made = openSync(`${parent.path}/${temporary}`, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    // In this order, since a change of the owner takes set-ID bits away.
    if (earlier !== undefined) fchownSync(made, earlier.uid, earlier.gid);
    fchmodSync(made, earlier?.mode ?? NEW_FILE_MODE);
  } finally {
    closeSync(made);
  }
  renameSync(`${parent.path}/${temporary}`, `${parent.path}/${baseOf(path)}`);
}

/** Undefined when there is none. Throws InvalidArgument for a name that is something else's. */
function earlierFile(sys: Syscalls, parent: number, path: string): { readonly uid: number; readonly gid: number; readonly mode: number } | undefined {
  let fd: number;
  try {
    fd = sys.openat2(parent, baseOf(path), { flags: O.PATH | O.NOFOLLOW });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  using node = TreeNode.of(sys, fd);
  checkRegular(node, path);
  const { uid, gid, mode } = fstatSync(node.fd);
  return { uid, gid, mode: mode & 0o7777 };
}

function checkRegular({ format }: TreeNode, path: string): void {
  if (format !== S.IFREG) throw new EngineError('InvalidArgument', `not a regular file: ${JSON.stringify(path.slice(0, 300))}`);
}

function parentOf(sys: Syscalls, root: number, path: string): TreeNode {
  const name = baseOf(path);
  if (name === '/' || name === '.' || name === '..') throw new EngineError('InvalidArgument', `invalid path: ${JSON.stringify(path.slice(0, 300))}`);
  const directory = path.replace(/\/+$/, '').slice(0, -name.length) || '/';
  return TreeNode.of(
    sys,
    explained(directory, () => openInRoot(sys, root, directory, O.PATH | O.DIRECTORY)),
  );
}
