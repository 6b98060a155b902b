import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Keeping } from '../settings/keeping.ts';

const schema = z.object({
  /** Milliseconds since the epoch; 0: never. */
  checkedAt: z.number().min(0).max(8.64e15),
  /** A version that the user does not want; empty: none. */
  skipped: z.string().max(100),
  /** Of which the user was told. */
  told: z.string().max(100),
  /** No word before this time. */
  quietUntil: z.number().min(0).max(8.64e15),
});
export type UpdateMemory = z.infer<typeof schema>;

const NOTHING: UpdateMemory = { checkedAt: 0, skipped: '', told: '', quietUntil: 0 };

/** What is known of updates over restarts, in a file of its own, as nobody has chosen it. */
export class UpdateMemoryFile {
  readonly #path: string;
  readonly #keeping: Keeping;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(path: string, keeping = new Keeping()) {
    this.#path = path;
    this.#keeping = keeping;
  }

  /** A file that cannot be understood counts as none. */
  async read(): Promise<UpdateMemory> {
    try {
      return schema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return NOTHING;
    }
  }

  /** Writes follow each other. What could not be written is asked for or told once more, no worse. */
  write(memory: UpdateMemory): Promise<void> {
    const next = this.#writing.then(() => this.#keeping.write(this.#path, `${JSON.stringify(memory)}\n`));
    this.#writing = next;
    return next;
  }

  /** Once all that was given is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }
}
