import { z } from 'zod';
import type { BuildFeedMessage, BuildLog, BuildView } from '../../../runtime/api/types/build.ts';
import { type BulkResult, id, ids } from './fields.ts';

export const buildRequestSchemas = {
  'build.inspect': z.strictObject({ id }),
  /** `step`: its place in the list of all. */
  'build.logs': z.strictObject({ id, step: z.number().int().min(0).max(1_000_000) }),
  'build.remove': z.strictObject({ ids }),
} as const;

export interface BuildResults {
  'build.inspect': BuildView;
  'build.logs': { readonly pieces: readonly BuildLog[] };
  'build.remove': BulkResult;
}

export const buildStreamSchemas = { builds: z.strictObject({}) } as const;

export interface BuildOutputs {
  builds: BuildFeedMessage;
}

export interface BuildInputs {
  builds: never;
}
