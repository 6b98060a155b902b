import { z } from 'zod';
import { imageBuildSchema } from './builds.ts';
import { diskCleanupSchema } from './disk.ts';
import { id, reference } from './fields.ts';

/**
 * Work that takes a while and outlives the page that asked for it: it runs in the shell (main process or server), shows its progress,
 * can be cancelled, and stays in the history. One member per kind; the `kind` names the noun and the verb.
 */
export const taskSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image.pull'), reference, platform: z.string().max(64) }),
  z.strictObject({ kind: z.literal('image.push'), reference }),
  /** Pulls it, then makes these containers anew of it with the same settings. */
  z.strictObject({ kind: z.literal('image.update'), reference, containers: z.array(id).min(1).max(200) }),
  z.strictObject({ kind: z.literal('volume.clone'), name: id, to: z.string().min(1).max(255) }),
  imageBuildSchema,
  diskCleanupSchema,
]);
export type TaskRequest = z.infer<typeof taskSchema>;
/** Not started by `task.start` but by a stream that carries bytes of the page; they cannot be tried again from the list. */
export const STREAMED_KINDS = ['image.load', 'volume.import'] as const;
export type TaskKind = TaskRequest['kind'] | (typeof STREAMED_KINDS)[number];

/** The app, the engine, or the page that sent the bytes. */
export const CUTS = ['shell', 'engine', 'page'] as const;

/** One part that goes on by itself: a layer of a pull, a step of a build. */
export interface TaskPart {
  readonly id: string;
  readonly phase: string;
  readonly current: number;
  /** 0: unknown. */
  readonly total: number;
}

export interface TaskRow {
  readonly id: string;
  readonly kind: TaskKind;
  /** What it works on, as a person knows it: `nginx:1.27`. */
  readonly object: string;
  readonly state: 'running' | 'done' | 'failed' | 'canceled';
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** 0: not yet. */
  readonly finishedAt: number;
  /** One word or few for what it does now. */
  readonly phase: string;
  readonly current: number;
  /** 0: unknown. */
  readonly total: number;
  readonly unit: 'bytes' | 'steps' | 'items';
  /** Units a second over the last seconds; 0: unknown. */
  readonly rate: number;
  /** At most 200, in the order in which the program tells them. */
  readonly parts: readonly TaskPart[];
  /** Why it failed, in the words of who knows; may be empty where it was cut off. */
  readonly error: string;
  /** What ended before a task that failed was done; empty: nothing did. */
  readonly cut: '' | (typeof CUTS)[number];
  /** What came of it: an image's id, a number of bytes; by kind. */
  readonly result: string;
  /** Whether `task.retry` takes it once it is over. */
  readonly retryable: boolean;
}

export const taskRequestSchemas = {
  /** The same task that runs already is not started twice: its id is answered. */
  'task.start': z.strictObject({ task: taskSchema }),
  /** Idempotent: one that is over stays as it is. */
  'task.cancel': z.strictObject({ id: z.string().max(64) }),
  /** Starts what is over again, as a new task; it takes the place of what failed or was canceled. */
  'task.retry': z.strictObject({ id: z.string().max(64) }),
  /** Drops what is over from the history; without ids: all of it. */
  'task.forget': z.strictObject({ ids: z.array(z.string().max(64)).max(1000) }),
} as const;

export interface TaskResults {
  'task.start': { readonly id: string };
  'task.cancel': null;
  'task.retry': { readonly id: string };
  'task.forget': null;
}

export const taskStreamSchemas = { tasks: z.strictObject({}) } as const;

export interface TaskOutputs {
  /** All that is known first, newest first; then what changed, `value` null: dropped. At most five messages a second. */
  tasks: { readonly snapshot: readonly TaskRow[] } | { readonly changes: readonly { readonly id: string; readonly value: TaskRow | null }[] };
}

export interface TaskInputs {
  tasks: never;
}
