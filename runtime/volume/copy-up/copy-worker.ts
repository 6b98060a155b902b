import { parentPort } from 'node:worker_threads';
import { assertPresent } from '../../base/assert.ts';
import { toPlainError, type WorkerAnswer } from '../../store/layers/worker-messages.ts';
import { CLONE, MS } from '../../sys/constants.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { type CopyUpJob, copyImageFiles } from './copy-image-files.ts';

const port = assertPresent(parentPort, 'this module runs in a worker thread');
const sys = createLinuxSyscalls();
const answer = (message: WorkerAnswer<null>): void => port.postMessage(message);

// What this thread mounts, it alone sees; what the host unmounts goes here too.
sys.unshare(CLONE.NEWNS);
sys.mount('', '/', '', MS.REC | MS.SLAVE, '');

port.on('message', (job: CopyUpJob) => {
  try {
    copyImageFiles(sys, job);
    answer({ kind: 'done', result: null });
  } catch (error) {
    answer({ kind: 'failed', error: toPlainError(error) });
  }
});
