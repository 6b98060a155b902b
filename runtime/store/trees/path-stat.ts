import { closeSync, fstatSync } from 'node:fs';
import { shownPath } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import { S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { archivePath, baseOf, evaluate, pinInRoot } from './in-root.ts';

/** What lies at a path of a container. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** st_mode of inode(7). */
  readonly mode: number;
  /** Nanoseconds since the epoch. */
  readonly mtime: bigint;
  /** Where a link leads to in the end, as an absolute path of the container; empty for anything else. */
  readonly linkTarget: string;
}

/** Looks at `path` beneath `root` without following a link at its end. Throws NotFound, and InvalidArgument where a file stands in the way. */
export function statInRoot(sys: Syscalls, root: number, path: string): PathStat {
  const clean = archivePath(path);
  const fd = explained(path, () => pinInRoot(sys, root, clean));
  try {
    const stats = fstatSync(fd, { bigint: true });
    const mode = Number(stats.mode);
    return {
      name: baseOf(clean),
      size: Number(stats.size),
      mode,
      mtime: stats.mtimeNs,
      linkTarget: (mode & S.IFMT) === S.IFLNK ? evaluate(sys, root, clean) : '',
    };
  } finally {
    closeSync(fd);
  }
}

/** Kinds for what a client's path can run into; the caller knows the container and gives NotFound its words. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const shown = JSON.stringify(shownPath(path).slice(0, 300));
    if (hasCode(error, 'ENOENT')) throw new EngineError('NotFound', `no such file or directory: ${shown}`, { cause: error });
    if (hasCode(error, 'ENOTDIR')) throw new EngineError('InvalidArgument', `not a directory: ${shown}`, { cause: error });
    if (hasCode(error, 'ELOOP')) throw new EngineError('InvalidArgument', `too many levels of symbolic links: ${shown}`, { cause: error });
    if (hasCode(error, 'ENAMETOOLONG')) throw new EngineError('InvalidArgument', `file name too long: ${shown}`, { cause: error });
    if (hasCode(error, 'EINVAL')) throw new EngineError('InvalidArgument', `invalid path: ${shown}`, { cause: error });
    if (hasCode(error, 'EROFS')) throw new EngineError('PermissionDenied', `read-only: ${shown}`, { cause: error });
    if (hasCode(error, 'ENOSPC', 'EDQUOT')) throw new EngineError('Conflict', `no space left on device: ${shown}`, { cause: error });
    throw error;
  }
}
