import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { EngineError } from '../base/errors.ts';
import { LOCK } from '../sys/constants.ts';
import { hasCode } from '../sys/errno.ts';
import type { Syscalls } from '../sys/syscalls.ts';

/**
 * Makes this process the only engine of `root` until it ends or disposes of the lock; the kernel gives it up with a
 * killed engine. Throws Conflict with the pid of the engine that has it.
 */
export function lockRoot(syscalls: Syscalls, root: string): Disposable {
  const path = `${root}/engine.lock`;
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    syscalls.flock(fd, LOCK.EX | LOCK.NB);
  } catch (error) {
    closeSync(fd);
    if (!hasCode(error, 'EWOULDBLOCK', 'EAGAIN')) throw error;
    throw new EngineError('Conflict', `another engine (pid ${readFileSync(path, 'utf8').trim()}) uses ${root}`, { cause: error });
  }
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`, 0);
  return { [Symbol.dispose]: () => closeSync(fd) };
}
