import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Trash } from '../../store/trash.ts';

/** What is known of everything that the build cache keeps; nanoseconds since the epoch as text. */
export const useFields = {
  description: z.string(),
  createdAt: z.string().regex(/^[0-9]+$/),
  lastUsedAt: z.string().regex(/^[0-9]+$/),
  usageCount: z.int().min(0),
};

/** Directories below one, each with a record of what is in it: `<root>/<name>/meta.json`. */
export class KeptRecords<R> {
  readonly #root: string;
  readonly #schema: z.ZodType<R>;

  /** Makes `root` when it is missing. */
  constructor(root: string, schema: z.ZodType<R>) {
    this.#root = root;
    this.#schema = schema;
    mkdirSync(root, { recursive: true, mode: 0o700 });
  }

  /** By name. A directory without a record is what an engine that died has begun: it goes to the trash. */
  *readAll(trash: Pick<Trash, 'discard'>): Generator<readonly [name: string, record: R]> {
    for (const name of readdirSync(this.#root)) {
      const record = this.#read(name);
      if (record === null) trash.discard(join(this.#root, name));
      else yield [name, record];
    }
  }

  write(name: string, record: R): void {
    const path = join(this.#root, name, 'meta.json');
    writeFileSync(`${path}.new`, JSON.stringify(record));
    renameSync(`${path}.new`, path);
  }

  #read(name: string): R | null {
    try {
      return this.#schema.parse(JSON.parse(readFileSync(join(this.#root, name, 'meta.json'), 'utf8')));
    } catch {
      return null;
    }
  }
}
