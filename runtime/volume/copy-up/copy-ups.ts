import { WorkerPool } from '../../store/layers/worker-pool.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { type CopyUpJob, copyEmptyDirectory } from './copy-image-files.ts';
import { contentAt } from './image-content.ts';

/** One copy of many files must not hold up the others; more threads than that only slow each other down. */
const THREADS = 4;

/** Copies of images' files to volumes, in threads of their own. */
export class CopyUps implements AsyncDisposable {
  readonly #sys: Syscalls;
  readonly #pool = new WorkerPool<CopyUpJob, null>(new URL('./copy-worker.ts', import.meta.url), THREADS);

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  /** Needs no thread when the image has nothing there, or an empty directory, which is what most images declare. See copyImageFiles. */
  async run(job: CopyUpJob): Promise<void> {
    const content = contentAt(this.#sys, job.overlay.lower, job.path);
    if (content.kind === 'empty') copyEmptyDirectory(this.#sys, content.path, job);
    if (content.kind === 'files') await this.#pool.run(job);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }
}
