import { watch } from 'node:fs';

/** Says when a followed log may have grown, and when it will grow no more. */
export interface Wakeups extends Disposable {
  readonly ended: boolean;
  /** Resolves at once when something has happened since the last call. Rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<void>;
}

/** Wakes at each change in `directory`; `end` ends the following after one more look at the files. */
export class DirectoryWakeups implements Wakeups {
  #ended = false;
  #isDue = false;
  #wake: (() => void) | null = null;
  readonly #stop: () => void;

  constructor(directory: string) {
    const watcher = watch(directory, () => this.#ring());
    // The directory's removal ends the container too, which calls `end`.
    watcher.on('error', () => this.end());
    this.#stop = () => watcher.close();
  }

  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
    this.#ring();
  }

  async next(signal: AbortSignal): Promise<void> {
    if (!this.#isDue) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      this.#wake = resolve;
      try {
        await promise;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    }
    this.#isDue = false;
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.end();
  }

  #ring(): void {
    this.#isDue = true;
    this.#wake?.();
    this.#wake = null;
  }
}
