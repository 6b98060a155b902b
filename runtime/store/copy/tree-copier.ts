import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { bytesOfText, textOfBytes } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import type { Dockerignore } from '../../formats/dockerfile/dockerignore.ts';
import { AT, O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { MAX_DEPTH } from '../trees/limits.ts';
import type { TreeNode } from '../trees/tree-node.ts';
import { copiedXattrs } from './copied-xattrs.ts';
import { copyContent } from './copy-content.ts';
import { DIRECTORY_FLAGS, entryAt, type Owner } from './made-directories.ts';

export interface CopierOptions {
  /** Whom everything is given to; undefined: whom it belongs to. */
  readonly owner: Owner | undefined;
  /** The new permission bits of a file or directory by its old ones; undefined: they stay. */
  readonly mode: ((mode: number, isDirectory: boolean) => number) | undefined;
  readonly exclusion: Dockerignore | undefined;
  readonly check: () => void;
}

/** A directory of the destination; `path` is for people to read. */
export interface Place {
  readonly fd: number;
  readonly path: string;
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Copies trees into a tree as BuildKit does: into directories that are there, over files that are there, never through a link below the
 * place that was named. Each name is one component below an open directory. Names of one file stay names of one file.
 */
export class TreeCopier {
  readonly #sys: Syscalls;
  readonly #options: CopierOptions;
  readonly #root: number;
  /** Copies of files that have more names: by the identity of the file, the copy's path and identity. */
  readonly #links = new Map<string, { readonly path: string; readonly identity: string }>();

  /** `root`: of the tree that is copied into. */
  constructor(sys: Syscalls, root: number, options: CopierOptions) {
    this.#sys = sys;
    this.#root = root;
    this.#options = options;
  }

  /** Makes `node` the entry `name` of `to`. A directory that is there stays as it is and gets what `node` has. */
  copy(node: TreeNode, to: Place, name: Buffer): void {
    this.#copy(node, to, name, '', false, 0);
  }

  /** Copies what the directory `node` has into `to`. */
  copyInside(node: TreeNode, to: Place): void {
    this.#inside(node, to, '', 0);
  }

  /** Makes the directory `name` of `to` with what `node` says of itself, unless it is there. The caller closes it. */
  enter(node: TreeNode, to: Place, name: Buffer): Place {
    const path = joined(to.path, name);
    const isNew = this.#makeDirectory(to, name, path);
    const fd = openSync(entryAt(to.fd, name), DIRECTORY_FLAGS);
    if (isNew) this.#describe(node, fd);
    return { fd, path };
  }

  #copy(node: TreeNode, to: Place, name: Buffer, relative: string, isBelow: boolean, depth: number): void {
    this.#options.check();
    if (node.isDirectory) {
      this.#copyDirectory(node, to, name, relative, isBelow, depth);
      return;
    }
    try {
      this.#make(node, to, name);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      if (lstatOrUndefined(entryAt(to.fd, name))?.isDirectory() === true) {
        throw new EngineError('InvalidArgument', `cannot replace to directory ${joined(to.path, name)} with file`, { cause: error });
      }
      unlinkSync(entryAt(to.fd, name));
      this.#make(node, to, name);
    }
  }

  /** EEXIST where something is in the way. */
  #make(node: TreeNode, to: Place, name: Buffer): void {
    switch (node.format) {
      case S.IFREG:
        this.#copyFile(node, to, name);
        return;
      case S.IFLNK:
        this.#copyLink(node, to, name);
        return;
      default:
        this.#copyNode(node, to, name);
    }
  }

  #copyDirectory(node: TreeNode, to: Place, name: Buffer, relative: string, isBelow: boolean, depth: number): void {
    if (depth > MAX_DEPTH) throw new EngineError('TooLarge', `directories are nested more than ${MAX_DEPTH} deep`);
    const path = joined(to.path, name);
    const isNew = this.#makeDirectory(to, name, path);
    const fd = openSync(entryAt(to.fd, name), DIRECTORY_FLAGS);
    try {
      this.#inside(node, { fd, path }, relative, depth);
      if (isNew || isBelow) this.#describe(node, fd);
    } finally {
      closeSync(fd);
    }
  }

  #inside(node: TreeNode, to: Place, relative: string, depth: number): void {
    const { exclusion } = this.#options;
    for (const name of node.names()) {
      const path = exclusion === undefined ? '' : relative === '' ? textOfBytes(name) : `${relative}/${textOfBytes(name)}`;
      const isExcluded = exclusion?.excludes(path) === true;
      if (isExcluded && exclusion?.mayKeepBelow(path) !== true) continue;
      using child = node.child(name);
      if (child === undefined || (isExcluded && (!child.isDirectory || !keepsAnything(child, path, exclusion, 0)))) continue;
      this.#copy(child, to, name, path, true, depth + 1);
    }
  }

  /** False when it is there. */
  #makeDirectory(to: Place, name: Buffer, path: string): boolean {
    try {
      mkdirSync(entryAt(to.fd, name), 0o700);
      return true;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (lstatOrUndefined(entryAt(to.fd, name))?.isDirectory() !== true) throw new EngineError('InvalidArgument', `cannot copy to non-directory: ${path}`);
    return false;
  }

  #copyFile(node: TreeNode, to: Place, name: Buffer): void {
    const isShared = node.stats.nlink > 1n;
    const first = isShared ? this.#links.get(node.identity) : undefined;
    if (first !== undefined && this.#link(first, to, name)) return;
    const fd = openSync(entryAt(to.fd, name), NEW_FILE, this.#modeOf(node) & 0o777);
    try {
      copyContent(this.#sys, node, fd, this.#options.check);
      this.#describe(node, fd);
      if (isShared) this.#links.set(node.identity, { path: joined(to.path, name), identity: identityOf(fstatSync(fd)) });
    } finally {
      closeSync(fd);
    }
  }

  /** False when the first copy has been replaced since, or has as many names as a file may have. */
  #link(first: { readonly path: string; readonly identity: string }, to: Place, name: Buffer): boolean {
    const path = bytesOfText(first.path.slice(1));
    const there = lstatOrUndefined(entryAt(this.#root, path));
    if (there === undefined || identityOf(there) !== first.identity) return false;
    try {
      linkSync(entryAt(this.#root, path), entryAt(to.fd, name));
      return true;
    } catch (error) {
      if (hasCode(error, 'EMLINK')) return false;
      throw error;
    }
  }

  #copyLink(node: TreeNode, to: Place, name: Buffer): void {
    const target = node.target();
    if (target === undefined) return;
    symlinkSync(target, entryAt(to.fd, name));
    const fd = openSync(entryAt(to.fd, name), O.PATH | constants.O_NOFOLLOW);
    try {
      const { uid, gid } = this.#ownerOf(node);
      this.#sys.fchownat(fd, '', uid, gid, AT.EMPTY_PATH);
      this.#setTime(node.stats, fd);
    } finally {
      closeSync(fd);
    }
  }

  /** FIFOs, devices, sockets: their names, never what is behind them. */
  #copyNode(node: TreeNode, to: Place, name: Buffer): void {
    const { major, minor } = node.device;
    this.#sys.mknodat(to.fd, textOfBytes(name), node.format | 0o600, major, minor);
    const fd = openSync(entryAt(to.fd, name), O.PATH | constants.O_NOFOLLOW);
    try {
      const { uid, gid } = this.#ownerOf(node);
      this.#sys.fchownat(fd, '', uid, gid, AT.EMPTY_PATH);
      chmodSync(`/proc/self/fd/${fd}`, this.#modeOf(node));
      this.#setTime(node.stats, fd);
    } finally {
      closeSync(fd);
    }
  }

  /** Owner first: to change it clears setuid and capabilities. What is right already is not written again: each write is one to the disk's journal. */
  #describe(node: TreeNode, fd: number): void {
    const { uid, gid } = this.#ownerOf(node);
    const made = fstatSync(fd);
    if (made.uid !== uid || made.gid !== gid) fchownSync(fd, uid, gid);
    const mode = this.#modeOf(node);
    if ((made.mode & 0o7777) !== mode) fchmodSync(fd, mode);
    for (const [key, value] of copiedXattrs(this.#sys, node)) {
      try {
        this.#sys.fsetxattr(fd, key, value);
      } catch (error) {
        if (!hasCode(error, 'ENOTSUP', 'EOPNOTSUPP', 'EPERM')) throw error;
      }
    }
    this.#setTime(node.stats, fd);
  }

  #ownerOf({ stats }: TreeNode): Owner {
    return this.#options.owner ?? { uid: Number(stats.uid), gid: Number(stats.gid) };
  }

  #modeOf(node: TreeNode): number {
    const mode = Number(node.stats.mode) & 0o7777;
    return this.#options.mode?.(mode, node.isDirectory) ?? mode;
  }

  #setTime({ mtimeNs }: BigIntStats, fd: number): void {
    this.#sys.utimensat(fd, '', mtimeNs, mtimeNs, AT.EMPTY_PATH);
  }
}

/** Whether anything below an excluded directory is not excluded. */
function keepsAnything(node: TreeNode, path: string, exclusion: Dockerignore, depth: number): boolean {
  if (depth > MAX_DEPTH) throw new EngineError('TooLarge', `directories are nested more than ${MAX_DEPTH} deep`);
  return node.names().some((name) => {
    const childPath = `${path}/${textOfBytes(name)}`;
    if (!exclusion.excludes(childPath)) return true;
    using child = node.child(name);
    return child?.isDirectory === true && keepsAnything(child, childPath, exclusion, depth + 1);
  });
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

function lstatOrUndefined(path: Buffer): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function joined(path: string, name: Buffer): string {
  return `${path === '/' ? '' : path}/${textOfBytes(name)}`;
}
