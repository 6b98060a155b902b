import type { Digest } from '../../base/digest.ts';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { BuildCacheRecords } from '../../store/records/build-cache.ts';
import type { LayerRecords } from '../../store/records/layers.ts';
import type { BuildService, CachePruneOptions, CacheRecord } from '../build-service.ts';
import type { StepCache } from './cache.ts';
import type { CacheMounts } from './cache-mounts.ts';
import { type PrunableRecord, planPrune } from './prune.ts';

export interface BuildCacheDependencies {
  readonly steps: StepCache;
  readonly records: BuildCacheRecords;
  readonly layers: Pick<LayerRecords, 'list'>;
  readonly mounts: CacheMounts;
  /** Deletes layers that nobody needs any more. */
  readonly collect: () => Promise<void>;
  /** Bytes of the disk that the cache may take for itself; what is above goes after builds. */
  readonly limit: () => number;
  readonly logger: Logger;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

/** All of the cache: results of steps, and cache mounts. */
export class BuildCache implements AsyncDisposable {
  readonly #dependencies: BuildCacheDependencies;
  #trimming: Promise<void> | null = null;

  constructor(dependencies: BuildCacheDependencies) {
    this.#dependencies = dependencies;
  }

  async cache(): Promise<readonly CacheRecord[]> {
    return [...this.#steps(), ...(await this.#mounts())].map(({ record }) => record);
  }

  readonly prune: BuildService['prune'] = async (options) => {
    // Cache mounts are measured first: between looking at steps and removing them nobody may come.
    const mounts = await this.#mounts();
    const { layers, records, now, steps, collect } = this.#dependencies;
    const sizes = new Map(layers.list().map(({ diffId, size }) => [diffId, size]));
    const inImages = records.layersOfImages();
    const of = { sizeOf: (layer: Digest) => sizes.get(layer) ?? 0, inImage: (layer: Digest) => inImages.has(layer) };
    const plan = planPrune([...this.#steps(inImages), ...mounts], of, options, now());
    const ofMounts = new Map(mounts.map(({ record }) => [record.id, record]));
    for (const id of plan.ids) if (!ofMounts.has(id)) steps.remove(id);
    let { reclaimed } = plan;
    const kept = new Set<string>();
    for (const id of plan.ids) {
      const mount = ofMounts.get(id);
      if (mount === undefined || (await this.#removeMount(id))) continue;
      kept.add(id);
      reclaimed -= mount.size;
    }
    await collect();
    return { deleted: plan.ids.filter((id) => !kept.has(id)), reclaimed };
  };

  /** Brings the cache below its limit behind what is going on; one round at a time. */
  trimSoon(): void {
    this.#trimming ??= this.#trim()
      .catch((error: unknown) => this.#dependencies.logger.warn('the build cache could not be brought below its limit', { reason: messageOf(error) }))
      .finally(() => {
        this.#trimming = null;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#trimming;
  }

  async #trim(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const options: CachePruneOptions = { all: true, filters: {}, keepStorage: this.#dependencies.limit() };
    const { deleted, reclaimed } = await this.prune(options);
    if (deleted.length > 0) this.#dependencies.logger.info('old build cache was removed', { records: deleted.length, bytes: reclaimed });
  }

  async #removeMount(id: string): Promise<boolean> {
    try {
      await this.#dependencies.mounts.remove(id);
      return true;
    } catch (error) {
      this.#dependencies.logger.info('a cache mount stays', { id, reason: messageOf(error) });
      return false;
    }
  }

  #steps(inImages = this.#dependencies.records.layersOfImages()): PrunableRecord[] {
    const { records, steps } = this.#dependencies;
    const all = records.list();
    const ids = new Set(all.map(({ id }) => id));
    return all.map(({ id, parent, layers, baseLayers, description, size, createdAt, usedAt, usageCount }) => {
      const own = layers.slice(baseLayers);
      const record: CacheRecord = {
        id,
        parents: parent !== null && ids.has(parent) ? [parent] : [],
        type: 'regular',
        description,
        inUse: steps.inUse(id),
        shared: own.length > 0 && own.every((layer) => inImages.has(layer)),
        size,
        createdAt,
        lastUsedAt: usedAt,
        usageCount,
      };
      return { record, layers };
    });
  }

  async #mounts(): Promise<PrunableRecord[]> {
    return (await this.#dependencies.mounts.list()).map((record) => ({ record, layers: [] }));
  }
}
