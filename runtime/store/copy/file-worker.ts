import { parentPort } from 'node:worker_threads';
import { assertPresent } from '../../base/assert.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { toPlainError, type WorkerAnswer } from '../layers/worker-messages.ts';
import { type FileJob, type FileResult, runFileJob } from './copy-jobs.ts';

const port = assertPresent(parentPort, 'this module runs in a worker thread');
const sys = createLinuxSyscalls();
const answer = (message: WorkerAnswer<FileResult>): void => port.postMessage(message);

port.on('message', (job: FileJob) => {
  runFileJob(sys, job).then(
    (result) => answer({ kind: 'done', result }),
    (error: unknown) => answer({ kind: 'failed', error: toPlainError(error) }),
  );
});
