import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { NOTICE_KINDS, type Notice } from '../ipc/contract/notices.ts';
import { writeAtomically } from '../settings/store.ts';

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
  #writing: Promise<unknown> = Promise.resolve();
  #next: readonly Notice[] | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Newest first. */
  async read(): Promise<Notice[]> {
    try {
      const entries = z.array(z.unknown()).parse(JSON.parse(await readFile(this.#path, 'utf8')));
      return entries.flatMap((entry) => (noticeSchema.safeParse(entry).data as Notice | undefined) ?? []);
    } catch {
      return [];
    }
  }

  /** Atomic. Of several that come while one is being written only the last is. */
  write(notices: readonly Notice[]): void {
    const waits = this.#next !== null;
    this.#next = notices;
    if (waits) return;
    this.#writing = this.#writing.then(async () => {
      const written = this.#next ?? notices;
      this.#next = null;
      await writeAtomically(this.#path, JSON.stringify(written)).catch((error: unknown) => console.error(`notices were not kept: ${String(error)}`));
    });
  }

  /** When everything that was given to it is in the file. */
  async settled(): Promise<void> {
    await this.#writing;
  }
}
