import { z } from 'zod';
import { id } from './fields.ts';
import type { TaskKind } from './tasks.ts';

export const NOTICE_KINDS = [
  'container.failed',
  'container.outOfMemory',
  'container.unhealthy',
  /** An update that was cut off is over: the new one has the place of the old. */
  'container.replaced',
  /** An update that was cut off is over: the old one has its place back. */
  'container.restored',
  /** An update that was cut off, of which a person has to say how it ends. */
  'container.unfinished',
  'build.done',
  'build.failed',
  'task.failed',
  'image.outdated',
  'update.available',
  /** Files of the app cannot be written: what it knows is gone at its next start. */
  'app.notKept',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Something that happened and is worth a word to whoever was not looking. */
export interface Notice {
  readonly id: string;
  readonly kind: NoticeKind;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Whether the user has had it before the eyes. */
  readonly isSeen: boolean;
  /** What it is about, as a person knows it; of images all their names. */
  readonly object: string;
  /** The id of the container, build, task or image, empty for several; the version of an update. */
  readonly objectId: string;
  /** Of a container that failed; 0 else. */
  readonly exitCode: number;
  /** Of the task whose end it is, which is in the list of tasks as well; empty else. */
  readonly task: TaskKind | '';
  /** The engine's words; may be empty. */
  readonly detail: string;
}

/** `value` null: it is gone. */
export interface NoticeChange {
  readonly id: string;
  readonly value: Notice | null;
}

export const noticeRequestSchemas = {
  /** All that there are have been before the user's eyes. Idempotent. */
  'notice.see': z.strictObject({}),
  /** Drops them; without ids: all. What is not there is no failure. */
  'notice.forget': z.strictObject({ ids: z.array(z.string().max(64)).max(1000) }),
  /** Answers `container.unfinished`: the container of that id gets its name and its place back; the one that took it is removed. */
  'notice.bringBack': z.strictObject({ container: id }),
} as const;

export interface NoticeResults {
  'notice.see': null;
  'notice.forget': null;
  'notice.bringBack': null;
}

export const noticeStreamSchemas = { notices: z.strictObject({}) } as const;

export interface NoticeOutputs {
  /** The last 200, newest first; then what changed. */
  notices: { readonly snapshot: readonly Notice[] } | { readonly changes: readonly NoticeChange[] };
}

export interface NoticeInputs {
  notices: never;
}
