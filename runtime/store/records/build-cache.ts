import { z } from 'zod';
import type { Digest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
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

const digests = z.array(z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]));

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
        JSON.stringify(step.layers),
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

  /** Layers that images consist of. */
  layersOfImages(): Set<Digest> {
    return new Set(this.#database.all<{ diff_id: Digest }>('SELECT DISTINCT diff_id FROM image_layers').map(({ diff_id }) => diff_id));
  }
}

function stepOf(row: CachedStepRow): CachedStep {
  const { id, key, parent, description, size } = row;
  try {
    return {
      id,
      key,
      parent,
      layers: digests.parse(JSON.parse(row.layers)),
      baseLayers: row.base_layers,
      description,
      size,
      createdAt: BigInt(row.created_nano),
      usedAt: row.used_nano === null ? null : BigInt(row.used_nano),
      usageCount: row.usage_count,
    };
  } catch (cause) {
    throw new EngineError('Internal', `the record ${id} of the build cache is damaged`, { cause });
  }
}
