import { z } from 'zod';

export const ARCHIVE_MANIFEST = 'manifest.json';

const path = z.string().min(1).max(4096);

/** manifest.json of `docker save`: each image's config, names and layers (base first) as paths within the archive. */
export const archiveManifestSchema = z
  .array(
    z.looseObject({
      Config: path,
      RepoTags: z.array(z.string().max(512)).max(10_000).nullish(),
      Layers: z.array(path).max(1000).nullish(),
    }),
  )
  .max(10_000);

export type ArchiveManifest = z.infer<typeof archiveManifestSchema>;
