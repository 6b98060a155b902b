import { z } from 'zod';
import type { Keeping } from '../settings/keeping.ts';
import { KeptFile } from '../settings/kept-file.ts';

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
  readonly #file: KeptFile;

  constructor(path: string, keeping?: Keeping) {
    this.#file = new KeptFile(path, keeping);
  }

  /** A file that cannot be understood counts as none. */
  async read(): Promise<UpdateMemory> {
    return schema.safeParse(await this.#file.read()).data ?? NOTHING;
  }

  /** What could not be written is asked for or told once more, no worse. */
  write(memory: UpdateMemory): Promise<void> {
    return this.#file.write(() => memory);
  }

  /** Once all that was given is written. */
  settled(): Promise<void> {
    return this.#file.settled();
  }
}
