import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { EngineError } from '../base/errors.ts';

/** One step of the schema's history; its place in the list (from 1) is the version it leads to. Never edited once released. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * The engine's facts. Write-ahead logging with synchronous NORMAL: a crash of the engine loses nothing, a power cut may
 * lose the newest transactions but never half of one.
 */
export class Database implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /** Opens or makes `path` (`:memory:` for tests) and brings it to the newest version. Throws Conflict when it is from a newer Slipway. */
  constructor(path: string, migrations: readonly Migration[]) {
    this.#database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      this.#migrate(path, migrations);
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
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** All of `work` or nothing; nested calls join the outer one. `work` must not wait: others would write into its transaction. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#database.exec('BEGIN IMMEDIATE');
    this.#depth++;
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth--;
    }
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
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
