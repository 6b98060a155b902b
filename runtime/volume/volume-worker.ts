import { parentPort } from 'node:worker_threads';
import { assertPresent } from '../base/assert.ts';
import { toPlainError, type WorkerAnswer } from '../store/layers/worker-messages.ts';
import { measureTree } from '../store/snapshots/measure-tree.ts';
import { CLONE, MS } from '../sys/constants.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { copyImageFiles } from './copy-up/copy-image-files.ts';
import type { VolumeJob } from './volume-threads.ts';

const port = assertPresent(parentPort, 'this module runs in a worker thread');
const sys = createLinuxSyscalls();
const answer = (message: WorkerAnswer<number>): void => port.postMessage(message);
let isApart = false;

port.on('message', (job: VolumeJob) => {
  run(job).then(
    (result) => answer({ kind: 'done', result }),
    (error: unknown) => answer({ kind: 'failed', error: toPlainError(error) }),
  );
});

async function run(job: VolumeJob): Promise<number> {
  if (job.kind !== 'copy-up') {
    const { bytes, allocated } = await measureTree(sys, job.path);
    return job.kind === 'measure' ? bytes : allocated;
  }
  if (!isApart) {
    // What this thread mounts, it alone sees; what the host unmounts goes here too.
    sys.unshare(CLONE.NEWNS);
    sys.mount('', '/', '', MS.REC | MS.SLAVE, '');
    isApart = true;
  }
  copyImageFiles(sys, job);
  return 0;
}
