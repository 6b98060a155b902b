import { Keeping } from './keeping.ts';
import { noted, readKept } from './store.ts';

/** One file of what the app knows by itself, as JSON. */
export class KeptFile {
  readonly #path: string;
  readonly #keeping: Keeping;
  #writing: Promise<void> = Promise.resolve();
  #next: (() => unknown) | null = null;

  constructor(path: string, keeping = new Keeping()) {
    this.#path = path;
    this.#keeping = keeping;
  }

  /** Undefined: there is none, or it is damaged. */
  read(): Promise<unknown> {
    return readKept(this.#path);
  }

  /**
   * Atomic, and resolves in any case. Of several that come while one is being written only the last is; what is kept is asked for when its turn
   * has come, and may be a promise.
   */
  write(kept: () => unknown): Promise<void> {
    const waits = this.#next !== null;
    this.#next = kept;
    if (!waits) {
      const next = this.#writing.then(async () => {
        const last = this.#next ?? kept;
        this.#next = null;
        return this.#keeping.write(this.#path, JSON.stringify(await last()));
      });
      // From now on, not from when it has what is kept: the app may quit in between.
      this.#writing = noted(next);
    }
    return this.#writing;
  }

  /** When everything that was given to it is in the file. */
  settled(): Promise<void> {
    return this.#writing;
  }
}
