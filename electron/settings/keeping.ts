import { writeAtomically } from './store.ts';

/**
 * Keeps what the app knows by itself, which nobody waits for: a file that cannot be written, as the disk is full, costs what is in it at the next
 * start and nothing now. That is told once, and again only after all files could be written in between.
 */
export class Keeping {
  readonly #failing = new Set<string>();
  #listener: ((reason: string) => void) | null = null;
  #untold = '';

  /** Who is told, also of what failed before there was anybody. */
  tell(listener: (reason: string) => void): void {
    this.#listener = listener;
    if (this.#untold !== '') listener(this.#untold);
    this.#untold = '';
  }

  /** Atomic; resolves in any case. */
  async write(path: string, text: string): Promise<void> {
    try {
      await writeAtomically(path, text);
      this.#failing.delete(path);
    } catch (error) {
      const isFirst = this.#failing.size === 0;
      this.#failing.add(path);
      if (!isFirst) return;
      const reason = (error as Error).message;
      console.error(`${path} was not kept: ${reason}`);
      if (this.#listener) this.#listener(reason);
      else this.#untold = reason;
    }
  }
}
