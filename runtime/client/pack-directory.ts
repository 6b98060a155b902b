import { constants } from 'node:fs';
import { lstat, open, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { Dockerignore, parseDockerignore } from '../formats/dockerfile/dockerignore.ts';
import type { EntryType } from '../formats/tar/entry.ts';
import { END_OF_ARCHIVE, encodeEntry, paddingAfter } from '../formats/tar/writer.ts';

export interface PackOptions {
  /** In the directory; always packed. */
  readonly dockerfile: string;
  /** Packed beside what the directory has, as a Dockerfile from elsewhere is. */
  readonly added?: { readonly name: string; readonly content: Uint8Array };
}

/**
 * A directory as a build context: a tar of what its .dockerignore does not leave out, owned by root. `dockerfile` and the .dockerignore
 * are always in it; links are packed as links and never followed. A file that changes while it is read is EngineError `Conflict`.
 */
export async function* packDirectory(directory: string, { dockerfile, added }: PackOptions): AsyncGenerator<Uint8Array> {
  const ignore = new Dockerignore(parseDockerignore(await textOf(join(directory, '.dockerignore'))));
  const always = new Set([dockerfile, '.dockerignore']);
  yield* packBelow(
    directory,
    '',
    (path) => !always.has(path) && ignore.excludes(path),
    (path) => ignore.mayKeepBelow(path) || dockerfile.startsWith(`${path}/`),
  );
  if (added) {
    yield headerOf(added.name, 'file', { mode: 0o644, size: added.content.byteLength, mtimeMs: 0 });
    yield added.content;
    yield paddingAfter(added.content.byteLength);
  }
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

/** What was a file when it was looked at and is a link now is not read. */
const NO_FOLLOW = constants.O_RDONLY | constants.O_NOFOLLOW;

interface Facts {
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** A regular file with its header. EngineError `Conflict` when it changes meanwhile. */
export async function* packFile(root: string, path: string, stats: Facts): AsyncGenerator<Uint8Array> {
  yield headerOf(path, 'file', stats);
  let size = 0;
  if (stats.size > 0) {
    const file = await open(join(root, path), NO_FOLLOW);
    for await (const chunk of file.createReadStream({ end: stats.size - 1 }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      yield chunk;
    }
  }
  if (size !== stats.size) throw new EngineError('Conflict', `${path} has changed while it was sent`);
  yield paddingAfter(size);
}

/** Owned by root. */
export function headerOf(path: string, type: EntryType, { mode, size, mtimeMs }: Facts, linkName = ''): Buffer {
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
