import type { Digest } from '../../base/digest.ts';
import { currentUmask } from '../layers/umask.ts';
import { WorkerPool } from '../layers/worker-pool.ts';
import { Cancellation } from './cancellation.ts';
import type { DigestedFiles } from './content-digest.ts';
import type { CopyJob, DigestJob, FileJob, FileResult, IgnoreJob, ReadJob } from './copy-jobs.ts';

type Given<Job> = Omit<Job, 'kind' | 'flag' | 'umask'>;

/** What builds do with trees of files: copies, digests, looks into them; in threads of their own, which an abort stops at the next file. */
export class FileService implements AsyncDisposable {
  readonly #pool = new WorkerPool<FileJob, FileResult>(new URL('./file-worker.ts', import.meta.url));
  readonly #umask = currentUmask();

  /** Has a thread begin, which takes longer than most jobs: to be called where one will be wanted soon. */
  prepare(): void {
    this.#pool.run({ kind: 'idle' }).catch(() => undefined);
  }

  /** Fails as runCopyActions does; what was made by then stays. */
  async copy(job: Given<CopyJob>, signal: AbortSignal): Promise<void> {
    await this.#run((flag) => ({ ...job, kind: 'copy', umask: this.#umask, flag }), signal);
  }

  /** Undefined when nothing is there. */
  async digest(files: DigestedFiles, signal: AbortSignal): Promise<Digest | undefined> {
    return (await this.#run((flag): DigestJob => ({ kind: 'digest', files, flag }), signal)) as Digest | undefined;
  }

  /** Deletes what a .dockerignore excludes. */
  async removeIgnored(job: Given<IgnoreJob>, signal: AbortSignal): Promise<void> {
    await this.#run((flag) => ({ ...job, kind: 'ignore', flag }), signal);
  }

  /** A regular file, links inside of the root followed; undefined where there is none. TooLarge past `limit` bytes. */
  async read(job: Omit<ReadJob, 'kind'>): Promise<Buffer | undefined> {
    const bytes = (await this.#pool.run({ ...job, kind: 'read' })) as Uint8Array | undefined;
    return bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  async #run(make: (flag: SharedArrayBuffer) => FileJob, signal: AbortSignal): Promise<FileResult> {
    signal.throwIfAborted();
    const cancellation = new Cancellation();
    const cancel = (): void => cancellation.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await this.#pool.run(make(cancellation.flag));
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
}
