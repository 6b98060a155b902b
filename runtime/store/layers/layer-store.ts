import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, hexOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import type { LayerRecord, LayerRecords } from '../records/layers.ts';
import { type Located, locate } from '../trees/locate.ts';
import { adoptUpper, isSmallUpper, type UpperSource } from './adopt-upper.ts';
import type { ExtractedLayer } from './extract-layer.ts';
import type { FileRange } from './growing-file.ts';
import type { LayerJob } from './layer-worker.ts';
import { LAYER_LIMITS, type LayerLimits } from './limits.ts';
import { PartialBlobs } from './partial-blobs.ts';
import { removeTree } from './remove-tree.ts';
import { spreadDirectory } from './spread-directory.ts';
import { currentUmask } from './umask.ts';
import { fromPlainError, toPlainError } from './worker-messages.ts';
import { WorkerPool } from './worker-pool.ts';

export interface LayerStoreOptions {
  /** Has `layers/` and `ingest/`, on one file system. */
  readonly root: string;
  readonly records: LayerRecords;
  readonly syscalls: Syscalls;
  readonly rootless: boolean;
  readonly limits?: LayerLimits;
}

/** What `locate` looks into. */
type LocatedTree = { readonly kind: 'layers'; readonly layers: readonly Digest[] } | { readonly kind: 'directory'; readonly path: string };

/** A layer unpacked beside the store; disposing of it deletes what was not published. */
export interface StagedLayer extends ExtractedLayer, AsyncDisposable {
  readonly path: string;
  readonly recipe: string;
}

/**
 * Unpacked layers, `<root>/layers/<hex of the diffID>`. A layer counts only when it is recorded: `publish` and the
 * record of the image that needs it belong into one transaction. What an engine that died left is deleted at opening.
 */
export class LayerStore implements AsyncDisposable {
  /** Where archives on their way in are kept. */
  readonly ingest: string;
  /** Archives of which the rest is to come. */
  readonly partials: PartialBlobs;
  readonly #layers: string;
  readonly #recipes: string;
  readonly #records: LayerRecords;
  readonly #syscalls: Syscalls;
  readonly #job: { readonly rootless: boolean; readonly limits: LayerLimits; readonly umask: number };
  readonly #pool = new WorkerPool<LayerJob, ExtractedLayer>(new URL('./layer-worker.ts', import.meta.url));

