import { closeSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, messageOf } from '../../base/errors.ts';
import { F, F_SEAL, MFD } from '../constants.ts';
import { hasCode } from '../errno.ts';
import type { Syscalls } from '../syscalls.ts';

const SEAL_TRIES = 40;
const SEAL_PAUSE_MS = 50;

/** A program in memory that nobody can change any more. */
export interface SealedBinary extends Disposable {
  /** Valid for this process and the children it starts. */
  readonly path: string;
}

/** Kernels before 6.3 refuse MFD_EXEC with EINVAL; kernels after may be set to make memory files non-executable without it. */
function createExecutableMemory(syscalls: Syscalls): number {
  try {
    return syscalls.memfdCreate('slipway-launcher', MFD.CLOEXEC | MFD.ALLOW_SEALING | MFD.EXEC);
  } catch {
    return syscalls.memfdCreate('slipway-launcher', MFD.CLOEXEC | MFD.ALLOW_SEALING);
  }
}

/** The kernel refuses with EBUSY while it holds a page of the file itself, as it does for moments on a busy machine (`memfd_wait_for_pins` of mm/memfd.c). */
async function addSeals(syscalls: Syscalls, fd: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      syscalls.fcntl(fd, F.ADD_SEALS, F_SEAL.SEAL | F_SEAL.SHRINK | F_SEAL.GROW | F_SEAL.WRITE);
      return;
    } catch (error) {
      if (!hasCode(error, 'EBUSY') || tries === SEAL_TRIES) throw error;
      await sleep(SEAL_PAUSE_MS);
    }
  }
}

/**
 * Copies `file` into a sealed memfd: a process that reaches `/proc/<pid>/exe` of a monitor or of a container's child finds a
 * file it cannot write (CVE-2019-5736). Throws Unavailable when `file` cannot be read.
 */
export async function sealBinary(syscalls: Syscalls, file: string): Promise<SealedBinary> {
  let program: Buffer;
  try {
    program = await readFile(file);
  } catch (cause) {
    throw new EngineError('Unavailable', `launcher: cannot read ${file}: ${messageOf(cause)}; run \`node runtime/launcher/build.ts\``, { cause });
  }
  const fd = createExecutableMemory(syscalls);
  try {
    for (let at = 0; at < program.length; ) at += writeSync(fd, program, at);
    await addSeals(syscalls, fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  let open = true;
  return {
    path: `/proc/self/fd/${fd}`,
    [Symbol.dispose]() {
      // By the second time the number may be another file's.
      if (open) closeSync(fd);
      open = false;
    },
  };
}
