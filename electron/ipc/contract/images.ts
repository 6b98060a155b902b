import { z } from 'zod';
import { type BulkResult, id, ids, reference } from './fields.ts';

export const imageRequestSchemas = {
  'image.remove': z.strictObject({ ids, force: z.boolean() }),
  'image.inspect': z.strictObject({ id }),
  'image.history': z.strictObject({ id }),
  'image.tag': z.strictObject({ id, reference }),
} as const;

export interface ImageResults {
  'image.remove': BulkResult;
  'image.inspect': unknown;
  'image.history': {
    readonly entries: readonly { readonly id: string; readonly created: number; readonly createdBy: string; readonly size: number; readonly comment: string }[];
  };
  'image.tag': null;
}

export const imageStreamSchemas = {
  'image.load': z.strictObject({ name: z.string().max(1024), size: z.number().int().min(0) }),
} as const;

export interface ImageOutputs {
  /** `loaded` closes it. */
  'image.load': { readonly phase: string; readonly current: number; readonly total: number } | { readonly loaded: readonly string[] };
}

export interface ImageInputs {
  /** Bytes of the archive in order, then `end`. */
  'image.load': Uint8Array | { readonly end: true };
}
