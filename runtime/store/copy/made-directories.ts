import { closeSync, constants, fchmodSync, fchownSync, mkdirSync, openSync } from 'node:fs';
import { bytesOfText } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import { hasCode } from '../../sys/errno.ts';

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
 * Opens the directory at `path`, which has no links in it any more (see `evaluate`), and makes it and its parents with `mode` where
 * they are missing; those belong to `owner` and are told to `onMade`. The caller closes it. Throws InvalidArgument where a file is in the way.
 */
export function makeDirectories(root: number, path: string, owner: Owner | undefined, onMade: (path: string) => void, mode = 0o755): number {
  let fd = openSync(`/proc/self/fd/${root}`, constants.O_RDONLY | constants.O_DIRECTORY);
  let place = '';
  try {
    for (const component of path.split('/')) {
      if (component === '') continue;
      place += `/${component}`;
      const name = bytesOfText(component);
      const isNew = makeUnlessThere(fd, name);
      const child = openSync(entryAt(fd, name), DIRECTORY_FLAGS);
      closeSync(fd);
      fd = child;
      if (!isNew) continue;
      // Whatever the process's mask is.
      fchmodSync(child, mode);
      if (owner !== undefined) fchownSync(child, owner.uid, owner.gid);
      onMade(place);
    }
  } catch (error) {
    closeSync(fd);
    if (hasCode(error, 'ENOTDIR', 'ELOOP')) throw new EngineError('InvalidArgument', `cannot copy to non-directory: ${path}`, { cause: error });
    throw error;
  }
  return fd;
}

function makeUnlessThere(parent: number, name: Buffer): boolean {
  try {
    mkdirSync(entryAt(parent, name), 0o755);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}
