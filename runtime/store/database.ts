import { statfsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { EngineError } from '../base/errors.ts';

/** One step of the schema's history; its place in the list (from 1) is the version it leads to. Never edited once released. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Room that is kept, in the file and as often in its log: enough for what is noted on the way until a full disk has room again. */
const RESERVE_BYTES = 1024 * 1024;
/** Log that is written before it begins anew, of its frames of a page each (SQLite's `wal_autocheckpoint`). */
const LOG_ROUNDS = 4;
const PAGE_BYTES = 4096;
/** Of the disk; with less nothing is reserved. */
const LEAST_FREE = 4 * LOG_ROUNDS * RESERVE_BYTES;
/** Writes after which it is looked whether the room is still there. */
const LOOK_EVERY = 1000;
/** Result code of SQLite. */
const FULL = 13;

export type Row = Readonly<Record<string, unknown>>;

/**
 * The engine's facts. Write-ahead logging with synchronous NORMAL: a crash of the engine loses nothing, a power cut may
 * lose the newest transactions but never half of one. On a disk that is full it goes on in room of its own, and says
 * `no space left on device` (Internal, `details.code` ENOSPC) only where that is used up.
 */
export class Database implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;
  #writes = 0;

  /** Opens or makes `path` (`:memory:` for tests) and brings it to the newest version. Throws Conflict when it is from a newer Slipway. */
  constructor(path: string, migrations: readonly Migration[]) {
    this.#database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      this.#migrate(path, migrations);
      this.#reserve(LOG_ROUNDS);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  all<T extends Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepare(sql).all(...values) as T[];
  }

  get<T extends Row>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#prepare(sql).get(...values) as T | undefined;
  }

  /** The number of rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    try {
      const changes = Number(this.#prepare(sql).run(...values).changes);
      if (this.#depth === 0) this.#written();
      return changes;
    } catch (error) {
      throw inWords(error);
    }
  }

  /** All of `work` or nothing; nested calls join the outer one. `work` must not wait: others would write into its transaction. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#database.exec('BEGIN IMMEDIATE');
    this.#depth++;
    try {
      const result = work();
      this.#database.exec('COMMIT');
      this.#written();
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw inWords(error);
    } finally {
      this.#depth--;
    }
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #written(): void {
    if (++this.#writes % LOOK_EVERY !== 0) return;
    const { freelist_count: free = 0 } = this.#database.prepare('PRAGMA freelist_count').get() ?? {};
    if (Number(free) < RESERVE_BYTES / PAGE_BYTES / 2) this.#reserve(1);
  }

  /** What was written and dropped leaves pages of the file free and the log as long as it was: both are written again without asking for more. */
  #reserve(rounds: number): void {
    const path = this.#database.location();
    if (path === null) return;
    const { bavail, bsize } = statfsSync(path);
    // What would be reserved in the log alone could not come into the file any more.
    if (bavail * bsize < LEAST_FREE) return;
    try {
      for (let round = 0; round < rounds; round++) {
        this.#database.exec(`BEGIN; CREATE TABLE room (bytes BLOB); INSERT INTO room VALUES (zeroblob(${RESERVE_BYTES})); DROP TABLE room; COMMIT`);
      }
      // Until then the file is as short as it was.
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      // Filled by others meanwhile.
      if (!isFull(error)) throw error;
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #migrate(path: string, migrations: readonly Migration[]): void {
    const version = Number(this.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0);
    if (version > migrations.length) {
      throw new EngineError(
        'Conflict',
        `${path} was written by a newer Slipway (schema ${version}, this one knows ${migrations.length}): use that version or another root`,
      );
    }
    for (const [index, { sql }] of migrations.entries()) {
      if (index < version) continue;
      this.transaction(() => {
        this.#database.exec(sql);
        this.#database.exec(`PRAGMA user_version = ${index + 1}`);
      });
    }
  }
}

const isFull = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === FULL;

function inWords(error: unknown): unknown {
  return isFull(error) ? new EngineError('Internal', 'no space left on device', { cause: error, details: { code: 'ENOSPC' } }) : error;
}
