import { closeSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { AT, O, RESOLVE } from '../../sys/constants.ts';
import type { Syscalls } from '../../sys/syscalls.ts';

/** Unit of st_blocks, whatever the blocks of the file system are. */
export const BLOCK = 512;

/**
 * Bytes, inodes and what the disk gives for them (`allocated`, bytes) below a directory that a container may be writing to: each directory is opened beneath the one before
 * and read by its fd, so that no exchanged symlink leads the walk elsewhere. What vanishes meanwhile is not counted.
 */
export async function measureTree(syscalls: Syscalls, path: string): Promise<{ bytes: number; inodes: number; allocated: number }> {
  const seen = new Set<string>();
  let bytes = 0;
  let allocated = 0;
  const visit = async (dirfd: number, name: string): Promise<void> => {
    let fd: number;
    try {
      fd = syscalls.openat2(dirfd, name, {
        flags: O.RDONLY | O.DIRECTORY | O.NOFOLLOW,
        resolve: dirfd === AT.FDCWD ? 0 : RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS,
      });
    } catch {
      return;
    }
    try {
      for (const entry of await readdir(`/proc/self/fd/${fd}`, { withFileTypes: true })) {
        const stats = await lstat(`/proc/self/fd/${fd}/${entry.name}`).catch(() => undefined);
        if (stats === undefined) continue;
        const inode = `${stats.dev}:${stats.ino}`;
        if (!seen.has(inode)) {
          bytes += stats.isFile() ? stats.size : 0;
          allocated += stats.blocks * BLOCK;
        }
        seen.add(inode);
        if (stats.isDirectory()) await visit(fd, entry.name);
      }
    } finally {
      closeSync(fd);
    }
  };
  await visit(AT.FDCWD, path);
  return { bytes, inodes: seen.size, allocated };
}
