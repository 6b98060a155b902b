import { Worker } from 'node:worker_threads';
import { EngineError } from '../../base/errors.ts';
import { fromPlainError, type PlainError } from '../../store/layers/worker-messages.ts';
import type { CopyUpJob } from './copy-image-files.ts';
import { mayHaveContent } from './image-content.ts';

/** Copies of images' files to volumes, one after another, each in a thread of its own that ends with it. */
export class CopyUps {
  #last: Promise<void> = Promise.resolve();

  /** Returns at once when the image has nothing there. See copyImageFiles. */
  run(job: CopyUpJob): Promise<void> {
    if (!mayHaveContent(job.overlay.lower, job.path)) return Promise.resolve();
    const done = this.#last.then(() => inThread(job));
    this.#last = done.catch(() => undefined);
    return done;
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
