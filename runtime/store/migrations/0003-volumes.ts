import type { Migration } from '../database.ts';

/** What a volume is never changes; who uses it is known by the containers. `made_for` is a container that is being made along with it. */
export const volumes: Migration = {
  name: 'volumes',
  sql: `
    CREATE TABLE volumes (
      name TEXT PRIMARY KEY,
      created_nano TEXT NOT NULL,
      labels TEXT NOT NULL,
      options TEXT NOT NULL,
      made_for TEXT
    ) STRICT, WITHOUT ROWID;
  `,
};
