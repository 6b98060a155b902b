import { z } from 'zod';
import { type BulkResult, id, ids } from './fields.ts';

const runRequestSchema = z.strictObject({
  image: z.string().min(1).max(1024),
  name: z.string().max(128),
  /** Split by the renderer; empty: the image's own. */
  command: z.array(z.string().max(131_072)).max(1000),
  entrypoint: z.array(z.string().max(131_072)).max(1000),
  env: z.array(z.string().max(131_072)).max(1000),
  mounts: z.array(z.strictObject({ source: z.string().max(4096), target: z.string().max(4096), readonly: z.boolean() })).max(100),
  tty: z.boolean(),
  openStdin: z.boolean(),
  autoRemove: z.boolean(),
  user: z.string().max(256),
  workingDir: z.string().max(4096),
  network: z.string().max(128),
  /** Bytes; 0: no limit. */
  memory: z.number().int().min(0),
  /** Cpus; 0: no limit. */
  cpus: z.number().min(0).max(1024),
  /** 0: no limit. */
  pids: z.number().int().min(0),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

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
}
