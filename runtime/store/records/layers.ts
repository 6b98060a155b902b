import type { Digest } from '../../base/digest.ts';
import type { Database } from '../database.ts';

export interface LayerRecord {
  readonly diffId: Digest;
  /** Bytes of the files in it. */
  readonly size: number;
  /** Bytes of its uncompressed tar. */
  readonly tarSize: number;
}

interface LayerRow extends Record<string, unknown> {
  diff_id: Digest;
  size: number;
  tar_size: number;
}

const UNOWNED = `NOT EXISTS (SELECT 1 FROM image_layers WHERE image_layers.diff_id = layers.diff_id)
  AND NOT EXISTS (SELECT 1 FROM leases WHERE kind = 'layer' AND digest = layers.diff_id)`;

/** The table of extracted layers. */
export class LayerRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(diffId: Digest): LayerRecord | undefined {
    const row = this.#database.get<LayerRow>('SELECT * FROM layers WHERE diff_id = ?', diffId);
    return row === undefined ? undefined : recordOf(row);
  }

  list(): LayerRecord[] {
    return this.#database.all<LayerRow>('SELECT * FROM layers ORDER BY diff_id').map(recordOf);
  }

  /** True when some layer's tar has exactly this size: then a tar of this size may well be that layer. */
  anyOfTarSize(tarSize: number): boolean {
    return this.#database.get('SELECT 1 AS found FROM layers WHERE tar_size = ? LIMIT 1', tarSize) !== undefined;
  }

  /** Idempotent. */
  put({ diffId, size, tarSize }: LayerRecord): void {
    this.#database.run('INSERT INTO layers (diff_id, size, tar_size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', diffId, size, tarSize);
  }

  /** Layers that no image consists of and nobody has leased. */
  unowned(): Digest[] {
    return this.#database.all<{ diff_id: Digest }>(`SELECT diff_id FROM layers WHERE ${UNOWNED} ORDER BY diff_id`).map(({ diff_id }) => diff_id);
  }

  /** Removes the record of a layer that is unowned still; false when it is not. */
  removeUnowned(diffId: Digest): boolean {
    return this.#database.run(`DELETE FROM layers WHERE diff_id = ? AND ${UNOWNED}`, diffId) > 0;
  }
}

function recordOf({ diff_id, size, tar_size }: LayerRow): LayerRecord {
  return { diffId: diff_id, size, tarSize: tar_size };
}
