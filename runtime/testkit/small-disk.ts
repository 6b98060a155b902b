import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CLONE, MNT, MS } from '../sys/constants.ts';
import { hasCode } from '../sys/errno.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';

/** A file system of its own for tests of full disks, seen by this process, save its threads that ran before, and by those it starts from now on. */
export class SmallDisk implements Disposable {
  readonly path: string;
  readonly #sys = createLinuxSyscalls();

  /** Mounted at `path`, which is made; `size` in bytes. */
  constructor(path: string, size: number) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.#sys.unshare(CLONE.NEWNS);
    this.#sys.mount('', '/', '', MS.PRIVATE | MS.REC, '');
    this.#sys.mount('tmpfs', path, 'tmpfs', 0, `size=${size}`);
  }

  /** Writes until nothing more fits. */
  fill(): void {
    const fd = openSync(join(this.path, 'filler'), 'w');
    try {
      for (;;) writeSync(fd, Buffer.alloc(4096));
    } catch (error) {
      if (!hasCode(error, 'ENOSPC')) throw error;
    } finally {
      closeSync(fd);
    }
  }

  /** What `fill` has written goes. */
  empty(): void {
    rmSync(join(this.path, 'filler'));
  }

  [Symbol.dispose](): void {
    this.#sys.umount2(this.path, MNT.DETACH);
  }
}
