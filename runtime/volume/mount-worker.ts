import { parentPort } from 'node:worker_threads';
import { assertPresent } from '../base/assert.ts';
import { toPlainError, type WorkerAnswer } from '../store/layers/worker-messages.ts';
import { MNT } from '../sys/constants.ts';
import { hasCode } from '../sys/errno.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import type { MountJob } from './volume-threads.ts';

/** A server that does not answer holds mount(2) and umount(2) up for minutes. This thread stays in the mount namespace of the engine. */
const port = assertPresent(parentPort, 'this module runs in a worker thread');
const sys = createLinuxSyscalls();
const answer = (message: WorkerAnswer<number>): void => port.postMessage(message);

port.on('message', (job: MountJob) => {
  try {
    run(job);
    answer({ kind: 'done', result: 0 });
  } catch (error) {
    answer({ kind: 'failed', error: toPlainError(error) });
  }
});

function run(job: MountJob): void {
  if (job.kind === 'mount') {
    const { type, device, flags, data } = job.fileSystem;
    sys.mount(device, job.target, type, flags, data);
    return;
  }
  try {
    sys.umount2(job.target, MNT.DETACH);
  } catch (error) {
    // Nothing is mounted there.
    if (!hasCode(error, 'EINVAL', 'ENOENT')) throw error;
  }
}
