import { parentPort } from 'node:worker_threads';
import { assertPresent } from '../../base/assert.ts';
import { toPlainError, type WorkerAnswer } from '../layers/worker-messages.ts';
import { ExploredImage } from './explored-image.ts';
import type { ExplorerJob, ImageLayersSummary, ListedDirectory } from './explorer-types.ts';

/** Images kept while somebody looks at them. */
const KEPT = 2;

const port = assertPresent(parentPort, 'this module runs in a worker thread');
/** The one that was asked for last comes last. */
const explored = new Map<string, ExploredImage>();

port.on('message', (job: ExplorerJob) => {
  let answer: WorkerAnswer<ImageLayersSummary | ListedDirectory>;
  try {
    const image = imageOf(job);
    answer = { kind: 'done', result: job.kind === 'summary' ? image.summary : image.list(job) };
  } catch (error) {
    answer = { kind: 'failed', error: toPlainError(error) };
  }
  port.postMessage(answer);
});

function imageOf({ image, layers }: ExplorerJob): ExploredImage {
  const found = explored.get(image) ?? new ExploredImage(layers);
  explored.delete(image);
  explored.set(image, found);
  for (const oldest of explored.keys()) if (explored.size > KEPT) explored.delete(oldest);
  return found;
}
