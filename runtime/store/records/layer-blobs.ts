import type { Digest } from '../../base/digest.ts';
import type { Database } from '../database.ts';

/** A layer as a gzip blob of a repository. */
export interface LayerBlob {
  /** In full: `docker.io/library/busybox`. */
  readonly repository: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** The table of what registries were seen to have. It may be out of date: they are asked before it counts. */
export class LayerBlobRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(diffId: Digest): LayerBlob[] {
    const sql = 'SELECT repository, digest, size FROM layer_blobs WHERE diff_id = ? ORDER BY repository';
    return this.#database.all<{ repository: string; digest: Digest; size: number }>(sql, diffId);
  }

  /** The layer must be recorded. */
  put(diffId: Digest, { repository, digest, size }: LayerBlob): void {
    const sql =
      'INSERT INTO layer_blobs (diff_id, repository, digest, size) VALUES (?, ?, ?, ?) ON CONFLICT (diff_id, repository) DO UPDATE SET digest = excluded.digest, size = excluded.size';
    this.#database.run(sql, diffId, repository, digest, size);
  }
}
