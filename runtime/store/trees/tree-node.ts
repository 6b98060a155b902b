import { type BigIntStats, closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { bytesOfText } from '../../base/byte-text.ts';
import { O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';

const SLASH = Buffer.from('/');

/** One file of a tree that somebody may be changing: held by a descriptor that neither opens a FIFO nor wakes a device. */
export class TreeNode implements Disposable {
  readonly fd: number;
  readonly stats: BigIntStats;
  /** By which it was reached, as names of a live tree mean something else a moment later, or how to read it as a link. */
  readonly #place: Buffer | (() => string);

  private constructor(fd: number, place: Buffer | (() => string)) {
    this.fd = fd;
    this.stats = fstatSync(fd, { bigint: true });
    this.#place = place;
  }

  /** Takes `fd`, opened with O_PATH, over. */
  static of(sys: Pick<Syscalls, 'readlinkat'>, fd: number): TreeNode {
    return new TreeNode(fd, () => sys.readlinkat(fd, ''));
  }

  /** The engine's own directory at `path`. */
  static at(path: string | Buffer): TreeNode {
    return new TreeNode(openSync(path, O.PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW), Buffer.from(path));
  }

  /** Undefined when it has vanished. */
  child(name: Uint8Array): TreeNode | undefined {
    const place = Buffer.concat([Buffer.from(this.path), SLASH, name]);
    try {
      return new TreeNode(openSync(place, O.PATH | constants.O_NOFOLLOW), place);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** A path of procfs that leads to this very file. */
  get path(): string {
    return `/proc/self/fd/${this.fd}`;
  }

  get format(): number {
    return Number(this.stats.mode) & S.IFMT;
  }

  get isDirectory(): boolean {
    return this.format === S.IFDIR;
  }

  /** By which two names of the same file are known. */
  get identity(): string {
    return `${this.stats.dev}:${this.stats.ino}`;
  }

  get device(): { readonly major: number; readonly minor: number } {
    const { rdev } = this.stats;
    return {
      major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn)),
      minor: Number((rdev & 0xffn) | ((rdev >> 12n) & ~0xffn)),
    };
  }

  /** overlayfs.rst: how an upper directory says that a name of the lower ones is gone. */
  get isWhiteout(): boolean {
    return this.format === S.IFCHR && this.stats.rdev === 0n;
  }

  /** In the order of their bytes. */
  names(): Buffer[] {
    return readdirSync(this.path, { encoding: 'buffer' }).sort((left, right) => left.compare(right));
  }

  /** Where a link leads, as bytes; undefined when its name is another file's by now. */
  target(): Buffer | undefined {
    try {
      return typeof this.#place === 'function' ? bytesOfText(this.#place()) : readlinkSync(this.#place, { encoding: 'buffer' });
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'EINVAL')) return undefined;
      throw error;
    }
  }

  /** Opens a regular file to be read; the caller closes it. */
  open(): number {
    return openSync(this.path, constants.O_RDONLY | constants.O_NOCTTY);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}
