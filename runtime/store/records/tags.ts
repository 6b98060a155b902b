import type { Digest } from '../../base/digest.ts';
import type { Database } from '../database.ts';

/** The table of names; a name is a reference in full form (`docker.io/library/busybox:latest`). */
export class TagRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(reference: string): Digest | undefined {
    return this.#database.get<{ image_id: Digest }>('SELECT image_id FROM tags WHERE reference = ?', reference)?.image_id;
  }

  of(id: Digest): string[] {
    const rows = this.#database.all<{ reference: string }>('SELECT reference FROM tags WHERE image_id = ? ORDER BY reference', id);
    return rows.map(({ reference }) => reference);
  }

  /** Every name of every image. */
  all(): Map<Digest, string[]> {
    const tags = new Map<Digest, string[]>();
    for (const { reference, image_id } of this.#database.all<{ reference: string; image_id: Digest }>('SELECT * FROM tags ORDER BY reference')) {
      const known = tags.get(image_id);
      if (known === undefined) tags.set(image_id, [reference]);
      else known.push(reference);
    }
    return tags;
  }

  /** Moves the name when another image has it. */
  put(reference: string, id: Digest): void {
    const sql = 'INSERT INTO tags (reference, image_id) VALUES (?, ?) ON CONFLICT (reference) DO UPDATE SET image_id = excluded.image_id';
    this.#database.run(sql, reference, id);
  }

  remove(reference: string): void {
    this.#database.run('DELETE FROM tags WHERE reference = ?', reference);
  }
}
