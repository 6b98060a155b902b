import { closeSync, constants, copyFileSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { SEEK } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import type { TreeNode } from '../trees/tree-node.ts';

const CHUNK = 256 * 1024;
/** Below it, one read and one write are less than asking the kernel to share or move blocks. */
const SMALL = 64 * 1024;
/** Above it, the kernel would not be stopped before the end of the file. */
const LARGE = 8 * 1024 * 1024;
const buffer = Buffer.allocUnsafeSlow(CHUNK);

/** Fills the new file `to` with what `from` has, sharing blocks where the file system can and keeping holes. */
export function copyContent(sys: Syscalls, from: TreeNode, to: number, check: () => void): void {
  const size = Number(from.stats.size);
  if (size === 0) return;
  // In units of 512 bytes whatever the file system's are (inode(7)).
  const isSparse = Number(from.stats.blocks) * 512 < size && size > SMALL;
  if (!isSparse && size > SMALL && size <= LARGE) {
    // FICLONE, else copy_file_range(2) within the kernel.
    copyFileSync(from.path, `/proc/self/fd/${to}`, constants.COPYFILE_FICLONE);
    return;
  }
  if (!isSparse && size > LARGE && isCloned(from, to)) return;
  const file = from.open();
  try {
    if (isSparse) copyData(sys, file, to, size, check);
    else copyRange(file, to, 0, size, check);
  } finally {
    closeSync(file);
  }
}

/** Whether the file system has shared the blocks. */
function isCloned(from: TreeNode, to: number): boolean {
  try {
    copyFileSync(from.path, `/proc/self/fd/${to}`, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'ENOTTY', 'EINVAL', 'ENOSYS')) return false;
    throw error;
  }
}

function copyRange(from: number, to: number, start: number, end: number, check: () => void): void {
  for (let at = start; at < end; ) {
    check();
    const count = readSync(from, buffer, 0, Math.min(CHUNK, end - at), at);
    if (count === 0) return;
    for (let written = 0; written < count; ) written += writeSync(to, buffer, written, count - written, at + written);
    at += count;
  }
}

/** lseek(2): from data to hole to data. */
function copyData(sys: Syscalls, from: number, to: number, size: number, check: () => void): void {
  for (let at = 0; at < size; ) {
    let data: number;
    try {
      data = sys.lseek(from, at, SEEK.DATA);
    } catch (error) {
      if (hasCode(error, 'ENXIO')) break;
      throw error;
    }
    const hole = Math.min(size, sys.lseek(from, data, SEEK.HOLE));
    copyRange(from, to, data, hole, check);
    at = hole;
  }
  ftruncateSync(to, size);
}
