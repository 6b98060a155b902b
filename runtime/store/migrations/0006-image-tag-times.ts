import type { Migration } from '../database.ts';

/** When an image was last given a name here; null: never. */
export const imageTagTimes: Migration = {
  name: 'image-tag-times',
  sql: 'ALTER TABLE images ADD COLUMN last_tagged_ms INTEGER;',
};
