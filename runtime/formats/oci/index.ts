import { z } from 'zod';
import { descriptorSchema } from './descriptor.ts';

/** image-spec image-index.md and Docker's manifest list; refused when it could be read as a manifest too (CVE-2021-41190). */
export const indexSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().max(256).nullish(),
  manifests: z.array(descriptorSchema).max(1000),
  config: z.undefined({ error: 'an index has no config' }).optional(),
  layers: z.undefined({ error: 'an index has no layers' }).optional(),
});

export type Index = z.infer<typeof indexSchema>;
