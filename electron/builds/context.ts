import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, relative } from 'node:path';
import { ShellError } from '../ipc/failure.ts';

/** Beyond what any Dockerfile needs; as the engine has it. */
const MAX_DOCKERFILE = 2 * 1024 * 1024;

/** A repository or an archive that the engine itself fetches. */
export const isAddress = (context: string): boolean => /^(?:https?|git|ssh):\/\/|^git@/.test(context);

export async function isDirectory(path: string): Promise<boolean> {
  return isAbsolute(path) && ((await stat(path).catch(() => null))?.isDirectory() ?? false);
}

/** The Dockerfile's path below the context; null: it is elsewhere. */
export function inContext(context: string, dockerfile: string): string | null {
  const path = normalize(isAbsolute(dockerfile) ? relative(context, dockerfile) : dockerfile);
  return path === '..' || path.startsWith('../') || isAbsolute(path) ? null : path;
}

/** Null: there is no such file. @throws ShellError for one that is too long. */
export async function readDockerfile(context: string, dockerfile: string): Promise<Buffer | null> {
  return readBounded(isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile), MAX_DOCKERFILE);
}

/** A regular file's content, never that of a device or pipe; null: there is none. */
export async function readBounded(path: string, limit: number): Promise<Buffer | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (!file) return null;
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return null;
    if (facts.size > limit) throw new ShellError(`${path} is longer than ${limit} bytes`, 400);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(facts.size), 0, facts.size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Names of what looks like a Dockerfile in the root of a context. */
export async function dockerfilesIn(context: string): Promise<string[]> {
  const names = await readdir(context).catch(() => []);
  return names
    .filter((name) => /^(?:Dockerfile|Containerfile)(?:\..+)?$|\.(?:Dockerfile|Containerfile)$/i.test(name) && !name.endsWith('.dockerignore'))
    .sort()
    .slice(0, 50);
}
