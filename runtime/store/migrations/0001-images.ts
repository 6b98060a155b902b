import type { Migration } from '../database.ts';

export const images: Migration = {
  name: 'images',
  sql: `
    CREATE TABLE layers (
      diff_id TEXT PRIMARY KEY,
      size INTEGER NOT NULL,
      tar_size INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE images (
      id TEXT PRIMARY KEY,
      parent TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      size INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE image_layers (
      image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      diff_id TEXT NOT NULL REFERENCES layers (diff_id),
      PRIMARY KEY (image_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX image_layers_by_layer ON image_layers (diff_id);

    CREATE TABLE tags (
      reference TEXT PRIMARY KEY,
      image_id TEXT NOT NULL REFERENCES images (id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tags_by_image ON tags (image_id);
  `,
};
