import { closeSync, fstatSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { invalidTar, type TarEntry } from '../../formats/tar/entry.ts';
import { pathComponents } from '../../formats/tar/path.ts';
import type { TarHandler } from '../../formats/tar/reader.ts';
import { O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { EntryWriter, type EntryWriterOptions, invalidEntry } from '../layers/entry-writer.ts';
import { LayerTree } from '../layers/layer-tree.ts';
import { refuseMounts } from './mount-guard.ts';

export interface ArchiveOptions extends EntryWriterOptions {
  /** Refuse to put a file in the place of a directory, and the other way round. */
  readonly noOverwriteDirNonDir: boolean;
  /** Whom everything is given to; undefined: whom the archive says. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/** A directory of a container into which an archive goes. */
export interface ArchiveTarget {
  /** The directory itself; taken over. */
  readonly directory: number;
  /** The container's root, beneath which links on the way are resolved, and the directory's path there. */
  readonly root: number;
  readonly path: string;
}

/** Unpacks a client's archive over what a container has, with Docker's rules of replacement. Names of whiteouts mean nothing here. */
export class ArchiveWriter implements TarHandler, Disposable {
  readonly #sys: Syscalls;
  readonly #options: ArchiveOptions;
  readonly #target: ArchiveTarget;
  readonly #tree: LayerTree;
  readonly #writer: EntryWriter;

  constructor(sys: Syscalls, target: ArchiveTarget, options: ArchiveOptions) {
    this.#sys = sys;
    this.#options = options;
    this.#target = target;
    this.#tree = new LayerTree(sys, target.directory, { root: target.root, base: target.path }, (parent, name) => refuseMounts(sys, parent, name));
    this.#writer = new EntryWriter(sys, this.#tree, options);
  }

  entry(entry: TarEntry): void {
    const path = pathComponents(entry.name);
    const name = path.pop();
    if (name === undefined) {
      if (entry.type !== 'directory') throw invalidTar('an entry would replace the extraction point');
      return;
    }
    this.#explained(entry, () => {
      if (this.#options.noOverwriteDirNonDir) this.#refuseOverwrite(entry, path, name);
      this.#writer.create({ ...entry, ...this.#options.owner }, path, name);
    });
  }

  data(bytes: Buffer): void {
    this.#writer.data(bytes);
  }

  hole(size: number): void {
    this.#writer.hole(size);
  }

  end(): void {
    this.#writer.end();
  }

  /** Gives directories what was kept for the end. */
  finish(): void {
    this.#writer.finish((entry, work) => this.#explained(entry, work));
  }

  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]();
    this.#tree[Symbol.dispose]();
  }

  #refuseOverwrite(entry: TarEntry, path: readonly string[], name: string): void {
    const parent = this.#tree.existing(path);
    const isDirectory = parent === undefined ? undefined : this.#isDirectory(parent, name);
    if (isDirectory === undefined || isDirectory === (entry.type === 'directory')) return;
    const [there, given] = isDirectory ? ['directory', 'non-directory'] : ['non-directory', 'directory'];
    const place = JSON.stringify([this.#target.path === '/' ? '' : this.#target.path, ...path, name].join('/'));
    throw new EngineError('Internal', `cannot overwrite ${there} ${place} with ${given} ${JSON.stringify(this.#target.path)}`);
  }

  /** Undefined when there is nothing. */
  #isDirectory(parent: number, name: string): boolean | undefined {
    let fd: number;
    try {
      fd = this.#sys.openat2(parent, name, { flags: O.PATH | O.NOFOLLOW });
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    try {
      return (fstatSync(fd).mode & S.IFMT) === S.IFDIR;
    } finally {
      closeSync(fd);
    }
  }

  #explained(entry: TarEntry, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (hasCode(error, 'EROFS')) throw new EngineError('PermissionDenied', 'mounted volume is marked read-only', { cause: error });
      throw invalidEntry(entry, error);
    }
  }
}
