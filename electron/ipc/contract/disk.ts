import { z } from 'zod';
import { id } from './fields.ts';

export const diskRequestSchemas = {
  /** Measured at the first time and with `fresh`; else as it was measured last. Takes as long as the engine has files. */
  'disk.usage': z.strictObject({ fresh: z.boolean() }),
} as const;

/** Everything on the engine's disk. All sizes are bytes. */
export interface DiskUsage {
  /** Milliseconds since the epoch. */
  readonly measuredAt: number;
  /** Where the engine keeps everything, and the disk on which that is. */
  readonly root: string;
  readonly total: number;
  readonly free: number;
  /** Files and directories of the root, by name. */
  readonly areas: readonly { readonly name: string; readonly bytes: number }[];
  /** All layers of all images, each once. */
  readonly layers: number;
  /** `shared`: the part of `size` that other images have as well. */
  readonly images: readonly {
    readonly id: string;
    readonly tags: readonly string[];
    readonly size: number;
    readonly shared: number;
    readonly containers: number;
  }[];
  /** `written`: what it has changed of its image's files. */
  readonly containers: readonly { readonly id: string; readonly name: string; readonly running: boolean; readonly written: number; readonly log: number }[];
  /** `size` null: not the engine's to measure, as its files are elsewhere. */
  readonly volumes: readonly { readonly name: string; readonly anonymous: boolean; readonly size: number | null; readonly users: number }[];
  /** `shared`: its files are counted with an image. */
  readonly cache: readonly {
    readonly id: string;
    readonly type: string;
    readonly description: string;
    readonly size: number;
    readonly inUse: boolean;
    readonly shared: boolean;
  }[];
}

export interface DiskResults {
  'disk.usage': DiskUsage;
}

const several = z.array(id).max(10_000);

/** Removes exactly these; what somebody uses meanwhile stays, and the task tells. The result is the number of bytes that were freed. */
export const diskCleanupSchema = z.strictObject({
  kind: z.literal('disk.cleanup'),
  containers: several,
  images: several,
  volumes: several,
  networks: several,
  /** All of the build cache that no build uses now. */
  cache: z.boolean(),
});
