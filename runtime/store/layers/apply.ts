import { closeSync, fchmodSync, fchownSync, futimesSync, writeSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { invalidTar, type TarEntry } from '../../formats/tar/entry.ts';
import { pathComponents } from '../../formats/tar/path.ts';
import type { TarHandler } from '../../formats/tar/reader.ts';
import { whiteoutOf } from '../../formats/tar/whiteout.ts';
import { AT, O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { isKeptXattr } from './kept-xattrs.ts';
import { LayerTree } from './layer-tree.ts';
import type { LayerLimits } from './limits.ts';

export interface ApplyOptions {
  readonly limits: LayerLimits;
  /** In a user namespace: overlayfs reads user.* attributes there, and devices cannot be made. */
  readonly rootless: boolean;
  /** The process's file mode mask, which a worker thread cannot ask for. */
  readonly umask: number;
}

const OPAQUE_VALUE = Buffer.from('y');
const SPECIAL_BITS = 0o7000;

/**
 * Unpacks a layer's tar into a directory in overlay form: whiteouts become devices 0:0, opaque directories carry the
 * attribute. Nothing outside of the directory is touched, whatever the archive says: every name is one component below an
 * open directory, what exists there is removed before, and files are made with O_EXCL|O_NOFOLLOW.
 */
export class LayerWriter implements TarHandler, Disposable {
  readonly #sys: Syscalls;
  readonly #options: ApplyOptions;
  readonly #tree: LayerTree;
  readonly #opaqueName: string;
  readonly #uid: number;
  readonly #gid: number;
  /** Applied last: making files in a directory changes its time, and its set-group bit would spread to them. */
  readonly #directories = new Map<string, TarEntry>();
  #entries = 0;
  #size = 0;
  #file: { fd: number; entry: TarEntry; parent: number; name: string } | undefined;

  constructor(sys: Syscalls, path: string, options: ApplyOptions) {
    this.#sys = sys;
    this.#options = options;
    this.#tree = new LayerTree(sys, path);
    this.#opaqueName = options.rootless ? 'user.overlay.opaque' : 'trusted.overlay.opaque';
    this.#uid = process.geteuid?.() ?? 0;
    this.#gid = process.getegid?.() ?? 0;
  }

  /** Bytes of all files. */
  get size(): number {
    return this.#size;
  }

  get entries(): number {
    return this.#entries;
  }

  entry(entry: TarEntry): void {
    if (++this.#entries > this.#options.limits.entries) {
      throw new EngineError('TooLarge', `the layer has more than ${this.#options.limits.entries} entries`);
    }
    const path = pathComponents(entry.name);
    this.#explained(entry, () => this.#make(entry, path));
  }

  data(bytes: Buffer): void {
    const file = this.#file;
    if (file === undefined) return;
    for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at, bytes.length - at);
  }

  end(): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    const { fd, entry, parent, name } = file;
    try {
      if (entry.uid !== this.#uid || entry.gid !== this.#gid) fchownSync(fd, entry.uid, entry.gid);
      // After the change of owner, which clears setuid and capabilities.
      if (entry.mode & (this.#options.umask | SPECIAL_BITS)) fchmodSync(fd, entry.mode);
      for (const [key, value] of entry.xattrs ?? []) this.#setXattr(entry, key, () => this.#sys.fsetxattr(fd, key, value));
      if (entry.mtimeNano === 0) futimesSync(fd, entry.mtime, entry.mtime);
      else this.#setTime(parent, name, entry);
    } finally {
      closeSync(fd);
    }
    this.#size += entry.size;
  }

  /** Gives directories what was kept for the end. */
  finish(): void {
    for (const [path, entry] of this.#directories) this.#explained(entry, () => this.#finishDirectory(path, entry));
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file.fd);
    this.#file = undefined;
    this.#tree[Symbol.dispose]();
  }

  #make(entry: TarEntry, path: string[]): void {
    const name = path.pop();
    if (name === undefined) {
      if (entry.type !== 'directory') throw invalidTar('an entry would replace the root directory');
      this.#directories.set('', entry);
      return;
    }
    if (path.some((component) => component.startsWith('.wh.'))) {
      if (path.some((component) => whiteoutOf(component).kind === 'metadata')) return;
      throw invalidTar('an entry lies below a whiteout');
    }
    const whiteout = whiteoutOf(name);
    switch (whiteout.kind) {
      case 'metadata':
        return;
      case 'opaque':
        this.#sys.fsetxattr(this.#tree.directory(path), this.#opaqueName, OPAQUE_VALUE);
        return;
      case 'whiteout':
        this.#hide(this.#tree.directory(path), whiteout.name);
        return;
      case 'none':
        this.#create(entry, path, name);
    }
  }

  #create(entry: TarEntry, path: readonly string[], name: string): void {
    const parent = this.#tree.directory(path);
    switch (entry.type) {
      case 'directory':
        this.#directories.set([...path, name].join('/'), entry);
        this.#makeDirectory(parent, name);
        return;
      case 'file': {
        const how = { flags: O.WRONLY | O.CREAT | O.EXCL | O.NOFOLLOW, mode: entry.mode & 0o777 };
        const fd = this.#replacing(parent, name, () => this.#sys.openat2(parent, name, how));
        this.#file = { fd, entry, parent, name };
        return;
      }
      case 'symlink':
        if (entry.linkName === '') throw invalidTar('a symlink has no target');
        this.#replacing(parent, name, () => this.#sys.symlinkat(entry.linkName, parent, name));
        this.#finishNode(parent, name, entry);
        return;
      case 'hardlink':
        this.#link(parent, path, name, entry);
        return;
      case 'fifo':
      case 'character-device':
      case 'block-device':
        this.#makeNode(parent, name, entry);
    }
  }

  #makeDirectory(parent: number, name: string): void {
    try {
      this.#sys.mkdirat(parent, name, 0o755);
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const existing = this.#tree.openDirectory(parent, name);
    if (existing !== undefined) {
      closeSync(existing);
      return;
    }
    this.#tree.remove(parent, name);
    this.#sys.mkdirat(parent, name, 0o755);
  }

  /** Hides `name` of the layers below. What this layer itself has by that name stays (image-spec layer.md), a directory without the lower one's content. */
  #hide(parent: number, name: string): void {
    try {
      this.#sys.mknodat(parent, name, S.IFCHR, 0, 0);
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const directory = this.#tree.openDirectory(parent, name);
    if (directory === undefined) return;
    try {
      this.#sys.fsetxattr(directory, this.#opaqueName, OPAQUE_VALUE);
    } finally {
      closeSync(directory);
    }
  }

  #link(parent: number, path: readonly string[], name: string, entry: TarEntry): void {
    const target = pathComponents(entry.linkName);
    const targetName = target.pop();
    if (targetName === undefined) throw invalidTar('a hard link leads to the root directory');
    if (targetName === name && target.join('/') === path.join('/')) throw invalidTar('a hard link leads to itself');
    const from = this.#tree.existing(target);
    if (from === undefined) throw invalidTar(`a hard link leads to ${JSON.stringify(entry.linkName.slice(0, 200))}, which is missing`);
    // Without AT_SYMLINK_FOLLOW: a link to a symlink is a second name of the symlink, never of what it points to.
    this.#replacing(parent, name, () => this.#sys.linkat(from, targetName, parent, name, 0));
  }

  #makeNode(parent: number, name: string, entry: TarEntry): void {
    const isDevice = entry.type !== 'fifo';
    if (isDevice && this.#options.rootless) return;
    const type = entry.type === 'fifo' ? S.IFIFO : entry.type === 'block-device' ? S.IFBLK : S.IFCHR;
    this.#replacing(parent, name, () => this.#sys.mknodat(parent, name, type | 0o600, entry.major, entry.minor));
    this.#finishNode(parent, name, entry);
    // Follows links, but this name is the node made above and nobody else writes here.
    this.#sys.fchmodat(parent, name, entry.mode);
  }

  #finishNode(parent: number, name: string, entry: TarEntry): void {
    if (entry.uid !== this.#uid || entry.gid !== this.#gid) this.#sys.fchownat(parent, name, entry.uid, entry.gid, AT.SYMLINK_NOFOLLOW);
    for (const [key, value] of entry.xattrs ?? []) {
      this.#setXattr(entry, key, () => this.#sys.lsetxattr(`/proc/self/fd/${parent}/${name}`, key, value));
    }
    this.#setTime(parent, name, entry);
  }

  #finishDirectory(path: string, entry: TarEntry): void {
    const components = pathComponents(path);
    const name = components.pop();
    const parent = this.#tree.existing(components);
    // It may have become something else since.
    const fd = name === undefined ? this.#tree.root : parent === undefined ? undefined : this.#tree.openDirectory(parent, name);
    if (fd === undefined) return;
    try {
      if (entry.uid !== this.#uid || entry.gid !== this.#gid) fchownSync(fd, entry.uid, entry.gid);
      fchmodSync(fd, entry.mode);
      for (const [key, value] of entry.xattrs ?? []) this.#setXattr(entry, key, () => this.#sys.fsetxattr(fd, key, value));
      futimesSync(fd, entry.mtime, entry.mtime);
    } finally {
      if (fd !== this.#tree.root) closeSync(fd);
    }
  }

  #setTime(parent: number, name: string, entry: TarEntry): void {
    const time = BigInt(entry.mtime) * 1_000_000_000n + BigInt(entry.mtimeNano);
    this.#sys.utimensat(parent, name, time, time, AT.SYMLINK_NOFOLLOW);
  }

  #setXattr(entry: TarEntry, key: string, set: () => void): void {
    if (!isKeptXattr(key)) return;
    try {
      set();
    } catch (error) {
      // The file system has no such attributes, or not on this kind of file (user.* on a symlink).
      if (!hasCode(error, 'ENOTSUP', 'EOPNOTSUPP') && !(hasCode(error, 'EPERM') && (entry.type !== 'file' || this.#options.rootless))) throw error;
    }
  }

  /** Runs `make` again after removing what is in its way. */
  #replacing<T>(parent: number, name: string, make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    this.#tree.remove(parent, name);
    return make();
  }

  /** Says which entry failed; what only a malformed archive can cause becomes InvalidArgument. */
  #explained(entry: TarEntry, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!hasCode(error, 'ENOTDIR', 'ELOOP', 'ENOENT', 'EEXIST', 'ENAMETOOLONG', 'EINVAL', 'EPERM', 'EMLINK', 'EXDEV')) throw error;
      const message = error instanceof Error ? error.message : '';
      throw new EngineError('InvalidArgument', `invalid tar: entry ${JSON.stringify(entry.name.slice(0, 200))}: ${message}`, { cause: error });
    }
  }
}
