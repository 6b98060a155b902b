import { quantile } from './statistics.ts';

/** Durations in milliseconds by the name of what took them, in the order of first use. */
export class Timings {
  readonly #samples = new Map<string, number[]>();

  add(name: string, milliseconds: number): void {
    const known = this.#samples.get(name);
    if (known === undefined) this.#samples.set(name, [milliseconds]);
    else known.push(milliseconds);
  }

  /** Passes on what `run` gives, a promise included, and notes how long it took. */
  of<T>(name: string, run: () => T): T {
    const begin = performance.now();
    const result = run();
    const note = (): void => this.add(name, performance.now() - begin);
    if (result instanceof Promise) void result.then(note, note);
    else note();
    return result;
  }

  clear(): void {
    this.#samples.clear();
  }

  /** A line for each. */
  format(): string {
    return [...this.#samples].map(([name, samples]) => `  ${name.padEnd(42)} median ${micros(samples, 0.5)} µs  p95 ${micros(samples, 0.95)} µs`).join('\n');
  }
}

function micros(samples: readonly number[], q: number): string {
  return (quantile(samples, q) * 1000).toFixed(0).padStart(6);
}
