import { z } from 'zod';
import type { ImageLayersAnswer, LayerDirectoryAnswer } from '../../../runtime/api/types/layers.ts';
import { type BulkResult, id, ids, reference } from './fields.ts';

export const imageRequestSchemas = {
  'image.remove': z.strictObject({ ids, force: z.boolean() }),
  'image.inspect': z.strictObject({ id }),
  'image.history': z.strictObject({ id }),
  'image.tag': z.strictObject({ id, reference }),
  /** What each layer did, base first. */
  'image.layers': z.strictObject({ id }),
  /** One directory after a layer, or with `find` what lies below it. */
  'image.layer-tree': z.strictObject({
    id,
    layer: id,
    path: z.string().max(4096),
    find: z.string().max(1024),
    changes: z.boolean(),
    offset: z.number().int().min(0),
    limit: z.number().int().min(1).max(2000),
  }),
  /** What images have in common on the disk. */
  'image.usage': z.strictObject({}),
  /** Bytes that removing all of these would free. */
  'image.reclaimable': z.strictObject({ ids: z.array(id).max(10_000) }),
  /** Images that no container uses: those without a name, or all. */
  'image.prune': z.strictObject({ all: z.boolean() }),
} as const;

export interface ImageResults {
  'image.remove': BulkResult;
  'image.inspect': unknown;
  'image.history': {
    readonly entries: readonly { readonly id: string; readonly created: number; readonly createdBy: string; readonly size: number; readonly comment: string }[];
  };
  'image.tag': null;
  'image.layers': ImageLayersAnswer;
  'image.layer-tree': LayerDirectoryAnswer;
  'image.usage': {
    /** Bytes of all layers, each once. */
    readonly layers: number;
    /** By image: bytes of its layers that other images have too. */
    readonly shared: Readonly<Record<string, number>>;
  };
  'image.reclaimable': { readonly bytes: number };
  'image.prune': { readonly bytes: number };
}

export const imageStreamSchemas = {
  'image.load': z.strictObject({ name: z.string().max(1024), size: z.number().int().min(0) }),
  /** What names of images stood for in their registries when they were last asked, by the shell itself or by a page. */
  'image.remote': z.strictObject({}),
} as const;

export interface ImageOutputs {
  /** `loaded` closes it. */
  'image.load': { readonly phase: string; readonly current: number; readonly total: number } | { readonly loaded: readonly string[] };
  /** All of them, first and with each change. */
  'image.remote': { readonly remote: readonly (readonly [name: string, digest: string])[] };
}

export interface ImageInputs {
  /** Bytes of the archive in order, then `end`. */
  'image.load': Uint8Array | { readonly end: true };
  'image.remote': never;
}
