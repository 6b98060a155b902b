import { closeSync, constants, openSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { bytesOfText } from '../../base/byte-text.ts';
import { hasCode } from '../../sys/errno.ts';

/** How many directories are held open at once; what lies deeper is first moved up. */
const OPEN_DEPTH = 64;
const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Deletes whatever `path` is, never following a link. Works at any depth and with any bytes as names, which deletion by
 * path does not: a tree made by relative steps can be deeper than PATH_MAX. Idempotent.
 */
export function removeTree(path: string): void {
  let parent: number;
  try {
    parent = openSync(dirname(path), DIRECTORY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    removeTreeAt(parent, basename(path));
  } finally {
    closeSync(parent);
  }
}

/** As removeTree, for the entry `name` of the open directory `parent`. */
export function removeTreeAt(parent: number, name: string): void {
  const pending: Buffer[] = [bytesOfText(name)];
  let moved = 0;
  const moveUp = (fd: number, child: Buffer): void => {
    const parked = bytesOfText(`${name.slice(0, 50)}.deep-${process.pid}-${moved++}`);
    renameSync(at(fd, child), at(parent, parked));
    pending.push(parked);
  };
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) remove(parent, next, 0, moveUp);
}

function remove(parent: number, name: Buffer, depth: number, moveUp: (fd: number, child: Buffer) => void): void {
  const path = at(parent, name);
  try {
    unlinkSync(path);
    return;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    if (!hasCode(error, 'EISDIR', 'EPERM')) throw error;
  }
  const fd = openSync(path, DIRECTORY);
  try {
    for (const entry of readdirSync(`/proc/self/fd/${fd}`, { withFileTypes: true, encoding: 'buffer' })) {
      if (!entry.isDirectory()) unlinkSync(at(fd, entry.name));
      else if (depth < OPEN_DEPTH) remove(fd, entry.name, depth + 1, moveUp);
      else moveUp(fd, entry.name);
    }
  } finally {
    closeSync(fd);
  }
  rmdirSync(path);
}

function at(fd: number, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name]);
}
