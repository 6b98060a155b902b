import type { Migration } from '../database.ts';

/** Results of build steps by their keys, what each step of a thing that is built was made of the last time, and builds that were begun. */
export const builds: Migration = {
  name: 'builds',
  sql: `
    CREATE TABLE build_cache (
      id TEXT PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      parent TEXT,
      layers TEXT NOT NULL,
      base_layers INTEGER NOT NULL,
      description TEXT NOT NULL,
      size INTEGER NOT NULL,
      created_nano TEXT NOT NULL,
      used_nano TEXT,
      usage_count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE build_steps (
      scope TEXT NOT NULL,
      stage TEXT NOT NULL,
      position INTEGER NOT NULL,
      instruction TEXT NOT NULL,
      base TEXT NOT NULL,
      files TEXT NOT NULL,
      seen INTEGER NOT NULL,
      PRIMARY KEY (scope, stage, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX build_steps_by_age ON build_steps (seen);

    CREATE TABLE builds (
      id TEXT PRIMARY KEY,
      status TEXT NOT NULL,
      started_nano TEXT NOT NULL,
      finished_nano TEXT,
      error TEXT NOT NULL,
      image TEXT,
      target TEXT NOT NULL,
      dockerfile_name TEXT NOT NULL,
      context_name TEXT NOT NULL,
      tags TEXT NOT NULL,
      build_args TEXT NOT NULL,
      dockerfile TEXT NOT NULL,
      warnings TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE build_vertices (
      build_id TEXT NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      stage TEXT NOT NULL,
      inputs TEXT NOT NULL,
      started_nano TEXT,
      completed_nano TEXT,
      cached INTEGER NOT NULL,
      miss TEXT NOT NULL,
      error TEXT NOT NULL,
      PRIMARY KEY (build_id, position)
    ) STRICT, WITHOUT ROWID;
  `,
};
