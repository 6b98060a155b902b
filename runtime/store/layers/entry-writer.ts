import { chmodSync, closeSync, fchmodSync, fchownSync, fstatSync, ftruncateSync, futimesSync, writeSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { invalidTar, type TarEntry } from '../../formats/tar/entry.ts';
import { pathComponents } from '../../formats/tar/path.ts';
import { AT, O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { isKeptXattr } from './kept-xattrs.ts';
import type { LayerTree } from './layer-tree.ts';

export interface EntryWriterOptions {
  /** In a user namespace: devices cannot be made there. */
  readonly rootless: boolean;
  /** The process's file mode mask, which a worker thread cannot ask for. */
  readonly umask: number;
}

const SPECIAL_BITS = 0o7000;

/**
 * Makes the files that a tar's entries describe. Nothing outside of the tree is touched, whatever the entries say and
 * whoever renames files of the tree meanwhile: every name is one component below an open directory, what exists there is
 * removed before, files are made with O_EXCL|O_NOFOLLOW, and what cannot be made open is held before it is changed.
 */
export class EntryWriter implements Disposable {
  readonly #sys: Syscalls;
  readonly #tree: LayerTree;
  readonly #options: EntryWriterOptions;
  readonly #uid: number;
  readonly #gid: number;
  /** Applied last: making files in a directory changes its time, and its set-group bit would spread to them. */
  readonly #directories = new Map<string, { readonly entry: TarEntry; readonly identity: string }>();
  #size = 0;
  #file: { fd: number; entry: TarEntry; parent: number; name: string; position: number } | undefined;

  constructor(sys: Syscalls, tree: LayerTree, options: EntryWriterOptions) {
    this.#sys = sys;
    this.#tree = tree;
    this.#options = options;
    this.#uid = process.geteuid?.() ?? 0;
    this.#gid = process.getegid?.() ?? 0;
  }

  /** Bytes of all files. */
  get size(): number {
    return this.#size;
  }

  /** Makes `entry` as `name` in the directory at `path`, which is made where it is missing. Content follows by `data`. */
  create(entry: TarEntry, path: readonly string[], name: string): void {
    const parent = this.#tree.directory(path);
    switch (entry.type) {
      case 'directory':
        this.#directories.set([...path, name].join('/'), { entry, identity: this.#makeDirectory(parent, name) });
        return;
      case 'file': {
        const how = { flags: O.WRONLY | O.CREAT | O.EXCL | O.NOFOLLOW, mode: entry.mode & 0o777 };
        const fd = this.#replacing(parent, name, () => this.#sys.openat2(parent, name, how));
        this.#file = { fd, entry, parent, name, position: 0 };
        // Holes need not be written then, and a size that the file system cannot have is known at once.
        if (entry.isSparse) ftruncateSync(fd, entry.size);
        return;
      }
      case 'symlink':
        if (entry.linkName === '') throw invalidTar('a symlink has no target');
        this.#replacing(parent, name, () => this.#sys.symlinkat(entry.linkName, parent, name));
        this.#finishNode(parent, name, entry, S.IFLNK);
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

  /** Keeps what `entry` says of the root itself for the end. */
  describeRoot(entry: TarEntry): void {
    this.#directories.set('', { entry, identity: identityOf(this.#tree.root) });
  }

  data(bytes: Buffer): void {
    const file = this.#file;
    if (file === undefined) return;
    for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at, bytes.length - at, file.position + at);
    file.position += bytes.length;
  }

  hole(size: number): void {
    if (this.#file !== undefined) this.#file.position += size;
  }

  end(): void {
    const file = this.#file;
    if (file === undefined) return;
    const { fd, entry } = file;
    if (entry.uid !== this.#uid || entry.gid !== this.#gid) fchownSync(fd, entry.uid, entry.gid);
    // After the change of owner, which clears setuid and capabilities.
    if (entry.mode & (this.#options.umask | SPECIAL_BITS)) fchmodSync(fd, entry.mode);
    for (const [key, value] of entry.xattrs ?? []) this.#setXattr(entry, key, () => this.#sys.fsetxattr(fd, key, value));
    this.#setTime(fd, entry);
    this.#file = undefined;
    closeSync(fd);
    this.#size += entry.size;
  }

  /** Gives directories what was kept for the end; `explain` wraps the work on each. */
  finish(explain: (entry: TarEntry, work: () => void) => void): void {
    for (const [path, { entry, identity }] of this.#directories) explain(entry, () => this.#finishDirectory(path, entry, identity));
  }

  /** A file whose content has not come to its end goes. */
  [Symbol.dispose](): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    try {
      const { fd, parent, name } = file;
      if (this.#identityAt(parent, name) === identityOf(fd)) this.#sys.unlinkat(parent, name, 0);
    } catch {
      // The failure that leads here is the one to be told.
    } finally {
      closeSync(file.fd);
    }
  }

  /** Identity of the directory, which exists afterwards. */
  #makeDirectory(parent: number, name: string): string {
    this.#makeUnlessDirectory(parent, name);
    const fd = this.#tree.openDirectory(parent, name);
    if (fd === undefined) throw invalidTar('a directory was replaced while it was made');
    try {
      return identityOf(fd);
    } finally {
      closeSync(fd);
    }
  }

  #makeUnlessDirectory(parent: number, name: string): void {
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
    this.#finishNode(parent, name, entry, type);
  }

  /** By a descriptor: the name can be another file's by now. */
  #finishNode(parent: number, name: string, entry: TarEntry, type: number): void {
    const fd = this.#sys.openat2(parent, name, { flags: O.PATH | O.NOFOLLOW });
    try {
      const stats = fstatSync(fd);
      if ((stats.mode & S.IFMT) !== type || stats.nlink !== 1) throw invalidTar('an entry was replaced while it was made');
      if (entry.uid !== this.#uid || entry.gid !== this.#gid) this.#sys.fchownat(fd, '', entry.uid, entry.gid, AT.EMPTY_PATH);
      if (type !== S.IFLNK) chmodSync(`/proc/self/fd/${fd}`, entry.mode);
      for (const [key, value] of entry.xattrs ?? []) {
        this.#setXattr(entry, key, () => this.#sys.setxattr(`/proc/self/fd/${fd}`, key, value));
      }
      this.#setTime(fd, entry);
    } finally {
      closeSync(fd);
    }
  }

  #finishDirectory(path: string, entry: TarEntry, identity: string): void {
    const components = pathComponents(path);
    const name = components.pop();
    const parent = this.#tree.existing(components);
    const fd = name === undefined ? this.#tree.root : parent === undefined ? undefined : this.#tree.openDirectory(parent, name);
    if (fd === undefined) return;
    try {
      // It may have become something else since.
      if (identityOf(fd) !== identity) return;
      if (entry.uid !== this.#uid || entry.gid !== this.#gid) fchownSync(fd, entry.uid, entry.gid);
      fchmodSync(fd, entry.mode);
      for (const [key, value] of entry.xattrs ?? []) this.#setXattr(entry, key, () => this.#sys.fsetxattr(fd, key, value));
      this.#setTime(fd, entry);
    } finally {
      if (fd !== this.#tree.root) closeSync(fd);
    }
  }

  #setTime(fd: number, entry: TarEntry): void {
    if (entry.mtimeNano === 0 && (entry.type === 'file' || entry.type === 'directory')) {
      futimesSync(fd, entry.mtime, entry.mtime);
      return;
    }
    const time = BigInt(entry.mtime) * 1_000_000_000n + BigInt(entry.mtimeNano);
    this.#sys.utimensat(fd, '', time, time, AT.EMPTY_PATH);
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

  #identityAt(parent: number, name: string): string {
    const fd = this.#sys.openat2(parent, name, { flags: O.PATH | O.NOFOLLOW });
    try {
      return identityOf(fd);
    } finally {
      closeSync(fd);
    }
  }
}

/** What only a malformed archive can cause becomes InvalidArgument, naming the entry. */
export function invalidEntry(entry: TarEntry, error: unknown): unknown {
  if (!hasCode(error, 'ENOTDIR', 'ELOOP', 'ENOENT', 'EEXIST', 'ENAMETOOLONG', 'EINVAL', 'EPERM', 'EMLINK', 'EXDEV', 'EFBIG')) return error;
  const message = error instanceof Error ? error.message : '';
  return new EngineError('InvalidArgument', `invalid tar: entry ${JSON.stringify(entry.name.slice(0, 200))}: ${message}`, { cause: error });
}

function identityOf(fd: number): string {
  const { dev, ino } = fstatSync(fd);
  return `${dev}:${ino}`;
}
