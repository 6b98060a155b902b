import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EngineError, type ErrorKind } from '../../../base/errors.ts';
import type { ScanAnswer, ScanJob, ScanResult } from './scan-job.ts';

interface Task {
  readonly job: ScanJob;
  readonly signal: AbortSignal;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads cost memory; whoever has a log open holds them. */
const IDLE_MS = 5000;
/** A pattern that backtracks without end never looks at the flag that stops it. */
const GRACE_MS = 200;

/** Threads that index and search logs, one job at a time each. A job that does not end with its signal is ended with its thread. */
export class ScanPool implements AsyncDisposable {
  readonly #limit: number;
  readonly #queue: Task[] = [];
  readonly #busy = new Map<Worker, Task>();
  readonly #idle = new Set<Worker>();
  #holders = 0;
  #retire: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(limit = Math.min(4, Math.max(2, availableParallelism()))) {
    this.#limit = limit;
  }

  /** How many jobs go on at the same time. */
  get width(): number {
    return this.#limit;
  }

  /** Threads that there are. */
  get threads(): number {
    return this.#busy.size + this.#idle.size;
  }

  /** Settles as the job does in the thread; rejects with the signal's reason. */
  run<Job extends ScanJob>(job: Job, signal: AbortSignal): Promise<ScanResult<Job>> {
    if (this.#closed) return Promise.reject(new EngineError('Canceled', 'the engine is closing'));
    const { promise, resolve, reject } = Promise.withResolvers<ScanResult<Job>>();
    const task: Task = { job, signal, resolve, reject };
    const aborted = (): void => this.#abort(task);
    signal.addEventListener('abort', aborted, { once: true });
    this.#queue.push(task);
    if (signal.aborted) aborted();
    else this.#dispatch();
    return promise.finally(() => signal.removeEventListener('abort', aborted));
  }

  /** Has all threads ready until it is disposed: a first search does not wait until they have started. */
  hold(): Disposable {
    this.#holders++;
    clearTimeout(this.#retire);
    while (!this.#closed && this.threads < this.#limit) {
      const worker = this.#start();
      worker.unref();
      this.#idle.add(worker);
    }
    return {
      [Symbol.dispose]: () => {
        this.#holders--;
        this.#dispatch();
      },
    };
  }

  /** Ends the threads; jobs still under way fail with Canceled. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retire);
    const closed = new EngineError('Canceled', 'the engine is closing');
    for (const task of [...this.#queue.splice(0), ...this.#busy.values()]) task.reject(closed);
    await Promise.all([...this.#busy.keys(), ...this.#idle].map((worker) => worker.terminate()));
  }

  #abort(task: Task): void {
    task.reject(task.signal.reason);
    const queued = this.#queue.indexOf(task);
    if (queued >= 0) this.#queue.splice(queued, 1);
    const end = (): void => {
      for (const [worker, held] of this.#busy) if (held === task) void worker.terminate();
    };
    setTimeout(end, GRACE_MS).unref();
  }

  #dispatch(): void {
    clearTimeout(this.#retire);
    while (this.#queue.length > 0) {
      const [idle] = this.#idle;
      if (idle === undefined && this.threads >= this.#limit) return;
      const task = this.#queue.shift();
      if (task === undefined) return;
      const worker = idle ?? this.#start();
      this.#idle.delete(worker);
      this.#busy.set(worker, task);
      worker.ref();
      worker.postMessage(task.job);
    }
    if (this.#busy.size > 0 || this.#idle.size === 0 || this.#holders > 0 || this.#closed) return;
    this.#retire = setTimeout(() => {
      for (const worker of this.#idle) void worker.terminate();
      this.#idle.clear();
    }, IDLE_MS).unref();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./scan-worker.ts', import.meta.url));
    worker.on('message', (answer: ScanAnswer) => {
      const task = this.#busy.get(worker);
      if (task === undefined) return;
      this.#busy.delete(worker);
      this.#idle.add(worker);
      worker.unref();
      if ('result' in answer) task.resolve(answer.result as never);
      else task.reject(new EngineError(answer.kind as ErrorKind, answer.message));
      this.#dispatch();
    });
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, undefined));
    return worker;
  }

  #lost(worker: Worker, cause: unknown): void {
    this.#idle.delete(worker);
    const task = this.#busy.get(worker);
    this.#busy.delete(worker);
    task?.reject(new EngineError('Internal', 'a worker of the logs ended unexpectedly', { cause }));
    if (!this.#closed) this.#dispatch();
  }
}
