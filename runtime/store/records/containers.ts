import type { Database } from '../database.ts';

/** One container; `definition` and `state` are JSON of the container layer. */
export interface ContainerRow {
  readonly id: string;
  readonly name: string;
  readonly definition: string;
  readonly state: string;
}

export class ContainerTableRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert({ id, name, definition, state }: ContainerRow): void {
    this.#database.run('INSERT INTO containers (id, name, definition, state) VALUES (?, ?, ?, ?)', id, name, definition, state);
  }

  update(id: string, name: string, state: string): void {
    this.#database.run('UPDATE containers SET name = ?, state = ? WHERE id = ?', name, state, id);
  }

  redefine(id: string, definition: string, state: string): void {
    this.#database.run('UPDATE containers SET definition = ?, state = ? WHERE id = ?', definition, state, id);
  }

  /** Idempotent. */
  remove(id: string): void {
    this.#database.run('DELETE FROM containers WHERE id = ?', id);
  }

  all(): ContainerRow[] {
    return this.#database.all<ContainerRow & Record<string, unknown>>('SELECT id, name, definition, state FROM containers ORDER BY rowid');
  }
}
