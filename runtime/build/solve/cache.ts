import { setImmediate } from 'node:timers/promises';
import { type Digest, hexOf } from '../../base/digest.ts';
import type { Leases } from '../../store/leases.ts';
import type { BuildCacheRecords, CachedStep } from '../../store/records/build-cache.ts';
import type { LayerRecords } from '../../store/records/layers.ts';

export interface CacheDependencies {
  readonly records: BuildCacheRecords;
  readonly layers: Pick<LayerRecords, 'get'>;
  readonly leases: Pick<Leases, 'add' | 'release'>;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

/** Records removed in one turn of the event loop. */
const REMOVED_AT_ONCE = 100;

/** What a step resulted in. */
export interface StepResult {
  readonly layers: readonly Digest[];
  /** How many of them are its base's. */
  readonly baseLayers: number;
  /** Of the record whose result the base is. */
  readonly parent: string | null;
  readonly description: string;
}

/** Results of steps by key. Each record owns all layers it consists of by a lease of its own. */
export class StepCache {
  readonly #dependencies: CacheDependencies;
  /** How many running builds have used a record. */
  readonly #users = new Map<string, number>();

  constructor(dependencies: CacheDependencies) {
    this.#dependencies = dependencies;
  }

  /** Undefined as well when a layer of it is gone; the record is gone then too. */
  find(key: Digest): CachedStep | undefined {
    const { records, layers } = this.#dependencies;
    const found = records.byKey(key);
    if (found === undefined || found.layers.every((layer) => layers.get(layer) !== undefined)) return found;
    this.remove(found.id);
    return undefined;
  }

  use(id: string): void {
    this.#dependencies.records.use(id, this.#dependencies.now());
  }

  /** Replaces the result that the key had, unless it is the same one. Resolves to the record's id. */
  put(key: Digest, { layers, baseLayers, parent, description }: StepResult): string {
    const { records, leases, now } = this.#dependencies;
    const known = records.byKey(key);
    if (known !== undefined && known.layers.join() === layers.join()) {
      this.use(known.id);
      return known.id;
    }
    const id = hexOf(key).slice(0, 25);
    const size = layers.slice(baseLayers).reduce((sum, layer) => sum + (this.#dependencies.layers.get(layer)?.size ?? 0), 0);
    const time = now();
    // A lease without its record would keep layers for ever.
    records.together(() => {
      if (known !== undefined) this.remove(known.id);
      leases.add(leaseOf(id), { layers }, { permanent: true });
      records.put({ id, key, parent, layers, baseLayers, description, size, createdAt: time, usedAt: time, usageCount: 1 });
    });
    return id;
  }

  /** Removes those that no build uses. Resolves to the others. */
  async removeUnused(ids: readonly string[]): Promise<readonly string[]> {
    const kept: string[] = [];
    for (let begin = 0; begin < ids.length; begin += REMOVED_AT_ONCE) {
      if (begin > 0) await setImmediate();
      this.#dependencies.records.together(() => {
        for (const id of ids.slice(begin, begin + REMOVED_AT_ONCE)) {
          if (this.inUse(id)) kept.push(id);
          else this.remove(id);
        }
      });
    }
    return kept;
  }

  /** Idempotent. What nobody else has of it goes at the next collection of garbage. */
  remove(id: string): void {
    const { records, leases } = this.#dependencies;
    records.together(() => {
      records.remove(id);
      leases.release(leaseOf(id));
    });
  }

  inUse(id: string): boolean {
    return this.#users.has(id);
  }

  /** Records used by one build; disposing ends the use of all of them. */
  users(): { add(id: string): void } & Disposable {
    const used = new Set<string>();
    return {
      add: (id) => {
        if (used.has(id)) return;
        used.add(id);
        this.#users.set(id, (this.#users.get(id) ?? 0) + 1);
      },
      [Symbol.dispose]: () => {
        for (const id of used) {
          const others = (this.#users.get(id) ?? 1) - 1;
          if (others > 0) this.#users.set(id, others);
          else this.#users.delete(id);
        }
      },
    };
  }
}

function leaseOf(id: string): string {
  return `cache/${id}`;
}
