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

  insert({ name, createdAt, labels, options }: VolumeRecord): void {
    const sql = 'INSERT INTO volumes (name, created_nano, labels, options) VALUES (?, ?, ?, ?)';
    this.#database.run(sql, name, createdAt.toString(), JSON.stringify(labels), JSON.stringify(options));
  }

  /** Idempotent. */
  remove(name: string): void {
    this.#database.run('DELETE FROM volumes WHERE name = ?', name);
  }

  /** By name. Throws Internal naming the volume whose row is damaged. */
  all(): VolumeRecord[] {
    const rows = this.#database.all<{ name: string; created_nano: string; labels: string; options: string }>('SELECT * FROM volumes ORDER BY name');
    return rows.map(({ name, created_nano, labels, options }) => {
      try {
        return { name, createdAt: BigInt(created_nano), labels: texts.parse(JSON.parse(labels)), options: texts.parse(JSON.parse(options)) };
      } catch (cause) {
        throw new EngineError('Internal', `the record of volume ${name} is damaged`, { cause });
      }
    });
  }
}
