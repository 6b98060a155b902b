import { parentPort } from 'node:worker_threads';
import { assertPresent } from '../../base/assert.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { toPlainError, type WorkerAnswer } from '../layers/worker-messages.ts';
import { runTreeJob, type TreeJob, type TreeResult } from './tree-jobs.ts';

const port = assertPresent(parentPort, 'this module runs in a worker thread');
const sys = createLinuxSyscalls();
const answer = (message: WorkerAnswer<TreeResult>): void => port.postMessage(message);

port.on('message', (job: TreeJob) => {
  try {
    answer({ kind: 'done', result: runTreeJob(sys, job) });
  } catch (error) {
    answer({ kind: 'failed', error: toPlainError(error) });
  }
});
