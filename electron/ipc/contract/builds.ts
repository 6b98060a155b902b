import { z } from 'zod';
import type { BuildFeedMessage, BuildLogMessage, BuildView } from '../../../runtime/api/types/build.ts';
import { type BulkResult, id, ids, reference } from './fields.ts';
import { hostPath } from './paths.ts';

const text = z.string().max(100_000);
const pair = z.strictObject({ name: z.string().min(1).max(1000), value: text });

/** What `docker build` would be asked. A secret is named by where it is, never given itself: the shell reads it when the build begins. */
export const imageBuildSchema = z.strictObject({
  kind: z.literal('image.build'),
  /** A directory of the shell's machine, or the address of a repository. */
  context: hostPath,
  /** In the context; absolute: a file from elsewhere. */
  dockerfile: z.string().min(1).max(4096),
  tags: z.array(reference).max(20),
  target: z.string().max(256),
  args: z.array(pair).max(100),
  labels: z.array(pair).max(100),
  platform: z.string().max(64),
  noCache: z.boolean(),
  pull: z.boolean(),
  network: z.enum(['default', 'none', 'host']),
  /** By the names of FROM and --from: directories of the shell's machine, addresses, `docker-image://NAME`, `oci-layout://DIR[:TAG]`. */
  contexts: z
    .array(z.strictObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(4096) }))
    .max(20)
    .default([]),
  secrets: z.array(z.strictObject({ id: z.string().min(1).max(256), from: z.enum(['file', 'env']), value: z.string().min(1).max(4096) })).max(20),
});
export type ImageBuild = z.infer<typeof imageBuildSchema>;

export const buildRequestSchemas = {
  'build.inspect': z.strictObject({ id }),
  /** Of builds that run, whoever began them; settles when they have ended. */
  'build.cancel': z.strictObject({ ids }),
  'build.remove': z.strictObject({ ids }),
  /** What a Dockerfile offers to choose from. */
  'build.facts': z.strictObject({ context: hostPath, dockerfile: z.string().min(1).max(4096) }),
} as const;

export interface BuildResults {
  'build.inspect': BuildView;
  'build.cancel': BulkResult;
  'build.remove': BulkResult;
  'build.facts': {
    readonly context: 'directory' | 'address' | 'missing';
    /** Whether there is such a file; true for an address, of which nobody knows. */
    readonly dockerfile: boolean;
    /** Names of stages in their order; a stage without a name is not there. */
    readonly stages: readonly string[];
    readonly args: readonly { readonly name: string; readonly value: string }[];
    /** Ids of secrets that its steps mount. */
    readonly secrets: readonly string[];
    /** Names of other Dockerfiles in the context's root. */
    readonly others: readonly string[];
  };
}

export const buildStreamSchemas = {
  builds: z.strictObject({}),
  /** The output of one step from its beginning on, until it is over. `step`: its place in the list of all. */
  'build.log': z.strictObject({ id, step: z.number().int().min(0).max(1_000_000) }),
} as const;

export interface BuildOutputs {
  builds: BuildFeedMessage;
  'build.log': BuildLogMessage;
}

export interface BuildInputs {
  builds: never;
  'build.log': never;
}
