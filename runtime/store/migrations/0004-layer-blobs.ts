import type { Migration } from '../database.ts';

/** In which repositories a layer lies, and as which compressed blob: it need not be sent there again. */
export const layerBlobs: Migration = {
  name: 'layer-blobs',
  sql: `
    CREATE TABLE layer_blobs (
      diff_id TEXT NOT NULL REFERENCES layers (diff_id) ON DELETE CASCADE,
      repository TEXT NOT NULL,
      digest TEXT NOT NULL,
      size INTEGER NOT NULL,
      PRIMARY KEY (diff_id, repository)
    ) STRICT, WITHOUT ROWID;
  `,
};
