import type { Digest } from '../../base/digest.ts';
import type { Database } from '../database.ts';

/** The result of one build step. */
export interface CachedStep {
  readonly id: string;
  readonly key: Digest;
  /** Id of the step whose result it stands on; null: an image's, or none that is known. */
  readonly parent: string | null;
  /** All of them, base first; the first `baseLayers` are its base's. */
  readonly layers: readonly Digest[];
  readonly baseLayers: number;
  readonly description: string;
  /** Bytes of its own layers. */
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly createdAt: bigint;
  readonly usedAt: bigint | null;
  readonly usageCount: number;
}

interface CachedStepRow extends Record<string, unknown> {
  id: string;
  key: Digest;
  parent: string | null;
  layers: string;
  base_layers: number;
  description: string;
  size: number;
  created_nano: string;
  used_nano: string | null;
  usage_count: number;
}

/** The table of results of build steps. */
export class BuildCacheRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  byKey(key: Digest): CachedStep | undefined {
    const row = this.#database.get<CachedStepRow>('SELECT * FROM build_cache WHERE key = ?', key);
    return row === undefined ? undefined : stepOf(row);
  }

  count(): number {
    return this.#database.get<{ count: number }>('SELECT count(*) AS count FROM build_cache')?.count ?? 0;
  }

  /** Oldest first. */
  list(): CachedStep[] {
    return this.#database.all<CachedStepRow>('SELECT * FROM build_cache ORDER BY created_nano, id').map(stepOf);
  }

  /** Replaces the one with its key. */
  put(step: CachedStep): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM build_cache WHERE key = ? OR id = ?', step.key, step.id);
      this.#database.run(
        `INSERT INTO build_cache (id, key, parent, layers, base_layers, description, size, created_nano, used_nano, usage_count)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        step.id,
        step.key,
        step.parent,
        step.layers.join(' '),
        step.baseLayers,
        step.description,
        step.size,
        step.createdAt.toString(),
        step.usedAt?.toString() ?? null,
        step.usageCount,
      );
    });
  }

  /** Counts one more use. */
  use(id: string, usedAt: bigint): void {
    this.#database.run('UPDATE build_cache SET used_nano = ?, usage_count = usage_count + 1 WHERE id = ?', usedAt.toString(), id);
  }

  /** Idempotent. */
  remove(id: string): void {
    this.#database.run('DELETE FROM build_cache WHERE id = ?', id);
  }

  /** All changes that `work` makes, or none. */
  together(work: () => void): void {
    this.#database.transaction(work);
  }

  /** Bytes of the layers that the cache alone keeps. */
  bytes(): number {
    // Each record has a lease of its layers: leases by owner are an index over all of them.
    const sql = `SELECT coalesce(sum(size), 0) AS bytes FROM layers
      WHERE diff_id IN (SELECT digest FROM leases WHERE owner >= 'cache/' AND owner < 'cache0' AND kind = 'layer')
        AND diff_id NOT IN (SELECT diff_id FROM image_layers)`;
    return this.#database.get<{ bytes: number }>(sql)?.bytes ?? 0;
  }

  /** Layers that images consist of. */
  layersOfImages(): Set<Digest> {
    return new Set(this.#database.all<{ diff_id: Digest }>('SELECT DISTINCT diff_id FROM image_layers').map(({ diff_id }) => diff_id));
  }
}

function stepOf(row: CachedStepRow): CachedStep {
  const { id, key, parent, description, size } = row;
  return {
    id,
    key,
    parent,
    // Thousands of records have tens of thousands of layers: they are kept as plain text.
    layers: row.layers === '' ? [] : (row.layers.split(' ') as Digest[]),
    baseLayers: row.base_layers,
    description,
    size,
    createdAt: BigInt(row.created_nano),
    usedAt: row.used_nano === null ? null : BigInt(row.used_nano),
    usageCount: row.usage_count,
  };
}
