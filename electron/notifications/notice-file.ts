import { z } from 'zod';
import { NOTICE_KINDS, type Notice } from '../ipc/contract/notices.ts';
import type { Keeping } from '../settings/keeping.ts';
import { KeptList } from '../settings/kept-list.ts';

/** Beyond these the oldest are dropped. */
export const NOTICES_KEPT = 200;

const text = z.string().max(100_000);
const noticeSchema = z.object({
  id: z.string().min(1).max(64),
  kind: z.enum(NOTICE_KINDS),
  time: z.number().min(0).max(8.64e15),
  isSeen: z.boolean(),
  object: text,
  objectId: text,
  exitCode: z.number(),
  task: text,
  detail: text,
});

/** The file of what happened. */
export class NoticeFile extends KeptList<Notice> {
  constructor(path: string, keeping?: Keeping) {
    super(path, keeping, {
      parse: (entry) => (noticeSchema.safeParse(entry).data as Notice | undefined) ?? null,
      idOf: ({ id }) => id,
      timeOf: ({ time }) => time,
      limit: NOTICES_KEPT,
    });
  }
}
