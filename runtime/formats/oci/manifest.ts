import { z } from 'zod';
import { descriptorSchema } from './descriptor.ts';

/**
 * image-spec manifest.md and Docker's schema 2. A document that could be read as an index too is refused: two readers
 * would see two images under one digest (CVE-2021-41190).
 */
export const manifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().max(256).nullish(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(1000),
  manifests: z.undefined({ error: 'a manifest has no manifests' }).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
