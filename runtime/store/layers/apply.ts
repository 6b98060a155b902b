import { closeSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { invalidTar, type TarEntry } from '../../formats/tar/entry.ts';
import { pathComponents } from '../../formats/tar/path.ts';
import type { TarHandler } from '../../formats/tar/reader.ts';
import { whiteoutOf } from '../../formats/tar/whiteout.ts';
import { S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { EntryWriter, type EntryWriterOptions, invalidEntry } from './entry-writer.ts';
import { LayerTree } from './layer-tree.ts';
import type { LayerLimits } from './limits.ts';

/** `rootless`: overlayfs reads user.* attributes in a user namespace. */
export interface ApplyOptions extends EntryWriterOptions {
  readonly limits: LayerLimits;
}

const OPAQUE_VALUE = Buffer.from('y');

/** Unpacks a layer's tar into a directory in overlay form: whiteouts become devices 0:0, opaque directories carry the attribute. */
export class LayerWriter implements TarHandler, Disposable {
  readonly #sys: Syscalls;
  readonly #limits: LayerLimits;
  readonly #tree: LayerTree;
  readonly #writer: EntryWriter;
  readonly #opaqueName: string;
  #entries = 0;
  #sparseBytes = 0;

  constructor(sys: Syscalls, path: string, options: ApplyOptions) {
    this.#sys = sys;
    this.#limits = options.limits;
    this.#tree = LayerTree.at(sys, path);
    this.#writer = new EntryWriter(sys, this.#tree, options);
    this.#opaqueName = options.rootless ? 'user.overlay.opaque' : 'trusted.overlay.opaque';
  }

  /** Bytes of all files. */
  get size(): number {
    return this.#writer.size;
  }

  get entries(): number {
    return this.#entries;
  }

  entry(entry: TarEntry): void {
    if (++this.#entries > this.#limits.entries) throw new EngineError('TooLarge', `the layer has more than ${this.#limits.entries} entries`);
    if (entry.isSparse) this.#countSparse(entry.size);
    const path = pathComponents(entry.name);
    explained(entry, () => this.#make(entry, path));
  }

  /** Whether an entry took the place of an earlier one. */
  get hasReplaced(): boolean {
    return this.#tree.hasRemoved;
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
    this.#writer.finish(explained);
  }

  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]();
    this.#tree[Symbol.dispose]();
  }

  /** A hole costs nothing here, but whoever copies the file reads it. */
  #countSparse(size: number): void {
    this.#sparseBytes += size;
    const { inflatedBytes } = this.#limits;
    if (this.#sparseBytes > inflatedBytes) throw new EngineError('TooLarge', `the sparse files of the layer are larger than ${inflatedBytes} bytes together`);
  }

  #make(entry: TarEntry, path: string[]): void {
    const name = path.pop();
    if (name === undefined) {
      if (entry.type !== 'directory') throw invalidTar('an entry would replace the root directory');
      this.#writer.describeRoot(entry);
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
        this.#writer.create(entry, path, name);
    }
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
}

function explained(entry: TarEntry, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw invalidEntry(entry, error);
  }
}
