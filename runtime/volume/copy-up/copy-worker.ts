import { parentPort, workerData } from 'node:worker_threads';
import { assertPresent } from '../../base/assert.ts';
import { toPlainError } from '../../store/layers/worker-messages.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { type CopyUpJob, copyImageFiles } from './copy-image-files.ts';

const port = assertPresent(parentPort, 'this module runs in a worker thread');
try {
  copyImageFiles(createLinuxSyscalls(), workerData as CopyUpJob);
  port.postMessage(null);
} catch (error) {
  port.postMessage(toPlainError(error));
}
