import { WorkerPool } from '../store/layers/worker-pool.ts';
import type { Syscalls } from '../sys/syscalls.ts';
import { type CopyUpJob, copyEmptyDirectory } from './copy-up/copy-image-files.ts';
import { contentAt } from './copy-up/image-content.ts';
import type { FileSystem } from './file-system.ts';

export type VolumeJob = ({ readonly kind: 'copy-up' } & CopyUpJob) | { readonly kind: 'measure' | 'occupied'; readonly path: string };

export type MountJob =
  | { readonly kind: 'mount'; readonly fileSystem: FileSystem; readonly target: string }
  | { readonly kind: 'unmount'; readonly target: string };

/** One copy of many files must not hold up the others; more threads than that only slow each other down. */
const THREADS = 4;

/** What takes as long as a volume or an image has files, in threads of their own. */
export class VolumeThreads implements AsyncDisposable {
  readonly #sys: Syscalls;
  readonly #pool = new WorkerPool<VolumeJob, number>(new URL('./volume-worker.ts', import.meta.url), THREADS);
  readonly #mounts = new WorkerPool<MountJob, number>(new URL('./mount-worker.ts', import.meta.url), THREADS);

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  /** Needs no thread when the image has nothing there, or an empty directory, which is what most images declare. See copyImageFiles. */
  async copyUp(job: CopyUpJob): Promise<void> {
    const content = contentAt(this.#sys, job.overlay.lower, job.path);
    if (content.kind === 'empty') copyEmptyDirectory(this.#sys, content.path, job);
    if (content.kind === 'files') await this.#pool.run({ ...job, kind: 'copy-up' });
  }

  /** Bytes of all files below a directory, hard links counted once. */
  measure(path: string): Promise<number> {
    return this.#pool.run({ kind: 'measure', path });
  }

  /** Bytes of the disk that all below a directory takes, hard links counted once. */
  occupied(path: string): Promise<number> {
    return this.#pool.run({ kind: 'occupied', path });
  }

  /** In the engine's mount namespace. Rejects with the errno's name as details.code. */
  async mount(fileSystem: FileSystem, target: string): Promise<void> {
    await this.#mounts.run({ kind: 'mount', fileSystem, target });
  }

  /** Idempotent. What still has files open there goes on with them. */
  async unmount(target: string): Promise<void> {
    await this.#mounts.run({ kind: 'unmount', target });
  }

  /** Jobs under way fail with Canceled. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#pool[Symbol.asyncDispose](), this.#mounts[Symbol.asyncDispose]()]);
  }
}
