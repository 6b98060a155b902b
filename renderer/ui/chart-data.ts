export interface ChartData {
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  /** One list for each line; null where nothing was measured. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** Longer than this between two points: nothing was measured in between. */
const GAP_MS = 2500;

/** Aligns points for a chart, with a hole where the measuring paused. */
export function chartData<P extends { readonly time: number }>(points: readonly P[], picks: readonly ((point: P) => number)[], from: number): ChartData {
  const times: number[] = [];
  const values: (number | null)[][] = picks.map(() => []);
  let before: number | null = null;
  for (const point of points) {
    if (point.time < from) continue;
    if (before !== null && point.time - before > GAP_MS) {
      times.push((before + 1000) / 1000);
      for (const list of values) list.push(null);
    }
    times.push(point.time / 1000);
    picks.forEach((pick, index) => values[index]?.push(pick(point)));
    before = point.time;
  }
  return { times, values };
}

const STEPS = [1, 2, 4, 8, 10];
const BINARY_STEPS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** The top of an axis: the next number above `value` whose half is still a round one. */
export function axisTop(value: number, binary: boolean): number {
  const base = binary ? 1024 : 10;
  const unit = base ** Math.floor(Math.log(Math.max(value, 1e-9)) / Math.log(base));
  for (const step of binary ? BINARY_STEPS : STEPS) if (step * unit >= value) return step * unit;
  return base * unit;
}
