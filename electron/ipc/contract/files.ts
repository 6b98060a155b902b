import { z } from 'zod';
import type { DirectoryAnswer, FileAnswer } from '../../../runtime/api/types/files.ts';
import { type BulkResult, id } from './fields.ts';

/** Whose files. */
const at = z.discriminatedUnion('of', [z.strictObject({ of: z.literal('container'), id }), z.strictObject({ of: z.literal('volume'), id })]);
export type FilePlace = z.infer<typeof at>;
/** Absolute, with links followed as the object itself would. */
const path = z.string().min(1).max(4096);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Of a FileEntry. */
const version = z.string().max(64);

/** Bytes that one look at a file may take. */
const MAX_LOOK = 16 * 1024 * 1024;

export const fileRequestSchemas = {
  'file.list': z.strictObject({
    at,
    path,
    offset: count,
    limit: z.number().int().min(1).max(2000),
    sort: z.enum(['name', 'size', 'modified']),
    descending: z.boolean(),
    /** Text that names have; empty: all. */
    match: z.string().max(256),
  }),
  'file.stat': z.strictObject({ at, path, follow: z.boolean() }),
  'file.makeDirectory': z.strictObject({ at, path }),
  /** Never onto what is there: 409. */
  'file.rename': z.strictObject({ at, path, to: path }),
  'file.remove': z.strictObject({ at, paths: z.array(path).min(1).max(1000) }),
} as const;

export interface FileResults {
  'file.list': DirectoryAnswer;
  'file.stat': FileAnswer;
  'file.makeDirectory': null;
  'file.rename': null;
  /** Its ids are the paths. */
  'file.remove': BulkResult;
}

export const fileStreamSchemas = {
  /** The first bytes of a file. */
  'file.read': z.strictObject({ at, path, length: z.number().int().min(1).max(MAX_LOOK) }),
  /** A file of `size` bytes in the place of `path`, all of it or nothing. `version`: only of that state (409), empty: only where nothing is, null: whatever is there. */
  'file.write': z.strictObject({ at, path, size: count, version: version.nullable() }),
} as const;

export interface FileOutputs {
  'file.read': Uint8Array;
  /** Bytes that the engine has; the stream closes when the file is in its place. */
  'file.write': { readonly written: number };
}

export interface FileInputs {
  'file.read': never;
  /** Bytes in order, then `end`. */
  'file.write': Uint8Array | { readonly end: true };
}
