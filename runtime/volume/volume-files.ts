import { closeSync, constants, openSync } from 'node:fs';
import { EngineError } from '../base/errors.ts';
import { decompressed, untilAborted } from '../store/incoming.ts';
import type { DirectoryPage } from '../store/trees/browse.ts';
import { archivePath } from '../store/trees/in-root.ts';
import type { TreeService } from '../store/trees/tree-service.ts';
import { O } from '../sys/constants.ts';
import type { Volume, VolumeService } from './volume-service.ts';

export interface VolumeFilesOptions {
  readonly volumes: Pick<VolumeService, 'create' | 'directoryOf' | 'get' | 'has' | 'hold' | 'remove'>;
  readonly trees: Pick<TreeService, 'list' | 'change' | 'readFile' | 'writeFile' | 'pack' | 'unpack'>;
}

/** A volume's directory while something is done in it; it is not removed meanwhile. */
interface Opened extends Disposable {
  readonly root: number;
}

/**
 * The files of volumes, whether containers use them or not. Paths are absolute in the volume; no link leads out of it. All of it happens in
 * threads. Throws NotFound for a volume or path that is not there, InvalidArgument naming the path, Unsupported for a volume of a tmpfs.
 */
export class VolumeFiles {
  readonly #options: VolumeFilesOptions;

  constructor(options: VolumeFilesOptions) {
    this.#options = options;
  }

  async list(name: string, path: string, page: { readonly offset: number; readonly limit: number }): Promise<DirectoryPage> {
    using at = this.#open(name);
    return await this.#options.trees.list({ root: at.root, path: archivePath(path), ...page });
  }

  /** The bytes of a regular file. A piece is valid until the next. */
  async *read(name: string, path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    using at = this.#open(name);
    yield* this.#options.trees.readFile({ root: at.root, path: archivePath(path) }, signal);
  }

  /** All of the file or nothing; owner and mode of one that is there stay. */
  async write(name: string, path: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    using at = this.#open(name);
    await this.#options.trees.writeFile({ root: at.root, path: archivePath(path) }, untilAborted(content, signal));
  }

  async makeDirectory(name: string, path: string): Promise<void> {
    using at = this.#open(name);
    await this.#options.trees.change({ kind: 'make-directory', root: at.root, path: archivePath(path) });
  }

  /** With everything below it. */
  async remove(name: string, path: string): Promise<void> {
    using at = this.#open(name);
    await this.#options.trees.change({ kind: 'remove', root: at.root, path: archivePath(path) });
  }

  /** A tar of a file or directory under its own name, of all the volume without one for `/`. A piece is valid until the next. */
  async *archive(name: string, path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    using at = this.#open(name);
    const clean = archivePath(path);
    yield* this.#options.trees.pack({ root: at.root, path: clean, closed: [], isWhole: clean === '/' }, signal);
  }

  /** Unpacks a tar, plain or packed, over what is there. What has arrived before a failure stays. */
  async extract(name: string, path: string, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    using at = this.#open(name);
    const job = { root: at.root, path: archivePath(path), noOverwriteDirNonDir: false, owner: undefined, isRootReadonly: false };
    await this.#options.trees.unpack(job, decompressed(untilAborted(archive, signal)));
  }

  /** A new volume with what the archive has. Conflict for a name that is taken; nothing is left after a failure. */
  async import(name: string, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Volume> {
    return await this.#filled(name, {}, (made) => this.extract(made, '/', archive, signal));
  }

  /** A new volume with the labels and files of another, which may be written to meanwhile. As `import` does. */
  async clone(name: string, to: string, signal: AbortSignal): Promise<Volume> {
    const { labels } = this.#options.volumes.get(name);
    return await this.#filled(to, labels, (made) => this.extract(made, '/', this.archive(name, '/', signal), signal));
  }

  async #filled(name: string, labels: Volume['labels'], fill: (name: string) => Promise<void>): Promise<Volume> {
    const { volumes } = this.#options;
    if (name === '') throw new EngineError('InvalidArgument', 'Name: a name for the new volume is required');
    if (volumes.has(name)) throw new EngineError('Conflict', `volume ${name} exists`);
    const volume = volumes.create({ name, labels });
    try {
      await fill(name);
    } catch (error) {
      volumes.remove(name, { force: true });
      throw error;
    }
    return volume;
  }

  #open(name: string): Opened {
    const { volumes } = this.#options;
    using held = new DisposableStack();
    held.use(volumes.hold(name));
    const root = openSync(volumes.directoryOf(name), O.PATH | constants.O_DIRECTORY);
    held.defer(() => closeSync(root));
    const kept = held.move();
    return { root, [Symbol.dispose]: () => kept.dispose() };
  }
}
