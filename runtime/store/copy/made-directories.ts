import { closeSync, constants, fchmodSync, fchownSync, mkdirSync, openSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { AT } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export const DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** The entry `name` of the open directory `parent`, by any bytes. */
export function entryAt(parent: number, name: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${parent}/`), name]);
}

/**
 * Opens the directory at `path`, which has no links in it any more (see `evaluate`), and makes it and its parents with mode 0755 where
 * they are missing; those belong to `owner` and get `time`, nanoseconds since the epoch. The caller closes it. Throws InvalidArgument where a file is in the way.
 */
export function makeDirectories(sys: Syscalls, root: number, path: string, owner: Owner | undefined, time: bigint | undefined): number {
  let fd = openSync(`/proc/self/fd/${root}`, constants.O_RDONLY | constants.O_DIRECTORY);
  const made: number[] = [];
  try {
    for (const component of path.split('/')) {
      if (component === '') continue;
      const name = Buffer.from(component);
      let isNew = true;
      try {
        mkdirSync(entryAt(fd, name), 0o755);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        isNew = false;
      }
      const child = openSync(entryAt(fd, name), DIRECTORY_FLAGS);
      if (made.at(-1) !== fd) closeSync(fd);
      fd = child;
      if (!isNew) continue;
      made.push(child);
      // Whatever the process's mask is.
      fchmodSync(child, 0o755);
      if (owner !== undefined) fchownSync(child, owner.uid, owner.gid);
    }
    // From within: a directory's time changes when something is made in it.
    if (time !== undefined) for (const directory of made.toReversed()) sys.utimensat(directory, '', time, time, AT.EMPTY_PATH);
  } catch (error) {
    if (made.at(-1) !== fd) closeSync(fd);
    for (const directory of made) closeSync(directory);
    if (hasCode(error, 'ENOTDIR', 'ELOOP')) throw new EngineError('InvalidArgument', `cannot copy to non-directory: ${path}`, { cause: error });
    throw error;
  }
  for (const directory of made) if (directory !== fd) closeSync(directory);
  return fd;
}
