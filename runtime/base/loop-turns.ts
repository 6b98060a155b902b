/**
 * Spreads work of many over the event loop: each turn of the loop has one piece of it, so that what ten do at once holds nothing up
 * for ten times as long. Who is alone does not wait.
 */
export class LoopTurns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** Resolves when the caller may do its piece. */
  async next(): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true;
      setImmediate(() => this.#pass());
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #pass(): void {
    const next = this.#waiting.shift();
    this.#isTaken = next !== undefined;
    if (next === undefined) return;
    setImmediate(() => this.#pass());
    next();
  }
}
