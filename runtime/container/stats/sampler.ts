import type { MetricPoint, StatsSample } from '../container-service.ts';
import { MetricHistory } from './history.ts';
import { pointOf } from './points.ts';

interface Source {
  readonly history: MetricHistory;
  before: StatsSample | null;
}

const INTERVAL_MS = 1000;
/** Histories of ended containers that are kept, so that a graph does not vanish with an exit. */
const KEPT_ENDED = 50;

/** Reads the figures of all running containers once a second; sleeps while none runs. */
export class Sampler {
  readonly #read: (id: string) => StatsSample | null;
  readonly #running = new Map<string, Source>();
  readonly #ended = new Map<string, MetricHistory>();
  readonly #listeners = new Set<(latest: ReadonlyMap<string, MetricPoint>) => void>();
  #timer: NodeJS.Timeout | null = null;

  /** `read` answers null when a container has just ended. */
  constructor(read: (id: string) => StatsSample | null) {
    this.#read = read;
  }

  /** Idempotent. */
  started(id: string): void {
    if (this.#running.has(id)) return;
    const history = this.#ended.get(id) ?? new MetricHistory();
    this.#ended.delete(id);
    // The first reading comes with the first round: a start must not wait for it.
    this.#running.set(id, { history, before: null });
    this.#timer ??= setInterval(() => this.#round(), INTERVAL_MS);
  }

  ended(id: string): void {
    const source = this.#running.get(id);
    if (source === undefined) return;
    this.#running.delete(id);
    this.#ended.set(id, source.history);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > KEPT_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    if (this.#running.size === 0) this.stop();
  }

  removed(id: string): void {
    this.ended(id);
    this.#ended.delete(id);
  }

  points(id: string, since: number): MetricPoint[] {
    return (this.#running.get(id)?.history ?? this.#ended.get(id))?.points(since) ?? [];
  }

  ids(): string[] {
    return [...this.#running.keys(), ...this.#ended.keys()];
  }

  subscribe(listener: (latest: ReadonlyMap<string, MetricPoint>) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #round(): void {
    const latest = new Map<string, MetricPoint>();
    for (const [id, source] of this.#running) {
      const sample = this.#read(id);
      if (sample === null) continue;
      if (source.before !== null) {
        const point = pointOf(source.before, sample);
        source.history.push(point);
        latest.set(id, point);
      }
      source.before = sample;
    }
    if (latest.size > 0) for (const listener of this.#listeners) listener(latest);
  }
}
