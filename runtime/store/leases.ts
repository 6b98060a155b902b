import { randomUUID } from 'node:crypto';
import type { Digest } from '../base/digest.ts';
import type { Database } from './database.ts';

export interface LeasedResources {
  /** By diffID; it need not be here yet. */
  readonly layers?: readonly Digest[];
  /** In the content store, or on its way there. */
  readonly blobs?: readonly Digest[];
}

/** A temporary owner; disposing of it releases what it has. */
export interface Hold extends Disposable {
  readonly owner: string;
  add(resources: LeasedResources): void;
}

/**
 * What must stay though no image and no container needs it: an owner by name (`build/<id>`, `cache/<id>`, `pull/<id>`) has layers
 * and blobs until it is released. Whoever finds a layer here and means to use it leases it in the same turn of the event loop.
 */
export class Leases {
  readonly #database: Database;

  /** Drops the temporary leases of an engine that is no more. */
  constructor(database: Database) {
    this.#database = database;
    database.run('DELETE FROM leases WHERE permanent = 0');
  }

  /** Adds to what `owner` has. Idempotent. A permanent lease outlives the engine; a resource once leased permanently stays so. */
  add(owner: string, { layers = [], blobs = [] }: LeasedResources, { permanent = false }: { readonly permanent?: boolean } = {}): void {
    const sql = `INSERT INTO leases (owner, kind, digest, permanent) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET permanent = max(permanent, excluded.permanent)`;
    this.#database.transaction(() => {
      for (const digest of layers) this.#database.run(sql, owner, 'layer', digest, permanent ? 1 : 0);
      for (const digest of blobs) this.#database.run(sql, owner, 'blob', digest, permanent ? 1 : 0);
    });
  }

  /** Takes everything from `owner`; what nobody needs then goes at the next collection. Idempotent. */
  release(owner: string): void {
    this.#database.run('DELETE FROM leases WHERE owner = ?', owner);
  }

  /** A temporary owner that no other is like, named after what it does. */
  hold(work: string): Hold {
    const owner = `${work}/${randomUUID()}`;
    return { owner, add: (resources) => this.add(owner, resources), [Symbol.dispose]: () => this.release(owner) };
  }

  /** True when anybody has leased the blob. */
  hasBlob(digest: Digest): boolean {
    return this.#database.get("SELECT 1 AS found FROM leases WHERE kind = 'blob' AND digest = ? LIMIT 1", digest) !== undefined;
  }

  /** Everyone who has something. */
  owners(): string[] {
    return this.#database.all<{ owner: string }>('SELECT DISTINCT owner FROM leases ORDER BY owner').map(({ owner }) => owner);
  }
}
