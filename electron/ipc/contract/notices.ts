import { z } from 'zod';
import type { TaskKind } from './tasks.ts';

export const NOTICE_KINDS = [
  'container.failed',
  'container.outOfMemory',
  'container.unhealthy',
  'build.done',
  'build.failed',
  'task.failed',
  'update.available',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Something that happened and is worth a word to whoever was not looking. */
export interface Notice {
  readonly id: string;
  readonly kind: NoticeKind;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** What it is about, as a person knows it. */
  readonly object: string;
  /** The id of the container, build or task; the version of an update. */
  readonly objectId: string;
  /** Of a container that failed; 0 else. */
  readonly exitCode: number;
  /** Of a task that failed; empty else. */
  readonly task: TaskKind | '';
  /** The engine's words; may be empty. */
  readonly detail: string;
}

export const noticeStreamSchemas = { notices: z.strictObject({}) } as const;

export interface NoticeOutputs {
  /** The last 200 that were seen since the shell looks, newest first; then each new one. */
  notices: { readonly snapshot: readonly Notice[] } | { readonly added: Notice };
}

export interface NoticeInputs {
  notices: never;
}
