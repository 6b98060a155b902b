import { closeSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import type { EntryType } from '../../formats/tar/entry.ts';
import { isReserved, whiteoutName } from '../../formats/tar/whiteout.ts';
import type { NewEntry } from '../../formats/tar/writer.ts';
import { FS_MAGIC, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { isKeptXattr } from '../layers/kept-xattrs.ts';
import { MAX_DEPTH } from './limits.ts';
import type { TreeNode } from './tree-node.ts';

/** Where the entries of an archive go. */
export interface TreeOutput {
  entry(entry: NewEntry): void;
  /** The content of the file `name`, `size` bytes, and the padding after it. */
  content(file: number, size: number, name: Uint8Array): void;
}

/** Hears of what is walked, for a tree that is made to be as its archive. */
export interface TreeWatcher {
  /** Before anything is said of it. */
  visit(node: TreeNode): void;
  /** It is in no archive. */
  leftOut(parent: TreeNode, name: Buffer): void;
}

export interface PackOptions {
  /** An overlay's upper directory becomes a layer: whiteouts and opaque directories get their names in a tar (image-spec layer.md). */
  readonly asLayer: boolean;
  /** Identities of directories that are written without their content. */
  readonly closed: ReadonlySet<string>;
  /** By their names in the archive: left out, unless a directory has anything in it that is not. */
  readonly omitted: ReadonlySet<string>;
  readonly watcher?: TreeWatcher;
}

const NOTHING = Buffer.alloc(0);
const OPAQUE = Buffer.from('.wh..wh..opq');

/** File systems that the kernel makes up: to read all of one can take for ever and has effects. */
const VIRTUAL: ReadonlySet<number> = new Set([
  FS_MAGIC.PROC,
  FS_MAGIC.SYSFS,
  FS_MAGIC.CGROUP,
  FS_MAGIC.CGROUP2,
  FS_MAGIC.DEVPTS,
  FS_MAGIC.MQUEUE,
  FS_MAGIC.NSFS,
  FS_MAGIC.DEBUGFS,
  FS_MAGIC.TRACEFS,
  FS_MAGIC.SECURITYFS,
  FS_MAGIC.BPF,
  FS_MAGIC.PSTORE,
  FS_MAGIC.CONFIGFS,
  FS_MAGIC.BINFMT,
  FS_MAGIC.EFIVARFS,
]);

const TYPES: Readonly<Record<number, EntryType>> = {
  [S.IFREG]: 'file',
  [S.IFDIR]: 'directory',
  [S.IFLNK]: 'symlink',
  [S.IFCHR]: 'character-device',
  [S.IFBLK]: 'block-device',
  [S.IFIFO]: 'fifo',
};

/**
 * Writes trees as tar entries. A tree may be changed by others at the same time: each file is held before it is looked
 * at, links are never followed, and only regular files are opened. Names of one file become hard links; sockets are left
 * out, as is what vanishes. Names are in the order of their bytes, so that the same tree gives the same archive.
 */
export class TreePacker {
  readonly #sys: Syscalls;
  readonly #output: TreeOutput;
  readonly #options: PackOptions;
  readonly #links = new Map<string, Buffer>();

  constructor(sys: Syscalls, output: TreeOutput, options: PackOptions) {
    this.#sys = sys;
    this.#output = output;
    this.#options = options;
  }

  /** Writes `node` under `name` and, when it is a directory, what is in it. */
  pack(node: TreeNode, name: Buffer): void {
    this.#write(node, name);
    if (node.isDirectory && !this.#isClosed(node, undefined)) this.packInside(node, name, 1);
  }

  /** Writes what is in the directory `node`, whose own name is `name`; an empty one stands for the archive's root. */
  packInside(node: TreeNode, name: Buffer, depth = 0): void {
    if (depth > MAX_DEPTH) throw new EngineError('TooLarge', `directories are nested more than ${MAX_DEPTH} deep`);
    for (const childName of node.names()) {
      using child = node.child(childName);
      if (child !== undefined) this.#child(node, child, childName, joined(name, childName), depth);
    }
  }

  #child(parent: TreeNode, child: TreeNode, ownName: Buffer, name: Buffer, depth: number): void {
    if (this.#options.asLayer && isReserved(ownName)) throw reserved(name);
    if (this.#options.asLayer && child.isWhiteout) {
      this.#output.entry(emptyFile(joined(name.subarray(0, Math.max(0, name.length - ownName.length - 1)), whiteout(ownName))));
      return;
    }
    if (TYPES[child.format] === undefined || (this.#options.omitted.size > 0 && this.#isOmitted(child, name))) {
      this.#options.watcher?.leftOut(parent, ownName);
      return;
    }
    this.#options.watcher?.visit(child);
    this.#write(child, name);
    if (child.isDirectory && !this.#isClosed(child, parent)) this.packInside(child, name, depth + 1);
  }

  #write(node: TreeNode, name: Buffer): void {
    const type = TYPES[node.format];
    if (type === undefined) return;
    const { stats } = node;
    const isDevice = type === 'character-device' || type === 'block-device';
    const common = {
      name,
      mode: Number(stats.mode) & 0o7777,
      uid: Number(stats.uid),
      gid: Number(stats.gid),
      ...timeOf(stats.mtimeNs),
      ...(isDevice ? node.device : { major: 0, minor: 0 }),
      size: 0,
      linkName: NOTHING,
      xattrs: undefined,
    };
    const linkName = type === 'symlink' ? node.target() : NOTHING;
    if (linkName === undefined) return;
    if (type !== 'directory' && stats.nlink > 1n) {
      const first = this.#links.get(node.identity);
      if (first !== undefined) {
        this.#output.entry({ ...common, major: 0, minor: 0, type: 'hardlink', linkName: first });
        return;
      }
      this.#links.set(node.identity, name);
    }
    if (type === 'symlink') {
      this.#output.entry({ ...common, type, linkName });
      return;
    }
    if (type === 'file') {
      const size = Number(stats.size);
      const file = size > 0 ? node.open() : undefined;
      try {
        this.#output.entry({ ...common, type, size, xattrs: this.#attributes(node) });
        if (file !== undefined) this.#output.content(file, size, name);
      } finally {
        if (file !== undefined) closeSync(file);
      }
      return;
    }
    this.#output.entry({ ...common, type, xattrs: type === 'directory' ? this.#attributes(node) : undefined });
    if (this.#options.asLayer && type === 'directory' && isOpaque(this.#sys, node)) this.#output.entry(emptyFile(joined(name, OPAQUE)));
  }

  #attributes(node: TreeNode): Map<string, Uint8Array> | undefined {
    let found: Map<string, Uint8Array> | undefined;
    for (const key of attributeNames(this.#sys, node)) {
      if (!isKeptXattr(key)) continue;
      try {
        const value = this.#sys.getxattr(node.path, key);
        (found ??= new Map()).set(key, value);
      } catch (error) {
        if (!hasCode(error, 'ENODATA', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
      }
    }
    return found;
  }

  /** True for a directory that is only named: a virtual file system, or one of those that were said. */
  #isClosed(node: TreeNode, parent: TreeNode | undefined): boolean {
    if (this.#options.closed.has(node.identity)) return true;
    return parent?.stats.dev !== node.stats.dev && VIRTUAL.has(this.#sys.fstatfsType(node.fd));
  }

  /** A place that the engine has made to mount something over, of no meaning to anybody else while nothing is in it. */
  #isOmitted(node: TreeNode, name: Buffer): boolean {
    if (!this.#options.omitted.has(name.toString())) return false;
    if (!node.isDirectory) return node.format === S.IFREG && node.stats.size === 0n;
    return node.names().every((childName) => {
      using child = node.child(childName);
      return child === undefined || this.#isOmitted(child, joined(name, childName));
    });
  }
}

/** None where the file system has no such thing. */
export function attributeNames(sys: Syscalls, node: TreeNode): string[] {
  try {
    return sys.listxattr(node.path);
  } catch (error) {
    if (hasCode(error, 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EACCES')) return [];
    throw error;
  }
}

/** overlayfs.rst: a directory that shows nothing of the lower ones. */
export function isOpaque(sys: Syscalls, node: TreeNode): boolean {
  try {
    return Buffer.from(sys.getxattr(node.path, 'trusted.overlay.opaque')).toString() === 'y';
  } catch (error) {
    if (hasCode(error, 'ENODATA', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM')) return false;
    throw error;
  }
}

function emptyFile(name: Buffer): NewEntry {
  return { name, type: 'file', mode: 0o600, uid: 0, gid: 0, size: 0, mtime: 0, mtimeNano: 0, linkName: NOTHING, major: 0, minor: 0, xattrs: undefined };
}

/** Docker packs such a file, and the image then lacks it and what it seems to delete. */
function reserved(name: Buffer): EngineError {
  const shown = JSON.stringify(`/${name.toString()}`.slice(0, 200));
  return new EngineError('InvalidArgument', `${shown} cannot be part of an image: in layers a name that begins with ".wh." says that another file is deleted`);
}

function whiteout(name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(whiteoutName('')), name]);
}

function timeOf(nanoseconds: bigint): { mtime: number; mtimeNano: number } {
  const nano = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return { mtime: Number((nanoseconds - nano) / 1_000_000_000n), mtimeNano: Number(nano) };
}

/** `name` below `directory`, which may end in a slash already (Docker's `/` and `./`). */
function joined(directory: Buffer, name: Buffer): Buffer {
  if (directory.length === 0) return name;
  return directory.at(-1) === 0x2f ? Buffer.concat([directory, name]) : Buffer.concat([directory, Buffer.from('/'), name]);
}
