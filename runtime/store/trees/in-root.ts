import { closeSync, constants, fstatSync } from 'node:fs';
import { posix } from 'node:path';
import { O, RESOLVE } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';

/** openat2(2): a rename anywhere while `..` is resolved is EAGAIN; a container can cause as many as it likes. */
const TRIES = 128;
/** The kernel's own limit (path_resolution(7)). */
const MAX_LINKS = 40;

/** Opens `path` as a process whose root is `root` would, except for links of procfs. It never leads out, whoever renames meanwhile. */
export function openInRoot(sys: Syscalls, root: number, path: string, flags: number): number {
  for (let tries = 1; ; tries++) {
    try {
      return sys.openat2(root, path, { flags, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS });
    } catch (error) {
      if (!hasCode(error, 'EAGAIN') || tries === TRIES) throw error;
    }
  }
}

/**
 * A client's path as Docker reads it: absolute, cleaned, and with the slash or `/.` at its end kept, which says that the
 * last component is to be followed when it is a link.
 */
export function archivePath(path: string): string {
  const clean = posix.normalize(`/${path}`).replace(/(?<=.)\/+$/, '');
  const base = path.slice(path.lastIndexOf('/') + 1);
  if (base === '.') return clean === '/' ? '/.' : `${clean}/.`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

/** Go's filepath.Base, by which Docker names what it sends: of `/a/b/` b, of `/a/.` a dot, of `/` a slash. */
export function baseOf(path: string): string {
  const end = path.replace(/\/+$/, '');
  return end === '' ? '/' : end.slice(end.lastIndexOf('/') + 1);
}

/** Pins what `path` (of `archivePath`) names, a link at its end itself. */
export function pinInRoot(sys: Syscalls, root: number, path: string): number {
  const isFollowed = path.endsWith('/') || path.endsWith('/.');
  return openInRoot(sys, root, path, O.PATH | (isFollowed ? O.DIRECTORY : O.NOFOLLOW));
}

/**
 * Where `path` leads, as a path of the same root; what does not exist stays as it is named. For people to read: nothing is
 * ever opened by it without being resolved again. Like Docker's, it gives up in a circle of links by leaving the rest.
 */
export function evaluate(sys: Syscalls, root: number, path: string): string {
  const resolved: string[] = [];
  const pending = path.split('/').reverse();
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      resolved.pop();
      continue;
    }
    const target = links < MAX_LINKS ? linkAt(sys, root, [...resolved, name].join('/')) : undefined;
    if (target === undefined) {
      resolved.push(name);
      continue;
    }
    links++;
    if (target.startsWith('/')) resolved.length = 0;
    pending.push(...target.split('/').reverse());
  }
  return `/${resolved.join('/')}`;
}

function linkAt(sys: Syscalls, root: number, path: string): string | undefined {
  let fd: number;
  try {
    fd = openInRoot(sys, root, path, O.PATH | O.NOFOLLOW);
  } catch {
    return undefined;
  }
  try {
    return (fstatSync(fd).mode & constants.S_IFMT) === constants.S_IFLNK ? sys.readlinkat(fd, '') : undefined;
  } finally {
    closeSync(fd);
  }
}
