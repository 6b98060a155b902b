import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Dockerignore, parseDockerignore } from '../formats/dockerfile/dockerignore.ts';
import type { EntryType } from '../formats/tar/entry.ts';
import { END_OF_ARCHIVE, encodeEntry, paddingAfter } from '../formats/tar/writer.ts';
import { CliError } from './errors.ts';

/**
 * A directory as a build context: a tar of what its .dockerignore does not leave out, owned by root. `dockerfile` and the .dockerignore
 * are always in it. A file that changes its size while it is read is CliError.
 */
export async function* packDirectory(directory: string, dockerfile: string): AsyncGenerator<Uint8Array> {
  const ignore = new Dockerignore(parseDockerignore(await textOf(join(directory, '.dockerignore'))));
  const always = new Set([dockerfile, '.dockerignore']);
  yield* packBelow(
    directory,
    '',
    (path) => !always.has(path) && ignore.excludes(path),
    (path) => ignore.mayKeepBelow(path) || dockerfile.startsWith(`${path}/`),
  );
  yield END_OF_ARCHIVE;
}

async function* packBelow(
  root: string,
  path: string,
  excludes: (path: string) => boolean,
  mayKeepBelow: (path: string) => boolean,
): AsyncGenerator<Uint8Array> {
  for (const name of (await readdir(join(root, path))).sort()) {
    const inner = path === '' ? name : `${path}/${name}`;
    const stats = await lstat(join(root, inner));
    const isExcluded = excludes(inner);
    if (!isExcluded) {
      if (stats.isDirectory()) yield headerOf(inner, 'directory', stats);
      else if (stats.isSymbolicLink()) yield headerOf(inner, 'symlink', stats, await readlink(join(root, inner)));
      else if (stats.isFile()) yield* packFile(root, inner, stats);
    }
    if (stats.isDirectory() && (!isExcluded || mayKeepBelow(inner))) yield* packBelow(root, inner, excludes, mayKeepBelow);
  }
}

interface Facts {
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
}

async function* packFile(root: string, path: string, stats: Facts): AsyncGenerator<Uint8Array> {
  yield headerOf(path, 'file', stats);
  let size = 0;
  if (stats.size > 0) {
    for await (const chunk of createReadStream(join(root, path), { end: stats.size - 1 }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      yield chunk;
    }
  }
  if (size !== stats.size) throw new CliError(`${path} has changed while it was sent`);
  yield paddingAfter(size);
}

function headerOf(path: string, type: EntryType, { mode, size, mtimeMs }: Facts, linkName = ''): Buffer {
  return encodeEntry({
    name: Buffer.from(path),
    type,
    mode: mode & 0o7777,
    uid: 0,
    gid: 0,
    size: type === 'file' ? size : 0,
    mtime: Math.floor(mtimeMs / 1000),
    mtimeNano: 0,
    linkName: Buffer.from(linkName),
    major: 0,
    minor: 0,
    xattrs: undefined,
  });
}

/** Empty when there is no such file. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
