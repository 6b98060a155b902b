import type { Migration } from '../database.ts';

/** Networks of users, and the engine's own as far as something of them is chosen; what one is never changes, who is on it is known by the containers. */
export const networks: Migration = {
  name: 'networks',
  sql: `
    CREATE TABLE networks (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      created_nano TEXT NOT NULL,
      definition TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
