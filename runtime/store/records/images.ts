import type { Digest } from '../../base/digest.ts';
import type { Database } from '../database.ts';

export interface ImageRecord {
  /** Digest of the config, which the content store holds. */
  readonly id: Digest;
  /** The image it was made from, empty when that is unknown. */
  readonly parent: string;
  /** Milliseconds since the epoch. */
  readonly createdMs: number;
  /** Bytes of all layers. */
  readonly size: number;
  /** Milliseconds since the epoch; absent: no name was given to it here. */
  readonly lastTaggedMs?: number;
}

interface ImageRow extends Record<string, unknown> {
  id: Digest;
  parent: string;
  created_ms: number;
  size: number;
  last_tagged_ms: number | null;
}

const COLUMNS = 'id, parent, created_ms, size, last_tagged_ms';

/** The table of images and which layers they consist of. */
export class ImageRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(id: Digest): ImageRecord | undefined {
    const row = this.#database.get<ImageRow>(`SELECT ${COLUMNS} FROM images WHERE id = ?`, id);
    return row === undefined ? undefined : recordOf(row);
  }

  /** Newest first. */
  list(): ImageRecord[] {
    return this.#database.all<ImageRow>(`SELECT ${COLUMNS} FROM images ORDER BY created_ms DESC, id`).map(recordOf);
  }

  /** Images whose hex digits begin with `prefix` (digits only), at most two: more is as ambiguous as two. */
  byPrefix(prefix: string): Digest[] {
    const sql = 'SELECT id FROM images WHERE id >= ? AND id < ? LIMIT 2';
    // 'g' comes after every hex digit.
    return this.#database.all<{ id: Digest }>(sql, `sha256:${prefix}`, `sha256:${prefix}g`).map(({ id }) => id);
  }

  childrenOf(id: Digest): Digest[] {
    return this.#database.all<{ id: Digest }>('SELECT id FROM images WHERE parent = ? ORDER BY id', id).map((row) => row.id);
  }

  /** Base first. */
  layersOf(id: Digest): Digest[] {
    const sql = 'SELECT diff_id FROM image_layers WHERE image_id = ? ORDER BY position';
    return this.#database.all<{ diff_id: Digest }>(sql, id).map(({ diff_id }) => diff_id);
  }

  /** Idempotent. Every layer must be recorded before. */
  put({ id, parent, createdMs, size, lastTaggedMs }: ImageRecord, layers: readonly Digest[]): void {
    this.#database.transaction(() => {
      const sql = `INSERT INTO images (${COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
      if (this.#database.run(sql, id, parent, createdMs, size, lastTaggedMs ?? null) === 0) return;
      for (const [position, diffId] of layers.entries()) {
        this.#database.run('INSERT INTO image_layers (image_id, position, diff_id) VALUES (?, ?, ?)', id, position, diffId);
      }
    });
  }

  /** Notes that the image was given a name now. */
  setTagged(id: Digest, milliseconds: number): void {
    this.#database.run('UPDATE images SET last_tagged_ms = ? WHERE id = ?', milliseconds, id);
  }

  /** Bytes of the layers that other images have too, by image; 0 for those that are not in it. */
  sharedSizes(): Map<Digest, number> {
    const sql = `
      WITH pairs AS (SELECT DISTINCT image_id, diff_id FROM image_layers),
        shared AS (SELECT diff_id FROM pairs GROUP BY diff_id HAVING count(*) > 1)
      SELECT image_id, sum(size) AS size FROM pairs JOIN shared USING (diff_id) JOIN layers USING (diff_id) GROUP BY image_id`;
    return new Map(this.#database.all<{ image_id: Digest; size: number }>(sql).map(({ image_id, size }) => [image_id, size]));
  }

  /** Bytes of all layers that images have, each once. */
  layersSize(): number {
    const sql = 'SELECT coalesce(sum(size), 0) AS size FROM layers WHERE diff_id IN (SELECT diff_id FROM image_layers)';
    return this.#database.get<{ size: number }>(sql)?.size ?? 0;
  }

  /** Its tags must be gone before. */
  remove(id: Digest): void {
    this.#database.run('DELETE FROM images WHERE id = ?', id);
  }
}

function recordOf({ id, parent, created_ms, size, last_tagged_ms }: ImageRow): ImageRecord {
  return { id, parent, createdMs: created_ms, size, ...(last_tagged_ms === null ? {} : { lastTaggedMs: last_tagged_ms }) };
}
