import type { Migration } from '../database.ts';

/** Who besides images and containers needs which layers and blobs. A resource may be leased before it is there. */
export const leases: Migration = {
  name: 'leases',
  sql: `
    CREATE TABLE leases (
      owner TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('layer', 'blob')),
      digest TEXT NOT NULL,
      permanent INTEGER NOT NULL,
      PRIMARY KEY (owner, kind, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX leases_by_resource ON leases (kind, digest);
  `,
};
