import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import type { Database } from '../database.ts';

const texts = z.record(z.string(), z.string());

const definitionSchema = z.object({
  driver: z.string(),
  internal: z.boolean(),
  attachable: z.boolean(),
  enableIPv4: z.boolean(),
  enableIPv6: z.boolean(),
  pools: z.array(z.object({ subnet: z.string(), ipRange: z.string(), gateway: z.string(), auxiliary: texts })),
  hasOwnSubnets: z.boolean(),
  ipamOptions: texts,
  options: texts,
  labels: texts,
});

type Texts = Readonly<Record<string, string>>;

export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  /** Nanoseconds since the epoch. */
  readonly createdAt: bigint;
  readonly driver: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIPv4: boolean;
  readonly enableIPv6: boolean;
  readonly pools: readonly { readonly subnet: string; readonly ipRange: string; readonly gateway: string; readonly auxiliary: Texts }[];
  readonly hasOwnSubnets: boolean;
  readonly ipamOptions: Texts;
  readonly options: Texts;
  readonly labels: Texts;
}

export class NetworkRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes the place of the one with the same id. */
  put({ id, name, createdAt, ...definition }: NetworkRecord): void {
    const sql = 'INSERT OR REPLACE INTO networks (id, name, created_nano, definition) VALUES (?, ?, ?, ?)';
    this.#database.run(sql, id, name, createdAt.toString(), JSON.stringify(definitionSchema.parse(definition)));
  }

  /** Idempotent. */
  remove(id: string): void {
    this.#database.run('DELETE FROM networks WHERE id = ?', id);
  }

  /** Oldest first. Throws Internal naming the network whose row is damaged. */
  all(): NetworkRecord[] {
    const rows = this.#database.all<{ id: string; name: string; created_nano: string; definition: string }>(
      'SELECT id, name, created_nano, definition FROM networks',
    );
    const records = rows.map(({ id, name, created_nano, definition }) => {
      try {
        return { id, name, createdAt: BigInt(created_nano), ...definitionSchema.parse(JSON.parse(definition)) };
      } catch (cause) {
        throw new EngineError('Internal', `the record of network ${name} is damaged`, { cause });
      }
    });
    return records.sort((a, b) => (a.createdAt < b.createdAt ? -1 : Number(a.createdAt > b.createdAt)));
  }
}
