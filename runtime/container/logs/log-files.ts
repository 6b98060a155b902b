import { type FileHandle, open, stat } from 'node:fs/promises';

/** One file of a rotated log, held open so that rotation cannot take it away. */
export interface LogPart extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly inode: number;
}

const MOST_FILES = 1000;
const MOST_ATTEMPTS = 10;

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

/** The current file and those rotated away, oldest first. A rotation meanwhile neither doubles nor drops a file, nor changes their order. */
export async function openParts(path: string): Promise<LogPart[]> {
  for (let attempt = 1; ; attempt++) {
    const newestFirst = await openAll(path);
    const current = await stat(path).catch(() => null);
    // Two rotations while the files were being opened could have given a newer file an older one's place.
    if (current === null || current.ino === newestFirst[0]?.inode || attempt === MOST_ATTEMPTS) return newestFirst.reverse();
    await Promise.all(newestFirst.map((part) => part[Symbol.asyncDispose]()));
  }
}

async function openAll(path: string): Promise<LogPart[]> {
  const newestFirst: LogPart[] = [];
  let missing = 0;
  for (let index = 0; index < MOST_FILES; index++) {
    const part = await openPart(index === 0 ? path : `${path}.${index}`);
    if (part === null) {
      // One name at a time is free while files are being renamed.
      if (++missing === 2) break;
      continue;
    }
    if (newestFirst.some(({ inode }) => inode === part.inode)) await part[Symbol.asyncDispose]();
    else newestFirst.push(part);
  }
  return newestFirst;
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
