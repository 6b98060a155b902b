import { z } from 'zod';
import { isDigest } from '../../base/digest.ts';

const digestSchema = z.string().refine(isDigest, { error: 'not a sha256 digest' });

/** image-spec descriptor.md. `urls` and `data` are never used: content comes from where the descriptor did. */
export const descriptorSchema = z.looseObject({
  mediaType: z.string().max(256),
  digest: digestSchema,
  size: z.int().min(0),
  annotations: z.record(z.string(), z.string()).nullish(),
  platform: z.looseObject({ architecture: z.string().max(64), os: z.string().max(64), variant: z.string().max(64).nullish() }).nullish(),
});

export type Descriptor = z.infer<typeof descriptorSchema>;
