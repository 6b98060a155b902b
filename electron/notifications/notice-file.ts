import { z } from 'zod';
import { NOTICE_KINDS, type Notice } from '../ipc/contract/notices.ts';
import { Keeping } from '../settings/keeping.ts';
import { readKept } from '../settings/store.ts';

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
  readonly #path: string;
  readonly #keeping: Keeping;
  #writing: Promise<unknown> = Promise.resolve();
  #next: readonly Notice[] | null = null;

  constructor(path: string, keeping = new Keeping()) {
    this.#path = path;
    this.#keeping = keeping;
  }

  /** Newest first. */
  async read(): Promise<Notice[]> {
    const entries = z.array(z.unknown()).safeParse(await readKept(this.#path)).data ?? [];
    return entries.flatMap((entry) => (noticeSchema.safeParse(entry).data as Notice | undefined) ?? []);
  }

  /** Atomic. Of several that come while one is being written only the last is. */
  write(notices: readonly Notice[]): void {
    const waits = this.#next !== null;
    this.#next = notices;
    if (waits) return;
    this.#writing = this.#writing.then(async () => {
      const written = this.#next ?? notices;
      this.#next = null;
      await this.#keeping.write(this.#path, JSON.stringify(written));
    });
  }

  /** When everything that was given to it is in the file. */
  async settled(): Promise<void> {
    await this.#writing;
  }
}
