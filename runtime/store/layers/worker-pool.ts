import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../../base/errors.ts';
import type { ExtractedLayer, ExtractJob } from './extract-layer.ts';
import { fromPlainError, type WorkerAnswer } from './worker-messages.ts';

interface Task {
  readonly job: ExtractJob;
  readonly onProgress: ((bytesRead: number) => void) | undefined;
  readonly resolve: (layer: ExtractedLayer) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads cost memory, and an engine seldom loads images. */
const IDLE_MS = 5000;

/** Threads that unpack layers, one job at a time each. Started when needed, ended when idle. */
export class WorkerPool implements AsyncDisposable {
  readonly #limit: number;
  readonly #queue: Task[] = [];
  readonly #busy = new Map<Worker, Task>();
  readonly #idle = new Set<Worker>();
  #retire: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(limit = Math.min(4, availableParallelism())) {
    this.#limit = limit;
  }

  /** See extractLayer. */
  extract(job: ExtractJob, onProgress?: (bytesRead: number) => void): Promise<ExtractedLayer> {
    if (this.#closed) return Promise.reject(new EngineError('Canceled', 'the store is closing'));
    const { promise, resolve, reject } = Promise.withResolvers<ExtractedLayer>();
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
    }, IDLE_MS).unref();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./layer-worker.ts', import.meta.url), {
      // Descriptors from system calls are unknown to Node, which warns of each one that is closed.
      trackUnmanagedFds: false,
    });
    worker.on('message', (answer: WorkerAnswer) => this.#answered(worker, answer));
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, undefined));
    return worker;
  }

  #answered(worker: Worker, answer: WorkerAnswer): void {
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
    else task.resolve(answer.layer);
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
