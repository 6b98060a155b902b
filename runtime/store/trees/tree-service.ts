import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { posix } from 'node:path';
import { drained } from '../../base/drained.ts';
import { F } from '../../sys/constants.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { currentUmask } from '../layers/umask.ts';
import { WorkerPool } from '../layers/worker-pool.ts';
import type { Change } from './changes.ts';
import type { DirectoryEntry, DirectoryPage } from './list-directory.ts';
import type { PathStat } from './path-stat.ts';
import { readPipe } from './pipe-input.ts';
import type {
  ChangesJob,
  ListJob,
  LookJob,
  PackJob,
  PackLayerJob,
  PathJob,
  ReadFileJob,
  RebuildJob,
  RenameJob,
  StatJob,
  TreeJob,
  TreeResult,
  UnpackJob,
  WriteFileJob,
} from './tree-jobs.ts';

type WithoutKind<Job> = Omit<Job, 'kind'>;

/** Jobs that may wait for a client hold a thread each; more than these wait for their turn. */
const THREADS = 12;
const PIPE_BYTES = 1024 * 1024;
/** Pieces from a client are small, and to wake the thread for each costs more than what it does with them. */
const BATCH = 512 * 1024;

/**
 * Reads and writes of whole trees, in threads of their own: what a container has mounted may answer late or never, and the
 * engine must not wait for it. Archives go through pipes, so that nothing is kept but what a pipe holds, and a side that
 * ends its pipe ends the other.
 */
export class TreeService implements AsyncDisposable {
  readonly #sys: Syscalls;
  readonly #pool = new WorkerPool<TreeJob, TreeResult>(new URL('./tree-worker.ts', import.meta.url), THREADS);
  readonly #umask = currentUmask();

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  /** Fails as statInRoot does. */
  async stat(job: WithoutKind<StatJob>): Promise<PathStat> {
    return (await this.#pool.run({ ...job, kind: 'stat' })) as PathStat;
  }

  /** Fails as listInRoot does. */
  async list(job: WithoutKind<ListJob>): Promise<DirectoryPage> {
    return (await this.#pool.run({ ...job, kind: 'list' })) as DirectoryPage;
  }

  /** Fails as lookInRoot does. */
  async look(job: WithoutKind<LookJob>): Promise<{ readonly path: string; readonly entry: DirectoryEntry }> {
    return (await this.#pool.run({ ...job, kind: 'look' })) as { readonly path: string; readonly entry: DirectoryEntry };
  }

  /** Fails as removeInRoot, makeDirectoryInRoot and renameInRoot do. */
  async change(job: PathJob | RenameJob): Promise<void> {
    await this.#pool.run(job);
  }

  /** Fails as readFileInRoot does. To be iterated: that starts it. A piece is valid until the next. */
  readFile(job: WithoutKind<ReadFileJob>, signal: AbortSignal): AsyncGenerator<Buffer> {
    return this.#packed({ ...job, kind: 'read-file' }, signal);
  }

  /** Replaces a regular file, or makes one: all of it or nothing. Fails as writeFileInRoot does. */
  async writeFile(place: Omit<WriteFileJob, 'kind' | 'temporary'>, source: AsyncIterable<Uint8Array>): Promise<void> {
    const temporary = `.${randomUUID()}.tmp`;
    try {
      await this.#fed({ ...place, temporary, kind: 'write-file' }, source);
      await this.#pool.run({ ...place, temporary, kind: 'replace' });
    } catch (error) {
      const { root, isRootReadonly } = place;
      await this.change({ kind: 'remove', root, path: `${posix.dirname(place.path)}/${temporary}`, isRootReadonly }).catch(() => undefined);
      throw error;
    }
  }

  /** Fails with NotFound, or in the middle, when what it reads does. To be iterated: that starts it. A piece is valid until the next. */
  pack(job: WithoutKind<PackJob>, signal: AbortSignal): AsyncGenerator<Buffer> {
    return this.#packed({ ...job, kind: 'pack' }, signal);
  }

  /** What an upper directory has, as the tar of a layer. Ends with no more than the mark of its end when that is nothing. A piece is valid until the next. */
  packLayer(job: WithoutKind<PackLayerJob>, signal: AbortSignal): AsyncGenerator<Buffer> {
    return this.#packed({ ...job, kind: 'pack-layer' }, signal);
  }

  /** The tar that a layer was unpacked from, byte for byte. A piece is valid until the next. */
  rebuild(job: WithoutKind<RebuildJob>, signal: AbortSignal): AsyncGenerator<Buffer> {
    return this.#packed({ ...job, kind: 'rebuild' }, signal);
  }

  async changes(job: WithoutKind<ChangesJob>): Promise<readonly Change[]> {
    return (await this.#pool.run({ ...job, kind: 'changes' })) as readonly Change[];
  }

  /** Unpacks `source`, a plain tar. When that fails, nothing more is made; what is there by then stays. */
  unpack(job: Omit<UnpackJob, 'kind' | 'umask' | 'rootless'>, source: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#fed({ ...job, umask: this.#umask, rootless: false, kind: 'unpack' }, source);
  }

  async #fed(job: UnpackJob | (WriteFileJob & { readonly kind: 'write-file' }), source: AsyncIterable<Uint8Array>): Promise<void> {
    const { read, write } = this.#pipe();
    const done = this.#pool.run({ ...job, pipe: read });
    done.catch(() => undefined);
    const socket = new Socket({ fd: write, readable: false, writable: true });
    try {
      await send(source, socket);
    } catch (error) {
      socket.destroy();
      await done.catch(() => undefined);
      throw error;
    }
    await done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  async *#packed(job: ReadFileJob | PackJob | PackLayerJob | RebuildJob, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { read, write } = this.#pipe();
    const done = this.#pool.run({ ...job, pipe: write });
    done.catch(() => undefined);
    try {
      yield* readPipe(read, signal);
      await done;
    } finally {
      // Its files are held until it has noticed.
      await done.catch(() => undefined);
    }
  }

  #pipe(): { readonly read: number; readonly write: number } {
    const pipe = this.#sys.pipe();
    try {
      this.#sys.fcntl(pipe.read, F.SETPIPE_SZ, PIPE_BYTES);
    } catch {
      // Beyond what the user may have (pipe-user-pages-soft): a smaller one is slower.
    }
    return pipe;
  }
}

/** Ends early when the other side does: its answer says why. */
async function send(source: AsyncIterable<Uint8Array>, socket: Socket): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  let collected = 0;
  socket.cork();
  for await (const chunk of source) {
    if (socket.destroyed) return;
    socket.write(chunk);
    collected += chunk.byteLength;
    if (collected < BATCH) continue;
    collected = 0;
    socket.uncork();
    await drained(socket).catch(() => undefined);
    socket.cork();
  }
  socket.uncork();
  socket.end();
  await closed;
}
