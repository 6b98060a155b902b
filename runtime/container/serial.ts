/** Runs what it is given one after another, in order. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does; an earlier failure does not stop later work. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
