import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../base/errors.ts';
import { O, RESOLVE } from './constants.ts';
import { hasCode } from './errno.ts';
import type { Syscalls } from './syscalls.ts';

const LIMIT = 1024 * 1024;

/**
 * Text of a file as the process `pid` sees it, for passwd and group. Resolved beneath its root, which is held, so that
 * neither a link nor a swapped directory leads out; a FIFO or device is not waited for (CVE-2024-9676). Empty when there
 * is no such regular file. Throws TooLarge over 1 MiB.
 */
export function readInRoot(syscalls: Syscalls, pid: number, path: string): string {
  const root = openSync(`/proc/${pid}/root`, O.PATH | constants.O_DIRECTORY);
  try {
    const file = syscalls.openat2(root, path, { flags: O.RDONLY | O.NONBLOCK | O.NOCTTY, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS });
    try {
      return readRegular(file, path);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return '';
    throw error;
  } finally {
    closeSync(root);
  }
}

function readRegular(file: number, path: string): string {
  const stat = fstatSync(file);
  if (!stat.isFile()) return '';
  const { size } = stat;
  if (size > LIMIT) throw new EngineError('TooLarge', `${path} of the container has ${size} bytes, more than ${LIMIT}`);
  const buffer = Buffer.alloc(size);
  return buffer.toString('utf8', 0, readSync(file, buffer, 0, size, 0));
}
