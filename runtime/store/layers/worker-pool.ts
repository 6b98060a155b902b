import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../../base/errors.ts';
import { fromPlainError, type WorkerAnswer } from './worker-messages.ts';

interface Task<Job, Result> {
  readonly job: Job;
  readonly onProgress: ((bytesRead: number) => void) | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads cost memory, and an engine seldom loads images or copies files. */
const IDLE_MS = 5000;

/** Threads of one module that block while they work, one job at a time each. Started when needed, ended when idle. */
export class WorkerPool<Job, Result> implements AsyncDisposable {
  readonly #module: URL;
  readonly #limit: number;
  readonly #idleMs: number;
  readonly #queue: Task<Job, Result>[] = [];
  readonly #busy = new Map<Worker, Task<Job, Result>>();
  readonly #idle = new Set<Worker>();
  #retire: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(module: URL, limit = Math.min(4, availableParallelism()), idleMs = IDLE_MS) {
    this.#module = module;
    this.#limit = limit;
    this.#idleMs = idleMs;
  }

  /** Settles as the job does in the thread; errors keep kind and text. */
  run(job: Job, onProgress?: (bytesRead: number) => void): Promise<Result> {
    if (this.#closed) return Promise.reject(new EngineError('Canceled', 'the store is closing'));
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#queue.push({ job, onProgress, resolve, reject });
    this.#dispatch();
    return promise;
  }

  /** Ends the threads; jobs still under way fail with Canceled. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retire);
    const closed = new EngineError('Canceled', 'the store is closing');
    for (const task of this.#queue.splice(0)) task.reject(closed);
    for (const task of this.#busy.values()) task.reject(closed);
    await Promise.all([...this.#busy.keys(), ...this.#idle].map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    clearTimeout(this.#retire);
    while (this.#queue.length > 0) {
      const [idle] = this.#idle;
      if (idle === undefined && this.#busy.size >= this.#limit) return;
      const worker = idle ?? this.#start();
      const task = this.#queue.shift();
      if (task === undefined) return;
      this.#idle.delete(worker);
      this.#busy.set(worker, task);
      worker.ref();
      worker.postMessage(task.job);
    }
    if (this.#busy.size > 0 || this.#idle.size === 0 || this.#closed) return;
    this.#retire = setTimeout(() => {
      for (const worker of this.#idle) void worker.terminate();
      this.#idle.clear();
    }, this.#idleMs).unref();
  }

  #start(): Worker {
    const worker = new Worker(this.#module, {
      // Descriptors from system calls are unknown to Node, which warns of each one that is closed.
      trackUnmanagedFds: false,
    });
    worker.on('message', (answer: WorkerAnswer<Result>) => this.#answered(worker, answer));
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, undefined));
    return worker;
  }

  #answered(worker: Worker, answer: WorkerAnswer<Result>): void {
    const task = this.#busy.get(worker);
    if (task === undefined) return;
    if (answer.kind === 'progress') {
      task.onProgress?.(answer.bytesRead);
      return;
    }
    this.#busy.delete(worker);
    this.#idle.add(worker);
    worker.unref();
    if (answer.kind === 'failed') task.reject(fromPlainError(answer.error));
    else task.resolve(answer.result);
    this.#dispatch();
  }

  #lost(worker: Worker, cause: unknown): void {
    this.#idle.delete(worker);
    const task = this.#busy.get(worker);
    if (task === undefined) return;
    this.#busy.delete(worker);
    task.reject(new EngineError('Internal', 'a worker of the store ended unexpectedly', { cause }));
    this.#dispatch();
  }
}
