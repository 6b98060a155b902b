import type { MetricPoint } from '../container-service.ts';
import { meanPoint } from './points.ts';
import { Ring } from './ring.ts';

/** Five minutes second by second, then an hour in means of ten seconds. */
const FINE_POINTS = 300;
const COARSE_SPAN = 10;
const COARSE_POINTS = 360;

/** The past of one container's figures. */
export class MetricHistory {
  readonly #fine = new Ring<MetricPoint>(FINE_POINTS);
  readonly #coarse = new Ring<MetricPoint>(COARSE_POINTS);
  #open: MetricPoint[] = [];

  push(point: MetricPoint): void {
    this.#fine.push(point);
    this.#open.push(point);
    const [first, ...rest] = this.#open;
    if (first === undefined || this.#open.length < COARSE_SPAN) return;
    this.#coarse.push(meanPoint([first, ...rest]));
    this.#open = [];
  }

  /** Oldest first, newer than `since` (ms since the epoch). */
  points(since: number): MetricPoint[] {
    const fine = this.#fine.toArray();
    const fineStart = fine[0]?.time ?? Number.POSITIVE_INFINITY;
    return [...this.#coarse.toArray().filter(({ time }) => time < fineStart), ...fine].filter(({ time }) => time > since);
  }
}