  constructor({ root, records, syscalls, rootless, limits = LAYER_LIMITS }: LayerStoreOptions) {
    this.ingest = join(root, 'ingest');
    this.partials = new PartialBlobs(join(root, 'partial'));
    this.#layers = join(root, 'layers');
    this.#recipes = join(root, 'recipes');
    this.#records = records;
    this.#syscalls = syscalls;
    this.#job = { rootless, limits, umask: currentUmask() };
    removeTree(this.ingest);
    for (const directory of [this.ingest, this.#layers, this.#recipes]) mkdirSync(directory, { recursive: true, mode: 0o700 });
    spreadDirectory(syscalls, this.ingest);
    for (const hex of readdirSync(this.#layers)) {
      if (records.get(`sha256:${hex}`) === undefined) removeTree(join(this.#layers, hex));
    }
    for (const hex of readdirSync(this.#recipes)) {
      if (records.get(`sha256:${hex}`) === undefined) rmSync(join(this.#recipes, hex));
    }
  }

  /** The record of a layer that is here. */
  get(diffId: Digest): LayerRecord | undefined {
    const record = this.#records.get(diffId);
    return record !== undefined && existsSync(join(this.#layers, hexOf(diffId))) ? record : undefined;
  }

  /** The files of a layer. NotFound when it is not here. */
  directoryOf(diffId: Digest): string {
    if (this.get(diffId) === undefined) throw new EngineError('NotFound', `layer ${diffId}: not found`);
    return join(this.#layers, hexOf(diffId));
  }

  /** What a root file system, whose layers (base first) are all here, or a directory of the engine's has at `path`. */
  locate(tree: LocatedTree, path: string): Located {
    const directories = tree.kind === 'directory' ? [tree.path] : tree.layers.map((diffId) => join(this.#layers, hexOf(diffId))).reverse();
    return locate(this.#syscalls, directories, path);
  }

  /** True when a plain tar of this size may be a layer that is here already. */
  mayHave(tarSize: number): boolean {
    return this.#records.anyOfTarSize(tarSize);
  }

  /** Unpacks in a worker thread. Fails as extractLayer does; nothing is left then. */
  async stage(source: FileRange, onProgress?: (bytesRead: number) => void): Promise<StagedLayer> {
    const path = join(this.ingest, randomUUID());
    const recipe = `${path}.recipe`;
    return stagedAt(await this.#pool.run({ ...this.#job, kind: 'extract', source, target: path, recipe }, onProgress), path, recipe);
  }

  /**
   * Makes a writable directory, which is on the store's file system and nobody has mounted any more, a layer as it is: nothing is packed or
   * copied. Owned from now on by the result, also after a failure, which leaves nothing. TooLarge past a limit. Without an entry it is no layer.
   */
  async stageUpper({ upper, lower, omitted }: UpperSource): Promise<StagedLayer> {
    const path = join(this.ingest, randomUUID());
    const recipe = `${path}.recipe`;
    renameSync(upper, path);
    try {
      const job = { upper: path, lower, omitted, recipe, limits: this.#job.limits };
      const layer = isSmallUpper(path) ? adoptUpper(this.#syscalls, job) : await this.#pool.run({ kind: 'adopt', ...job });
      return stagedAt(layer, path, recipe);
    } catch (error) {
      await discard(path);
      throw error instanceof EngineError ? error : fromPlainError(toPlainError(error));
    }
  }

  /**
   * Publishes a writable directory as `stageUpper` makes it a layer, or the one that is here already with the same files. `lease` protects it
   * before a collection can see it. Null when there is nothing in it.
   */
  async adopt(source: UpperSource, lease: (diffId: Digest) => void): Promise<LayerRecord | null> {
    await using staged = await this.stageUpper(source);
    if (staged.entries === 0) return null;
    lease(staged.diffId);
    this.publish(staged);
    const { diffId, size, tarSize } = staged;
    return { diffId, size, tarSize };
  }

  /** Moves the layer into its place, or leaves it where another load was first, and records it. To be called in a transaction. */
  publish({ path, recipe, diffId, size, tarSize }: StagedLayer): void {
    // Another pull of the same layer may have moved it already.
    if (this.get(diffId) !== undefined) return;
    renameSync(recipe, this.#recipeOf(diffId));
    try {
      renameSync(path, join(this.#layers, hexOf(diffId)));
    } catch (error) {
      if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error;
    }
    this.#records.put({ diffId, size, tarSize });
  }

  /** Takes back what `publish` moved in a transaction that then failed. */
  unpublish(staged: readonly StagedLayer[]): void {
    for (const { diffId } of staged) {
      if (this.#records.get(diffId) !== undefined) continue;
      removeTree(join(this.#layers, hexOf(diffId)));
      this.removeRecipe(diffId);
    }
  }

  /** What is needed to build the layer's archive again. NotFound for a layer that an older engine has unpacked without keeping that. */
  archiveOf(diffId: Digest): { readonly directory: string; readonly recipe: string } {
    const recipe = this.#recipeOf(diffId);
    if (!existsSync(recipe)) throw new EngineError('NotFound', `how the archive of layer ${diffId} was made is not known: load or pull its image again`);
    return { directory: join(this.#layers, hexOf(diffId)), recipe };
  }

  /** Of a layer that is no longer recorded. Idempotent. */
  removeRecipe(diffId: Digest): void {
    rmSync(this.#recipeOf(diffId), { force: true });
  }

  #recipeOf(diffId: Digest): string {
    return join(this.#recipes, hexOf(diffId));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }
}

function stagedAt(layer: ExtractedLayer, path: string, recipe: string): StagedLayer {
  return {
    ...layer,
    path,
    recipe,
    [Symbol.asyncDispose]: async () => {
      await rm(recipe, { force: true });
      await discard(path);
    },
  };
}

async function discard(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => removeTree(path));
}
