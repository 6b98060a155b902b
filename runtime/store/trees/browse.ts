import { closeSync, constants, fchmodSync, fchownSync, openSync, readSync, writeSync } from 'node:fs';
import { shownPath } from '../../base/byte-text.ts';
import { EngineError, isKind } from '../../base/errors.ts';
import { O, RENAME, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { removeTreeAt } from '../layers/remove-tree.ts';
import { baseOf, openInRoot } from './in-root.ts';
import { mountOf, versionOf } from './list-directory.ts';
import { refuseMounts } from './mount-guard.ts';
import { explained } from './path-stat.ts';
import { PipeOutput } from './pipe-output.ts';
import { TreeNode } from './tree-node.ts';

const CHUNK = 256 * 1024;
const NEW_FILE_MODE = 0o644;
const NEW_DIRECTORY_MODE = 0o755;

/** Deletes what `path` names, a link itself. Throws NotFound; InvalidArgument for the root; Conflict where something is mounted in it. */
export function removeInRoot(sys: Syscalls, root: number, path: string, isRootReadonly: boolean): void {
  using parent = parentOf(sys, root, path, isRootReadonly);
  closeSync(explained(path, () => openInRoot(sys, root, path, O.PATH | O.NOFOLLOW)));
  keepMounts(sys, parent.fd, path);
  explained(path, () => removeTreeAt(parent.fd, baseOf(path)));
}

/** Throws Conflict where something is mounted at `path` or below it: see refuseMounts. */
function keepMounts(sys: Syscalls, parent: number, path: string): void {
  try {
    refuseMounts(sys, parent, baseOf(path));
  } catch (error) {
    if (!isKind(error, 'Internal')) throw error;
    throw new EngineError('Conflict', `something is mounted at ${shown(path)} or below it: it stays where it is`, { cause: error });
  }
}

/** Moves a file or directory to a name that is free. Throws NotFound, and Conflict for a name that is taken or what cannot be moved as it is. */
export function renameInRoot(sys: Syscalls, root: number, from: string, to: string, isRootReadonly: boolean): void {
  using source = parentOf(sys, root, from, isRootReadonly);
  using target = parentOf(sys, root, to, isRootReadonly);
  keepMounts(sys, source.fd, from);
  try {
    explained(from, () => sys.renameat2(source.fd, baseOf(from), target.fd, baseOf(to), RENAME.NOREPLACE));
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw new EngineError('Conflict', `exists: ${shown(to)}`, { cause: error });
    if (hasCode(error, 'EXDEV')) {
      throw new EngineError('Conflict', `${shown(from)} cannot be renamed: it comes from the image or lies on another mount, and would have to be copied`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Makes one directory. Throws NotFound without a parent, Conflict for a name that is taken. */
export function makeDirectoryInRoot(sys: Syscalls, root: number, path: string, isRootReadonly: boolean): void {
  using parent = parentOf(sys, root, path, isRootReadonly);
  try {
    explained(path, () => sys.mkdirat(parent.fd, baseOf(path), NEW_DIRECTORY_MODE));
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new EngineError('Conflict', `exists: ${shown(path)}`, { cause: error });
    throw error;
  }
}

/** A part of a file; without a length to its end. */
export interface ByteRange {
  readonly offset: number;
  readonly length?: number | undefined;
}

/** Sends the bytes of a regular file; a FIFO or a device is never opened. Throws NotFound, InvalidArgument for what is no regular file. */
export function readFileInRoot(sys: Syscalls, root: number, path: string, { offset, length }: ByteRange, pipe: number): void {
  using node = TreeNode.of(
    sys,
    explained(path, () => openInRoot(sys, root, path, O.PATH)),
  );
  checkRegular(node, path);
  const file = node.open();
  try {
    const output = new PipeOutput(pipe);
    const there = Math.max(0, Number(node.stats.size) - offset);
    output.copy(file, Math.min(there, length ?? there), offset);
    output.flush();
  } finally {
    closeSync(file);
  }
}

/** Where a file is written, and what is expected to be there. */
export interface FilePlace {
  readonly path: string;
  /** Name of a new file beside `path`, that later takes its place. */
  readonly temporary: string;
  /** Of versionOf: only in the place of that state. Empty: only where nothing is. Absent: whatever is there. */
  readonly version?: string | undefined;
  readonly isRootReadonly: boolean;
}

/** Writes what the pipe gives to the temporary file. Throws NotFound without a parent, Conflict when something else is there than expected. */
export function writeFileInRoot(sys: Syscalls, root: number, place: FilePlace, pipe: number): void {
  const { path, temporary } = place;
  using parent = parentOf(sys, root, path, place.isRootReadonly);
  earlierFile(sys, parent.fd, place);
  const file = explained(path, () =>
    openSync(`${parent.path}/${temporary}`, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600),
  );
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
export function replaceInRoot(sys: Syscalls, root: number, place: FilePlace): void {
  const { path, temporary } = place;
  using parent = parentOf(sys, root, path, place.isRootReadonly);
  const earlier = earlierFile(sys, parent.fd, place);
  const made = openSync(`${parent.path}/${temporary}`, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    // In this order, since a change of the owner takes set-ID bits away.
    if (earlier !== undefined) fchownSync(made, earlier.uid, earlier.gid);
    fchmodSync(made, earlier?.mode ?? NEW_FILE_MODE);
  } finally {
    closeSync(made);
  }
  // Not by Node's own rename: it takes texts alone, and a name may be any bytes.
  sys.renameat2(parent.fd, temporary, parent.fd, baseOf(path), 0);
}

/** Undefined when there is none. Throws InvalidArgument for a name that is something else's, Conflict for what is not expected. */
function earlierFile(
  sys: Syscalls,
  parent: number,
  { path, version }: FilePlace,
): { readonly uid: number; readonly gid: number; readonly mode: number } | undefined {
  let fd: number;
  try {
    fd = sys.openat2(parent, baseOf(path), { flags: O.PATH | O.NOFOLLOW });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    if (version !== undefined && version !== '') throw new EngineError('Conflict', `deleted meanwhile: ${shown(path)}`);
    return undefined;
  }
  using node = TreeNode.of(sys, fd);
  checkRegular(node, path);
  // A file in its place would take the mount away, which the kernel does without a word for a mount of another namespace.
  if (mountOf(node.fd) !== mountOf(parent)) throw new EngineError('Conflict', `${shown(path)} is itself a mount: it cannot be replaced`);
  if (version === '') throw new EngineError('Conflict', `exists: ${shown(path)}`);
  const { uid, gid, mode, mtimeNs, size } = node.stats;
  if (version !== undefined && version !== versionOf({ mtime: mtimeNs, size: Number(size) })) {
    throw new EngineError('Conflict', `changed meanwhile: ${shown(path)}`);
  }
  return { uid: Number(uid), gid: Number(gid), mode: Number(mode) & 0o7777 };
}

function checkRegular({ format }: TreeNode, path: string): void {
  if (format !== S.IFREG) throw new EngineError('InvalidArgument', `not a regular file: ${shown(path)}`);
}

/** The directory that something is changed in. Throws PermissionDenied on a root that must not be written to. */
function parentOf(sys: Syscalls, root: number, path: string, isRootReadonly: boolean): TreeNode {
  const name = baseOf(path);
  if (name === '/' || name === '.' || name === '..') throw new EngineError('InvalidArgument', `invalid path: ${shown(path)}`);
  const directory = path.replace(/\/+$/, '').slice(0, -name.length) || '/';
  const node = TreeNode.of(
    sys,
    explained(directory, () => openInRoot(sys, root, directory, O.PATH | O.DIRECTORY)),
  );
  if (!isRootReadonly || mountOf(node.fd) !== mountOf(root)) return node;
  node[Symbol.dispose]();
  throw new EngineError('PermissionDenied', 'container rootfs is marked read-only');
}

const shown = (path: string): string => JSON.stringify(shownPath(path).slice(0, 300));
