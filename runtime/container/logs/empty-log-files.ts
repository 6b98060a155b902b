import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { hasCode } from '../../sys/errno.ts';

/** The names of a log's files, oldest first: those that it was rotated into, then the present one. */
async function filesOf(path: string): Promise<string[]> {
  const name = basename(path);
  const files = (await readdir(dirname(path)).catch(() => [])).filter((file) => file === name || file.startsWith(`${name}.`));
  const age = (file: string): number => (file === name ? 0 : Number(file.slice(name.length + 1)) || Number.MAX_SAFE_INTEGER);
  return files.sort((left, right) => age(right) - age(left)).map((file) => `${dirname(path)}/${file}`);
}

/** Bytes of a log and of the files that it was rotated into; 0 where there is none. */
export async function logBytes(path: string): Promise<number> {
  const sizes = await Promise.all(
    (await filesOf(path)).map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Empties a log that nobody writes: the oldest files go first, so that an end in the middle leaves the newest lines, and the present one is
 * replaced, not cut off, since somebody may be reading it.
 */
export async function emptyLogFiles(path: string): Promise<void> {
  const files = await filesOf(path);
  for (const file of files) if (file !== path) await rm(file, { force: true });
  if (files.at(-1) !== path) return;
  const next = `${path}.next`;
  try {
    await (await open(next, 'wx', 0o640)).close();
    await rename(next, path);
  } catch (error) {
    // Removed with its container meanwhile.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
