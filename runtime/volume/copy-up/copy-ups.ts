import { Worker } from 'node:worker_threads';
import { EngineError } from '../../base/errors.ts';
import { fromPlainError, type PlainError } from '../../store/layers/worker-messages.ts';
import type { CopyUpJob } from './copy-image-files.ts';
import { mayHaveContent } from './image-content.ts';

/** One copy of many files must not hold up the others; more threads than that only slow each other down. */
const AT_ONCE = 4;

/** Copies of images' files to volumes, each in a thread of its own that ends with it. */
export class CopyUps {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Makes no thread when the image has nothing there. See copyImageFiles. */
  async run(job: CopyUpJob): Promise<void> {
    if (!mayHaveContent(job.overlay.lower, job.path)) return;
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      await inThread(job);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

function inThread(job: CopyUpJob): Promise<void> {
  return new Promise((resolve, reject) => {
    // Descriptors from system calls are unknown to Node, which warns of each one that is closed.
    const worker = new Worker(new URL('./copy-worker.ts', import.meta.url), { workerData: job, trackUnmanagedFds: false });
    let answer: PlainError | null | undefined;
    worker.once('message', (message: PlainError | null) => {
      answer = message;
    });
    worker.once('error', reject);
    // Not before the thread is gone, and with it its mounts.
    worker.once('exit', () => {
      if (answer === null) resolve();
      else reject(answer === undefined ? new EngineError('Internal', 'the copy of files to a volume ended unexpectedly') : fromPlainError(answer));
    });
  });
}
