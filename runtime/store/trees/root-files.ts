import { decompressed, untilAborted } from '../incoming.ts';
import type { ByteRange } from './browse.ts';
import type { UpperDirectories } from './changes.ts';
import { archivePath } from './in-root.ts';
import type { DirectoryEntry, DirectoryPage, ListOptions } from './list-directory.ts';
import type { TreeService } from './tree-service.ts';

/** A directory that is `/` for paths, while something is done beneath it. */
export interface HeldRoot extends AsyncDisposable {
  readonly fd: number;
  /** Aborted when it has to be given up. */
  readonly signal?: AbortSignal;
  /** What its files are compared with. */
  readonly against?: UpperDirectories;
  /** Paths of directories that are archived without their content. */
  readonly closed?: readonly string[];
  /** Nothing on the root's own mount may be written to. */
  readonly isReadonly?: boolean;
}

export interface RootFilesOptions {
  readonly trees: Pick<TreeService, 'list' | 'look' | 'change' | 'readFile' | 'writeFile' | 'pack' | 'unpack'>;
  /** Throws NotFound for an object that is not there. */
  readonly open: (name: string) => Promise<HeldRoot>;
}

/**
 * The files of objects that have a root directory, by the object's name and paths that are absolute in it; no link leads out of it. All of it
 * happens in threads. Throws NotFound for an object or path that is not there, InvalidArgument naming the path, PermissionDenied for what is
 * read-only.
 */
export class RootFiles {
  readonly #trees: RootFilesOptions['trees'];
  readonly #open: RootFilesOptions['open'];

  constructor({ trees, open }: RootFilesOptions) {
    this.#trees = trees;
    this.#open = open;
  }

  async list(name: string, path: string, options: Omit<ListOptions, 'against'>): Promise<DirectoryPage> {
    await using at = await this.#open(name);
    return await this.#trees.list({ root: at.fd, path: archivePath(path), ...options, ...(at.against && { against: at.against }) });
  }

  /** With `follow`, what a link leads to. */
  async look(name: string, path: string, follow: boolean): Promise<{ readonly path: string; readonly entry: DirectoryEntry }> {
    await using at = await this.#open(name);
    return await this.#trees.look({ root: at.fd, path: archivePath(path), follow });
  }

  /** The bytes of a regular file. A piece is valid until the next. */
  async *read(name: string, path: string, range: ByteRange, signal: AbortSignal): AsyncGenerator<Buffer> {
    await using at = await this.#open(name);
    yield* this.#trees.readFile({ root: at.fd, path: archivePath(path), ...range }, either(at, signal));
  }

  /** All of the file or nothing; owner and mode of one that is there stay. `version`: see FilePlace. */
  async write(name: string, path: string, version: string | undefined, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    await using at = await this.#open(name);
    const place = { root: at.fd, path: archivePath(path), version, isRootReadonly: at.isReadonly ?? false };
    await this.#trees.writeFile(place, untilAborted(content, either(at, signal)));
  }

  async makeDirectory(name: string, path: string): Promise<void> {
    await using at = await this.#open(name);
    await this.#trees.change({ kind: 'make-directory', root: at.fd, path: archivePath(path), isRootReadonly: at.isReadonly ?? false });
  }

  /** Never onto something that is there. */
  async rename(name: string, path: string, to: string): Promise<void> {
    await using at = await this.#open(name);
    await this.#trees.change({ kind: 'rename', root: at.fd, path: archivePath(path), to: archivePath(to), isRootReadonly: at.isReadonly ?? false });
  }

  /** With everything below it. */
  async remove(name: string, path: string): Promise<void> {
    await using at = await this.#open(name);
    await this.#trees.change({ kind: 'remove', root: at.fd, path: archivePath(path), isRootReadonly: at.isReadonly ?? false });
  }

  /** A tar of a file or directory under its own name, of all of it without one for `/`. A piece is valid until the next. */
  async *archive(name: string, path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    await using at = await this.#open(name);
    const clean = archivePath(path);
    yield* this.#trees.pack({ root: at.fd, path: clean, closed: at.closed ?? [], isWhole: clean === '/' }, either(at, signal));
  }

  /** Unpacks a tar, plain or packed, over what is there. What has arrived before a failure stays. */
  async extract(name: string, path: string, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    await using at = await this.#open(name);
    const job = { root: at.fd, path: archivePath(path), noOverwriteDirNonDir: false, owner: undefined, isRootReadonly: at.isReadonly ?? false };
    await this.#trees.unpack(job, decompressed(untilAborted(archive, either(at, signal))));
  }
}

const either = (at: HeldRoot, signal: AbortSignal): AbortSignal => (at.signal ? AbortSignal.any([at.signal, signal]) : signal);
