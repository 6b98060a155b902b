import type { Migration } from '../database.ts';

/** What a volume is never changes; who uses it is known by the containers. */
export const volumes: Migration = {
  name: 'volumes',
  sql: `
    CREATE TABLE volumes (
      name TEXT PRIMARY KEY,
      created_nano TEXT NOT NULL,
      labels TEXT NOT NULL,
      options TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
