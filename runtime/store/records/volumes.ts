import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import type { Database } from '../database.ts';

export interface VolumeRecord {
  readonly name: string;
  /** Nanoseconds since the epoch. */
  readonly createdAt: bigint;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

const texts = z.record(z.string(), z.string());

export class VolumeRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** `madeFor`: the id of a container without which the volume is not wanted, or `import` while it is being filled; until `settle`. */
  insert({ name, createdAt, labels, options }: VolumeRecord, madeFor: string | null = null): void {
    const sql = 'INSERT INTO volumes (name, created_nano, labels, options, made_for) VALUES (?, ?, ?, ?, ?)';
    this.#database.run(sql, name, createdAt.toString(), JSON.stringify(labels), JSON.stringify(options), madeFor);
  }

  /** The volume stands on its own from now on, whomever it was made for. */
  settle(name: string): void {
    this.#database.run('UPDATE volumes SET made_for = NULL WHERE name = ? AND made_for IS NOT NULL', name);
  }

  /** Names of volumes made for a container that never came to be, or only half filled, because the engine died. */
  unwanted(): string[] {
    return this.#database.all<{ name: string }>('SELECT name FROM volumes WHERE made_for IS NOT NULL').map(({ name }) => name);
  }

  /** Idempotent. */
  remove(name: string): void {
    this.#database.run('DELETE FROM volumes WHERE name = ?', name);
  }

  /** By name. Throws Internal naming the volume whose row is damaged. */
  all(): VolumeRecord[] {
    const rows = this.#database.all<{ name: string; created_nano: string; labels: string; options: string }>(
      'SELECT name, created_nano, labels, options FROM volumes ORDER BY name',
    );
    return rows.map(({ name, created_nano, labels, options }) => {
      try {
        return { name, createdAt: BigInt(created_nano), labels: texts.parse(JSON.parse(labels)), options: texts.parse(JSON.parse(options)) };
      } catch (cause) {
        throw new EngineError('Internal', `the record of volume ${name} is damaged`, { cause });
      }
    });
  }
}
