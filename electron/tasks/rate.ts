/** How far back a rate looks, in milliseconds. */
const WINDOW = 5000;
/** Samples closer together than this are one. */
const STEP = 250;

/** Units a second over the last seconds, from reports of how far something is. */
export class Rate {
  #samples: { readonly time: number; readonly current: number }[] = [];

  /** `time` in milliseconds. Counting backwards begins anew: what is counted is something else. */
  add(time: number, current: number): void {
    const last = this.#samples.at(-1);
    if (last && current < last.current) this.#samples = [];
    const before = this.#samples.at(-2);
    if (before && last && last.time - before.time < STEP) this.#samples.pop();
    this.#samples.push({ time, current });
    while (this.#samples.length > 2 && (this.#samples[1]?.time ?? time) < time - WINDOW) this.#samples.shift();
  }

  /** 0 when nothing is known, and when nothing has moved for the whole time looked at. */
  at(time: number): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.current === first.current || time - last.time > WINDOW) return 0;
    // From the last report on the time still runs: work that stalls slows down before the eyes.
    const span = Math.max(last.time, time - STEP * 4) - first.time;
    return span < STEP ? 0 : Math.round(((last.current - first.current) * 1000) / span);
  }
}
