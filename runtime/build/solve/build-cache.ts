import { setImmediate } from 'node:timers/promises';
import type { Digest } from '../../base/digest.ts';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { BuildCacheRecords } from '../../store/records/build-cache.ts';
import type { LayerRecords } from '../../store/records/layers.ts';
import type { BuildService, CacheRecord } from '../build-service.ts';
import type { StepCache } from './cache.ts';
import type { CacheMounts } from './cache-mounts.ts';
import { type PrunableRecord, type PruneOptions, planPrune } from './prune.ts';

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

/** All of them are looked at for a list or to be pruned, which must not take long. */
const MOST_RECORDS = 2000;

/** All of the cache: results of steps, cache mounts, and downloads, which are treated as those are. */
export class BuildCache implements AsyncDisposable {
  readonly #dependencies: BuildCacheDependencies;
  #trimming: Promise<void> | null = null;

  constructor(dependencies: BuildCacheDependencies) {
    this.#dependencies = dependencies;
  }

  async cache(): Promise<readonly CacheRecord[]> {
    return [...this.#steps(), ...(await this.#mounts())].map(({ record }) => record);
  }

  async prune(options: PruneOptions): ReturnType<BuildService['prune']> {
    // Cache mounts are measured first: between looking at steps and removing them nobody may come.
    const mounts = await this.#mounts();
    const { layers, records, now, steps, collect } = this.#dependencies;
    const sizes = new Map(layers.list().map(({ diffId, size }) => [diffId, size]));
    const inImages = records.layersOfImages();
    const of = { sizeOf: (layer: Digest) => sizes.get(layer) ?? 0, inImage: (layer: Digest) => inImages.has(layer) };
    const plan = planPrune([...this.#steps(inImages), ...mounts], of, options, now());
    const ofMounts = new Map(mounts.map(({ record }) => [record.id, record]));
    let { reclaimed } = plan;
    const kept = new Set(await steps.removeUnused(plan.ids.filter((id) => !ofMounts.has(id))));
    for (const id of plan.ids) {
      const mount = ofMounts.get(id);
      if (mount === undefined || (await this.#removeMount(id))) continue;
      kept.add(id);
      reclaimed -= mount.size;
    }
    await collect();
    return { deleted: plan.ids.filter((id) => !kept.has(id)), reclaimed };
  }

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
    await setImmediate();
    const { limit, records, logger } = this.#dependencies;
    const [keepStorage, mounts] = [limit(), await this.#mounts()];
    const bytes = mounts.reduce((sum, { record }) => sum + record.size, records.bytes());
    if (bytes <= keepStorage && records.count() + mounts.length <= MOST_RECORDS) return;
    const { deleted, reclaimed } = await this.prune({ all: true, filters: {}, keepStorage, keepRecords: MOST_RECORDS });
    if (deleted.length > 0) logger.info('old build cache was removed', { records: deleted.length, bytes: reclaimed });
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
