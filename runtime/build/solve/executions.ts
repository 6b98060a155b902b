import { interruptible } from '../../base/interruptible.ts';

/** What one who waits for an execution is told meanwhile. */
export interface ExecutionListener {
  /** The work waits until it settles. */
  log(stream: 1 | 2, data: Uint8Array): void | Promise<void>;
  container(id: string): void;
  progress(id: string, current: number, total?: number): void;
}

/** Bytes of output kept for those who come later. */
const REPLAYED_BYTES = 256 * 1024;

/** One piece of work that several may wait for. */
class Execution<T> implements ExecutionListener {
  readonly listeners = new Set<ExecutionListener>();
  readonly #leaving = new AbortController();
  readonly result: Promise<T>;
  readonly #output: { readonly stream: 1 | 2; readonly data: Uint8Array }[] = [];
  #bytes = 0;
  #container: string | undefined;

  constructor(work: (signal: AbortSignal, listener: ExecutionListener) => Promise<T>) {
    // Not before the first listener has entered: it is to be waited for from the first word on.
    this.result = Promise.resolve().then(() => work(this.#leaving.signal, this));
  }

  async log(stream: 1 | 2, data: Uint8Array): Promise<void> {
    if (this.#bytes < REPLAYED_BYTES) {
      // Whoever gives the bytes may use their memory again.
      const kept = data.slice(0, REPLAYED_BYTES - this.#bytes);
      this.#bytes += kept.length;
      this.#output.push({ stream, data: kept });
    }
    await Promise.all([...this.listeners].map(async (listener) => listener.log(stream, data)));
  }

  container(id: string): void {
    this.#container = id;
    for (const listener of this.listeners) listener.container(id);
  }

  progress(id: string, current: number, total?: number): void {
    for (const listener of this.listeners) listener.progress(id, current, total);
  }

  enter(listener: ExecutionListener): void {
    if (this.#container !== undefined) listener.container(this.#container);
    for (const { stream, data } of this.#output) void listener.log(stream, data);
    this.listeners.add(listener);
  }

  abort(reason: unknown): void {
    this.#leaving.abort(reason);
  }
}

/** Work by name that happens once for all who want it at the same time. */
export class Executions<T> {
  readonly #running = new Map<string, Execution<T>>();

  /**
   * Joins the work of that name, or begins it. It ends when all who wanted it have left; the last one leaves when it has ended. Settles as
   * the work does; throws the signal's reason to one who leaves.
   */
  async join(
    name: string,
    signal: AbortSignal,
    listener: ExecutionListener,
    work: (signal: AbortSignal, listener: ExecutionListener) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const execution = this.#running.get(name) ?? this.#begin(name, work);
    execution.enter(listener);
    try {
      return await interruptible(execution.result, signal);
    } finally {
      execution.listeners.delete(listener);
      if (execution.listeners.size === 0) {
        if (this.#running.get(name) === execution) this.#running.delete(name);
        execution.abort(signal.reason);
        await execution.result.catch(() => undefined);
      }
    }
  }

  #begin(name: string, work: (signal: AbortSignal, listener: ExecutionListener) => Promise<T>): Execution<T> {
    const execution = new Execution(work);
    this.#running.set(name, execution);
    const forget = (): void => {
      if (this.#running.get(name) === execution) this.#running.delete(name);
    };
    execution.result.then(forget, forget);
    return execution;
  }
}
