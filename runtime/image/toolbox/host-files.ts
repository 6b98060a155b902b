import { lstat, open, readlink, realpath } from 'node:fs/promises';

/** Longest file that is taken, in bytes. */
const MAX_FILE = 64 * 1024 * 1024;

/** This machine's files, as a toolbox is made of them; tests have others. */
export interface HostFiles {
  /** The path without links; null: there is no such file. */
  resolve(path: string): Promise<string | null>;
  /** The whole of a regular file; null: there is none, it may not be read or it is too long. */
  read(path: string): Promise<Buffer | null>;
  /** Where a link leads, as written; null: it is none. */
  linkOf(path: string): Promise<string | null>;
}

export const HOST_FILES: HostFiles = {
  resolve: (path) => realpath(path).catch(() => null),
  linkOf: async (path) => ((await lstat(path).catch(() => null))?.isSymbolicLink() ? await readlink(path) : null),
  async read(path) {
    const file = await open(path).catch(() => null);
    if (!file) return null;
    try {
      const facts = await file.stat();
      return facts.isFile() && facts.size <= MAX_FILE ? await file.readFile() : null;
    } catch {
      return null;
    } finally {
      await file.close();
    }
  },
};
