import { type FileHandle, open, stat } from 'node:fs/promises';

/** One file of a rotated log, held open so that rotation cannot take it away. */
export interface LogPart extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly inode: number;
}

const MOST_FILES = 1000;

async function openPart(path: string): Promise<LogPart | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const { ino } = await handle.stat();
  return { handle, inode: ino, [Symbol.asyncDispose]: () => handle.close() };
}

/** The current file and those rotated away, oldest first. A rotation meanwhile neither doubles nor drops a file. */
export async function openParts(path: string): Promise<LogPart[]> {
  const newestFirst: LogPart[] = [];
  for (let index = 0; index < MOST_FILES; index++) {
    const part = await openPart(index === 0 ? path : `${path}.${index}`);
    if (part === null) {
      // The current file is absent for a moment while it is being rotated.
      if (index === 0) continue;
      break;
    }
    if (newestFirst.some(({ inode }) => inode === part.inode)) await part[Symbol.asyncDispose]();
    else newestFirst.push(part);
  }
  return newestFirst.reverse();
}

/** The files that came after the one with `inode`, oldest first; empty while it is still the current one. */
export async function openPartsAfter(path: string, inode: number): Promise<LogPart[]> {
  const current = await stat(path).catch(() => null);
  if (current === null || current.ino === inode) return [];
  const all = await openParts(path);
  const at = all.findIndex((part) => part.inode === inode);
  await Promise.all(all.slice(0, at + 1).map((part) => part[Symbol.asyncDispose]()));
  return all.slice(at + 1);
}
