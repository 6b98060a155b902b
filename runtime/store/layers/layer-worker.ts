import { parentPort } from 'node:worker_threads';
import { assertPresent } from '../../base/assert.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { type AdoptJob, adoptUpper } from './adopt-upper.ts';
import { type ExtractedLayer, type ExtractJob, extractLayer } from './extract-layer.ts';
import { toPlainError, type WorkerAnswer } from './worker-messages.ts';

export type LayerJob = (ExtractJob & { readonly kind: 'extract' }) | (AdoptJob & { readonly kind: 'adopt' });

const PROGRESS_STEP = 4 * 1024 * 1024;

const port = assertPresent(parentPort, 'this module runs in a worker thread');
const sys = createLinuxSyscalls();
const answer = (message: WorkerAnswer<ExtractedLayer>): void => port.postMessage(message);

port.on('message', (job: LayerJob) => void run(job).catch((error: unknown) => answer({ kind: 'failed', error: toPlainError(error) })));

async function run(job: LayerJob): Promise<void> {
  if (job.kind === 'adopt') {
    answer({ kind: 'done', result: adoptUpper(sys, job) });
    return;
  }
  let told = 0;
  const result = await extractLayer(sys, job, (bytesRead) => {
    if (bytesRead - told < PROGRESS_STEP) return;
    told = bytesRead;
    answer({ kind: 'progress', bytesRead });
  });
  answer({ kind: 'done', result });
}
