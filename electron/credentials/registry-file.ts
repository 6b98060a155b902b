import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ShellError } from '../ipc/failure.ts';
import { noted, writeAtomically } from '../settings/store.ts';

const entrySchema = z.strictObject({
  host: z.string().min(1).max(300),
  username: z.string().max(1024),
  /** Encrypted, base64; empty: no login of the app's own. */
  secret: z.string().max(256 * 1024),
});
const fileSchema = z.looseObject({ registries: z.array(entrySchema).max(1000) });

/** A registry that the user has added, with its login where the app keeps it. */
export type RegistryEntry = z.infer<typeof entrySchema>;

/** The app's own list of registries: one file for its user alone, in which secrets are encrypted. */
export class RegistryFile {
  readonly #path: string;
  #work: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Empty when there is no file. @throws ShellError for one that is broken: to take it for empty would lose it at the next write. */
  async read(): Promise<readonly RegistryEntry[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new ShellError(`${this.#path}: ${(error as Error).message}`, 0, { cause: error });
    }
    try {
      return fileSchema.parse(JSON.parse(text)).registries;
    } catch (error) {
      // The parser's own words would quote the file.
      throw new ShellError(`${this.#path} is damaged: repair it or move it away`, 0, { cause: error });
    }
  }

  /** Changes follow each other; a crash leaves the old file or the new one. */
  change(next: (entries: readonly RegistryEntry[]) => readonly RegistryEntry[]): Promise<void> {
    const done = this.#work.then(async () => {
      const registries = next(await this.read());
      await writeAtomically(this.#path, `${JSON.stringify({ registries }, null, 2)}\n`);
    });
    this.#work = done.catch(() => undefined);
    return noted(done);
  }
}
