import { z } from 'zod';
import type { ContainerProcesses } from '../../../runtime/api/types/processes.ts';
import { createBodySchema } from './create-body.ts';
import { type BulkResult, id, ids } from './fields.ts';

/** The label of a container that was made in the place of another; its value is the id of what is noted of that. */
export const REPLACES_LABEL = 'io.slipway.replaces';

const name = z.string().max(128);

const runRequestSchema = z.strictObject({
  /** Empty: the engine chooses. */
  name,
  body: createBodySchema,
  /** Else it is only created. */
  start: z.boolean(),
  /** Id of a container whose place it takes: that one is removed once this one runs, and stays as it was when it does not. Empty: none. */
  replace: z.string().max(256),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** Docker's inspect object, as far as its shape is relied upon. */
export const inspectSchema = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  /** Id of the image. */
  Image: z.string(),
  Created: z.string(),
  Path: z.string(),
  Args: z.array(z.string()).nullish(),
  RestartCount: z.number().nullish(),
  State: z.looseObject({
    Status: z.string(),
    Pid: z.number(),
    ExitCode: z.number(),
    Error: z.string(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: z
      .looseObject({
        Status: z.string(),
        FailingStreak: z.number(),
        Log: z.array(z.looseObject({ Start: z.string(), End: z.string(), ExitCode: z.number(), Output: z.string() })).nullish(),
      })
      .nullish(),
  }),
  Config: z.looseObject({ Image: z.string() }),
  HostConfig: z.looseObject({}),
  Mounts: z
    .array(z.looseObject({ Type: z.string(), Name: z.string().optional(), Source: z.string().optional(), Destination: z.string(), RW: z.boolean().optional() }))
    .nullish(),
  NetworkSettings: z.looseObject({ Networks: z.record(z.string(), z.looseObject({})).nullish() }),
});
export type ContainerInspect = z.infer<typeof inspectSchema>;
/** The `Config` of an image. */
export type ImageDefaults = Readonly<Record<string, unknown>>;

export const containerRequestSchemas = {
  'container.run': runRequestSchema,
  'container.start': z.strictObject({ ids }),
  'container.stop': z.strictObject({ ids }),
  'container.restart': z.strictObject({ ids }),
  'container.kill': z.strictObject({ ids, signal: z.string().max(32) }),
  'container.pause': z.strictObject({ ids }),
  'container.unpause': z.strictObject({ ids }),
  /** `volumes`: those without a name too. */
  'container.remove': z.strictObject({ ids, force: z.boolean(), volumes: z.boolean() }),
  'container.rename': z.strictObject({ id, name: z.string().min(1).max(128) }),
  'container.sizes': z.strictObject({ ids: z.array(id).min(1).max(200) }),
  'container.inspect': z.strictObject({ id }),
  'container.config': z.strictObject({ id }),
  /** What applies to a container as it is: fields that are absent stay as they are. */
  'container.update': z.strictObject({
    id,
    /** Bytes. */
    memory: z.number().int().min(1).optional(),
    cpus: z.number().min(0.001).max(1024).optional(),
    /** -1: no limit. */
    pids: z.number().int().min(-1).optional(),
    restart: z.strictObject({ name: z.enum(['no', 'always', 'unless-stopped', 'on-failure']), retries: z.number().int().min(0).max(1_000_000) }).optional(),
  }),
  'container.processes': z.strictObject({ id }),
  /** `pid` as the container counts. */
  'container.signal': z.strictObject({ id, pid: z.number().int().min(1).max(0x7fff_ffff), signal: z.string().min(1).max(32) }),
} as const;

export interface ContainerResults {
  'container.run': { readonly id: string; readonly warnings: readonly string[] };
  'container.start': BulkResult;
  'container.stop': BulkResult;
  'container.restart': BulkResult;
  'container.kill': BulkResult;
  'container.pause': BulkResult;
  'container.unpause': BulkResult;
  'container.remove': BulkResult;
  'container.rename': null;
  /** Bytes written inside, by id; those that are gone are left out. */
  'container.sizes': { readonly sizes: Readonly<Record<string, number>> };
  /** Docker's inspect object as it came. */
  'container.inspect': unknown;
  'container.update': { readonly warnings: readonly string[] };
  'container.processes': ContainerProcesses;
  'container.signal': null;
  /** What it was made from; `image` null: its image is gone. */
  'container.config': { readonly inspect: ContainerInspect; readonly image: ImageDefaults | null };
}
