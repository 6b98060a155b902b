import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BLOCK } from './snapshots/measure-tree.ts';

/** What the engine's files take on their disk; bytes. */
export interface RootUse {
  /** Of the file system on which the root is; `free` is what is left for everybody. */
  readonly total: number;
  readonly free: number;
  /** Each file and directory of the root by its name, and what the disk gives for all below it; largest first. */
  readonly areas: readonly { readonly name: string; readonly bytes: number }[];
}

/** Takes as long as the root has files; `occupied` walks a directory where that holds nobody up. Null: areas are not asked for, and nothing is walked. */
export async function measureRoot(root: string, occupied: ((path: string) => Promise<number>) | null): Promise<RootUse> {
  const areas = occupied ? await areasOf(root, occupied) : [];
  const { bavail, blocks, bsize } = await statfs(root);
  return { total: blocks * bsize, free: bavail * bsize, areas };
}

async function areasOf(root: string, occupied: (path: string) => Promise<number>): Promise<RootUse['areas']> {
  const entries = await readdir(root, { withFileTypes: true });
  const areas = await Promise.all(
    entries.map(async (entry) => {
      const path = join(root, entry.name);
      // Gone meanwhile: a file of the database that is made and removed.
      const bytes = entry.isDirectory()
        ? await occupied(path)
        : await lstat(path).then(
            ({ blocks }) => blocks * BLOCK,
            () => 0,
          );
      return { name: entry.name, bytes };
    }),
  );
  return areas.sort((a, b) => b.bytes - a.bytes);
}
