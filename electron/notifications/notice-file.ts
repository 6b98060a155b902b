import { z } from 'zod';
import { NOTICE_KINDS, type Notice } from '../ipc/contract/notices.ts';
import type { Keeping } from '../settings/keeping.ts';
import { KeptFile } from '../settings/kept-file.ts';

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

/** The file of what happened. One that cannot be understood counts as empty, and so does each entry. */
export class NoticeFile {
  readonly #file: KeptFile;

  constructor(path: string, keeping?: Keeping) {
    this.#file = new KeptFile(path, keeping);
  }

  /** Newest first. */
  async read(): Promise<Notice[]> {
    const entries = z.array(z.unknown()).safeParse(await this.#file.read()).data ?? [];
    return entries.flatMap((entry) => (noticeSchema.safeParse(entry).data as Notice | undefined) ?? []);
  }

  write(notices: readonly Notice[]): void {
    void this.#file.write(() => notices);
  }

  /** When everything that was given to it is in the file. */
  settled(): Promise<void> {
    return this.#file.settled();
  }
}
