import { z } from 'zod';
import { type BulkResult, id, ids } from './fields.ts';

/** Volumes are named by their name, which is their id. */
const words = z.record(z.string().min(1).max(1024), z.string().max(4096)).refine((map) => Object.keys(map).length <= 100, 'more than 100');

export const volumeRequestSchemas = {
  'volume.create': z.strictObject({
    /** Empty: the engine finds one. */
    name: z.string().max(255),
    /** Of the driver `local`: type, device, o. */
    options: words,
    labels: words,
  }),
  'volume.remove': z.strictObject({ ids }),
  'volume.inspect': z.strictObject({ id }),
  /** Walks the files of each, unless that was done a moment ago. */
  'volume.sizes': z.strictObject({ ids }),
} as const;

export interface VolumeResults {
  'volume.create': { readonly id: string };
  'volume.remove': BulkResult;
  /** Docker's inspect object as it came. */
  'volume.inspect': unknown;
  /** Bytes by name; null: the files are not the engine's own, or the volume is gone. */
  'volume.sizes': { readonly sizes: Readonly<Record<string, number | null>> };
}

export const volumeStreamSchemas = {
  /** A new volume with the content of a tar, plain or packed by gzip or zstd. Shown in the list of tasks as well. */
  'volume.import': z.strictObject({ name: z.string().min(1).max(255), size: z.number().int().min(0) }),
} as const;

export interface VolumeOutputs {
  /** Bytes of the archive that the engine has; the stream closes when the volume is there. */
  'volume.import': { readonly written: number };
}

export interface VolumeInputs {
  /** Bytes of the archive in order, then `end`. */
  'volume.import': Uint8Array | { readonly end: true };
}
