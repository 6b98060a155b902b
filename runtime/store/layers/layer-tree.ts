import { closeSync } from 'node:fs';
import { invalidTar } from '../../formats/tar/entry.ts';
import { AT, O } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { openInRoot } from '../trees/in-root.ts';
import { removeTreeAt } from './remove-tree.ts';

const DIRECTORY = O.RDONLY | O.DIRECTORY;
const CACHED = 64;

/** Where links on the way to a directory lead: they are resolved as if `root` were `/`, and can lead nowhere else. */
interface Resolution {
  readonly root: number;
  /** Path of the tree below `root`. */
  readonly base: string;
}

/** Throws for what must not be deleted. */
type RemovalGuard = (parent: number, name: string) => void;

/**
 * The directory an archive is unpacked into, seen by descriptors only. Files of an archive come directory by directory, so
 * the newest directories are kept open: most entries then need no path resolution at all.
 */
export class LayerTree implements Disposable {
  readonly #sys: Syscalls;
  readonly root: number;
  readonly #resolution: Resolution;
  readonly #guard: RemovalGuard | undefined;
  readonly #open = new Map<string, number>();
  #hasRemoved = false;

  /** Takes the directory `root` over. Links in a layer mean paths of the layer; `resolution` is for trees that are part of a larger one. */
  constructor(sys: Syscalls, root: number, resolution: Resolution = { root, base: '' }, guard?: RemovalGuard) {
    this.#sys = sys;
    this.#guard = guard;
    this.root = root;
    this.#resolution = resolution;
  }

  /** The engine's own directory `path`. */
  static at(sys: Syscalls, path: string): LayerTree {
    return new LayerTree(sys, sys.openat2(AT.FDCWD, path, { flags: DIRECTORY | O.NOFOLLOW }));
  }

  /** The directory at `components`, made with mode 0755 where it is missing. Valid while only one other directory is asked for. */
  directory(components: readonly string[]): number {
    if (components.length === 0) return this.root;
    const path = components.join('/');
    const known = this.#recall(path);
    if (known !== undefined) return known;
    const fd = this.#openExisting(path) ?? this.#make(components);
    this.#remember(path, fd);
    return fd;
  }

  /** As `directory`, but undefined where it is missing. */
  existing(components: readonly string[]): number | undefined {
    if (components.length === 0) return this.root;
    const path = components.join('/');
    const known = this.#recall(path);
    if (known !== undefined) return known;
    const fd = this.#openExisting(path);
    if (fd !== undefined) this.#remember(path, fd);
    return fd;
  }

  /** Opens `name` in `parent` if it is itself a directory; the caller closes it. */
  openDirectory(parent: number, name: string): number | undefined {
    try {
      return this.#sys.openat2(parent, name, { flags: DIRECTORY | O.NOFOLLOW });
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined;
      throw error;
    }
  }

  /** Whether anything was in the way of something else. */
  get hasRemoved(): boolean {
    return this.#hasRemoved;
  }

  /** Deletes whatever `name` in `parent` is. */
  remove(parent: number, name: string): void {
    this.#hasRemoved = true;
    this.#guard?.(parent, name);
    try {
      this.#sys.unlinkat(parent, name, 0);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return;
      if (!hasCode(error, 'EISDIR', 'EPERM')) throw error;
      removeTreeAt(parent, name);
    }
    this.#forget(parent);
  }

  [Symbol.dispose](): void {
    this.#forget(undefined);
    closeSync(this.root);
  }

  #openExisting(path: string): number | undefined {
    try {
      const { root, base } = this.#resolution;
      return openInRoot(this.#sys, root, base === '' ? path : `${base}/${path}`, DIRECTORY);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      if (hasCode(error, 'ENOTDIR', 'ELOOP')) throw invalidTar(`the parent ${JSON.stringify(path.slice(0, 200))} of an entry is not a directory`);
      throw error;
    }
  }

  #make(components: readonly string[]): number {
    let parent = this.root;
    let path = '';
    for (const component of components) {
      path = path === '' ? component : `${path}/${component}`;
      const child = this.#enter(parent, component, path);
      if (parent !== this.root) closeSync(parent);
      parent = child;
    }
    return parent;
  }

  /**
   * Opens `path`, which is `component` in `parent`, and makes it first where it is missing. Only a link is looked up from
   * the root again: a path of thousands of components would cost their square otherwise. Closes `parent` when it fails.
   */
  #enter(parent: number, component: string, path: string): number {
    try {
      const existing = this.openDirectory(parent, component);
      if (existing !== undefined) return existing;
      try {
        this.#sys.mkdirat(parent, component, 0o755);
      } catch (error) {
        const linked = hasCode(error, 'EEXIST') ? this.#openExisting(path) : undefined;
        if (linked === undefined) throw error;
        return linked;
      }
      return this.#sys.openat2(parent, component, { flags: DIRECTORY | O.NOFOLLOW });
    } catch (error) {
      if (parent !== this.root) closeSync(parent);
      if (hasCode(error, 'EEXIST')) throw invalidTar(`the parent ${JSON.stringify(path.slice(0, 200))} of an entry is a link to nothing`);
      throw error;
    }
  }

  /** The newest stand last, so that the two directories of a hard link are never closed to make room for each other. */
  #recall(path: string): number | undefined {
    const fd = this.#open.get(path);
    if (fd === undefined) return undefined;
    this.#open.delete(path);
    this.#open.set(path, fd);
    return fd;
  }

  #remember(path: string, fd: number): void {
    if (this.#open.size >= CACHED) {
      const [oldest] = this.#open;
      if (oldest !== undefined) {
        closeSync(oldest[1]);
        this.#open.delete(oldest[0]);
      }
    }
    this.#open.set(path, fd);
  }

  /** A directory or link that went away may have been part of the path to any directory held open; `keep` is still in use. */
  #forget(keep: number | undefined): void {
    for (const [path, fd] of this.#open) {
      if (fd === keep) continue;
      closeSync(fd);
      this.#open.delete(path);
    }
  }
}
