import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { spreadDirectory } from '../layers/spread-directory.ts';
import { Trash } from '../trash.ts';
import { measureTree } from './measure-tree.ts';
import type { OverlayDirectories, Snapshotter } from './snapshotter.ts';

export interface OverlayOptions {
  /** Holds `layers/`, `snapshots/` and `trash/`, on one file system. */
  readonly root: string;
  readonly syscalls: Syscalls;
  readonly logger: Logger;
}

const KEY = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** The root directory of a container: programs that are not root must be able to enter it. */
const ROOT_MODE = 0o755;

/** Writable directories above layer directories; what is removed goes to the trash first, which is emptied in the background. */
export class OverlaySnapshotter implements Snapshotter {
  readonly #options: OverlayOptions;
  readonly #layers: string;
  readonly #snapshots: string;
  readonly #trash: Trash;
  readonly #lower = new Map<string, readonly string[]>();

  /** Makes the directories and goes on with deletions that an earlier engine did not finish. */
  constructor(options: OverlayOptions) {
    this.#options = options;
    this.#layers = join(options.root, 'layers');
    this.#snapshots = join(options.root, 'snapshots');
    for (const directory of [this.#layers, this.#snapshots]) mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Containers make and delete many files: each writable directory gets a place of its own on the disk.
    spreadDirectory(options.syscalls, this.#snapshots);
    this.#trash = new Trash(join(options.root, 'trash'), options.logger);
  }

  prepare(key: string, layers: readonly string[]): Promise<OverlayDirectories> {
    return Promise.try(() => {
      const path = this.#path(key);
      for (const layer of layers) this.#layer(layer);
      try {
        mkdirSync(path, { mode: 0o700 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new EngineError('Conflict', `snapshot ${key}: exists`, { cause: error });
        throw error;
      }
      try {
        mkdirSync(join(path, 'upper'));
        chmodSync(join(path, 'upper'), ROOT_MODE);
        mkdirSync(join(path, 'work'), { mode: 0o700 });
        // The chain is kept as empty names: it belongs to the snapshot and needs no file that could be half written.
        mkdirSync(join(path, 'lower'), { mode: 0o700 });
        layers.forEach((layer, position) => mkdirSync(join(path, 'lower', `${String(position).padStart(4, '0')}-${layer}`)));
      } catch (error) {
        rmSync(path, { recursive: true, force: true });
        throw error;
      }
      return this.directories(key);
    });
  }

  directories(key: string): OverlayDirectories {
    const path = this.#path(key);
    return { lower: this.#chain(key, path), upper: join(path, 'upper'), work: join(path, 'work') };
  }

  remove(key: string): Promise<void> {
    return Promise.try(() => {
      this.#lower.delete(key);
      this.#trash.discard(this.#path(key));
    });
  }

  removeLayer(key: string): Promise<void> {
    return Promise.try(() => {
      checkLayerKey(key);
      this.#trash.discard(join(this.#layers, key));
    });
  }

  list(): readonly string[] {
    return readdirSync(this.#snapshots);
  }

  layersOf(key: string): readonly string[] {
    return this.#chain(key, this.#path(key))
      .map((path) => basename(path))
      .reverse();
  }

  layersInUse(): ReadonlySet<string> {
    return new Set(this.list().flatMap((key) => this.#chain(key, this.#path(key), []).map((path) => basename(path))));
  }

  usage(key: string): Promise<{ readonly bytes: number; readonly inodes: number }> {
    return measureTree(this.#options.syscalls, this.directories(key).upper);
  }

  idle(): Promise<void> {
    return this.#trash.idle();
  }

  /** `absent` is the answer for a snapshot that is not there or that a crash has left half made; else that is NotFound. */
  #chain(key: string, path: string, absent?: readonly string[]): readonly string[] {
    const known = this.#lower.get(key);
    if (known !== undefined) return known;
    let names: string[];
    try {
      names = readdirSync(join(path, 'lower'));
    } catch (error) {
      if (absent !== undefined) return absent;
      throw new EngineError('NotFound', `snapshot ${key}: not found`, { cause: error });
    }
    const chain = names
      .sort()
      .reverse()
      .map((name) => join(this.#layers, name.slice(5)));
    this.#lower.set(key, chain);
    return chain;
  }

  #path(key: string): string {
    if (!KEY.test(key)) throw new EngineError('InvalidArgument', `invalid snapshot key ${JSON.stringify(key.slice(0, 200))}`);
    return join(this.#snapshots, key);
  }

  #layer(key: string): string {
    checkLayerKey(key);
    const path = join(this.#layers, key);
    if (statSync(path, { throwIfNoEntry: false }) === undefined) throw new EngineError('NotFound', `layer ${key}: not found`);
    return path;
  }
}

function checkLayerKey(key: string): void {
  if (!KEY.test(key)) throw new EngineError('InvalidArgument', `invalid layer key ${JSON.stringify(key.slice(0, 200))}`);
}
