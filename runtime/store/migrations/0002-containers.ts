import type { Migration } from '../database.ts';

/** What a container is changes by an update alone; its name and its state do so often. */
export const containers: Migration = {
  name: 'containers',
  sql: `
    CREATE TABLE containers (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      definition TEXT NOT NULL,
      state TEXT NOT NULL
    ) STRICT;
  `,
};
