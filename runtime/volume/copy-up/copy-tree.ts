import { type BigIntStats, closeSync, constants, copyFileSync, fchmodSync, fchownSync, fstatSync, lstatSync, readdirSync } from 'node:fs';
import { bytesOfText, textOfBytes } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import { isKeptXattr } from '../../store/layers/kept-xattrs.ts';
import { AT, O, RESOLVE, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';

const DIRECTORY = { flags: O.RDONLY | O.DIRECTORY | O.NOFOLLOW };
/** Two descriptors are open for each level. */
const DEEPEST = 256;
/** What a path in a system call can have, with room to spare. */
const LONGEST = 4000;

/**
 * Copies content and attributes of one open directory into another, which is empty: owners, modes, times, kept extended
 * attributes, links, devices. Names are resolved one at a time below open descriptors and no link is followed, on neither side,
 * so it does not matter who else can write to them. Blocks its thread.
 */
export function copyTree(sys: Syscalls, source: number, target: number): void {
  new TreeCopy(sys, target).run(source);
}

class TreeCopy {
  readonly #sys: Syscalls;
  readonly #root: number;
  /** Where the first name of a file with several is, by device and inode. */
  readonly #linked = new Map<string, readonly string[]>();

  constructor(sys: Syscalls, root: number) {
    this.#sys = sys;
    this.#root = root;
  }

  run(source: number): void {
    this.#directory(source, this.#root, []);
    this.#finish(`/proc/self/fd/${source}/.`, this.#root, fstatSync(source, { bigint: true }));
  }

  #directory(source: number, target: number, path: readonly string[]): void {
    if (path.length > DEEPEST) throw new EngineError('InvalidArgument', `the image's files are nested deeper than ${DEEPEST} directories`);
    for (const bytes of readdirSync(`/proc/self/fd/${source}`, { encoding: 'buffer' })) {
      const name = textOfBytes(bytes);
      this.#entry(source, target, [...path, name], name);
    }
  }

  #entry(source: number, target: number, path: readonly string[], name: string): void {
    const from = `/proc/self/fd/${source}/${name}`;
    const stat = lstatSync(bytesOfText(from), { bigint: true });
    if (stat.isDirectory()) {
      this.#sys.mkdirat(target, name, 0o700);
      this.#opened([source, target], name, (child, made) => {
        this.#directory(child, made, path);
        this.#finish(from, made, stat);
      });
      return;
    }
    if (stat.nlink > 1n && this.#link(target, name, path, stat)) return;
    if (stat.isFile()) this.#file(source, target, name, stat);
    else if (stat.isSymbolicLink()) {
      this.#sys.symlinkat(this.#sys.readlinkat(source, name), target, name);
      this.#finishNode(from, target, name, stat);
    } else if (!stat.isSocket()) this.#device(from, target, name, stat);
  }

  #opened([source, target]: readonly [number, number], name: string, use: (child: number, made: number) => void): void {
    const child = this.#sys.openat2(source, name, DIRECTORY);
    try {
      const made = this.#sys.openat2(target, name, DIRECTORY);
      try {
        use(child, made);
      } finally {
        closeSync(made);
      }
    } finally {
      closeSync(child);
    }
  }

  /** A further name of a file that was copied before. */
  #link(target: number, name: string, path: readonly string[], stat: BigIntStats): boolean {
    const key = `${stat.dev}:${stat.ino}`;
    const first = this.#linked.get(key);
    if (first === undefined) {
      this.#linked.set(key, path);
      return false;
    }
    const parent = first.slice(0, -1).join('/') || '.';
    if (parent.length > LONGEST) return false;
    const fd = this.#sys.openat2(this.#root, parent, { flags: O.PATH | O.DIRECTORY, resolve: RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS });
    try {
      this.#sys.linkat(fd, first.at(-1) ?? '', target, name, 0);
    } finally {
      closeSync(fd);
    }
    return true;
  }

  #file(source: number, target: number, name: string, stat: BigIntStats): void {
    const from = this.#sys.openat2(source, name, { flags: O.RDONLY | O.NOFOLLOW | O.NONBLOCK });
    try {
      const to = this.#sys.openat2(target, name, { flags: O.WRONLY | O.CREAT | O.EXCL | O.NOFOLLOW, mode: 0o600 });
      try {
        copyFileSync(`/proc/self/fd/${from}`, `/proc/self/fd/${to}`, constants.COPYFILE_FICLONE);
        this.#finish(`/proc/self/fd/${source}/${name}`, to, stat);
      } finally {
        closeSync(to);
      }
    } finally {
      closeSync(from);
    }
  }

  #device(from: string, target: number, name: string, stat: BigIntStats): void {
    const number = stat.rdev;
    const major = Number(((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n));
    const minor = Number((number & 0xffn) | ((number >> 12n) & 0xffffff00n));
    this.#sys.mknodat(target, name, (Number(stat.mode) & S.IFMT) | 0o600, major, minor);
    this.#finishNode(from, target, name, stat);
    const fd = this.#sys.openat2(target, name, { flags: O.PATH | O.NOFOLLOW });
    try {
      this.#sys.fchmodat(AT.FDCWD, `/proc/self/fd/${fd}`, Number(stat.mode) & 0o7777);
    } finally {
      closeSync(fd);
    }
  }

  /** Owner first: changing it clears set-user-ID bits and capabilities. */
  #finish(from: string, fd: number, stat: BigIntStats): void {
    fchownSync(fd, Number(stat.uid), Number(stat.gid));
    fchmodSync(fd, Number(stat.mode) & 0o7777);
    this.#xattrs(from, (key, value) => this.#sys.fsetxattr(fd, key, value));
    this.#sys.utimensat(AT.FDCWD, `/proc/self/fd/${fd}`, stat.atimeNs, stat.mtimeNs, 0);
  }

  #finishNode(from: string, target: number, name: string, stat: BigIntStats): void {
    this.#sys.fchownat(target, name, Number(stat.uid), Number(stat.gid), AT.SYMLINK_NOFOLLOW);
    this.#xattrs(from, (key, value) => this.#sys.lsetxattr(`/proc/self/fd/${target}/${name}`, key, value));
    this.#sys.utimensat(target, name, stat.atimeNs, stat.mtimeNs, AT.SYMLINK_NOFOLLOW);
  }

  #xattrs(from: string, set: (key: string, value: Uint8Array) => void): void {
    try {
      for (const key of this.#sys.llistxattr(from)) if (isKeptXattr(key)) set(key, this.#sys.lgetxattr(from, key));
    } catch (error) {
      // One of the file systems has no such attributes.
      if (!hasCode(error, 'ENOTSUP', 'EOPNOTSUPP')) throw error;
    }
  }
}
