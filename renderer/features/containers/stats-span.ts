import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';

/** What of the history is shown, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Less than this cannot be told apart any more. */
const SHORTEST = 5000;

/** The newest `range` milliseconds. A young container's history fills the width, once it is a minute long. */
export function newest(points: readonly MetricPoint[], range: number): Span {
  const to = points.at(-1)?.time ?? 0;
  return { from: Math.max(to - range, Math.min(points[0]?.time ?? 0, to - 60_000)), to };
}

/** What was dragged over, as a span of at least a few points inside of what is shown; null: too little was. */
export function zoomed(shown: Span, a: number, b: number): Span | null {
  const from = Math.max(shown.from, Math.min(a, b));
  const to = Math.min(shown.to, Math.max(a, b));
  if (to <= from) return null;
  const missing = Math.max(0, SHORTEST - (to - from));
  return { from: Math.max(shown.from, from - missing / 2), to: Math.min(shown.to, to + missing / 2) };
}

/** With one point more on both sides, so that lines run to the edges. */
export function within(points: readonly MetricPoint[], { from, to }: Span): readonly MetricPoint[] {
  const first = points.findIndex(({ time }) => time >= from);
  const after = points.findIndex(({ time }) => time > to);
  return first < 0 ? [] : points.slice(Math.max(0, first - 1), after < 0 ? points.length : after + 1);
}

const FIELDS = [
  ['cpu_percent', 'cpuPercent'],
  ['memory_bytes', 'memory'],
  ['memory_limit_bytes', 'memoryLimit'],
  ['network_received_bytes_per_second', 'networkRx'],
  ['network_sent_bytes_per_second', 'networkTx'],
  ['disk_read_bytes_per_second', 'blockRead'],
  ['disk_written_bytes_per_second', 'blockWrite'],
  ['processes', 'pids'],
] as const satisfies readonly (readonly [string, keyof MetricPoint])[];

/** A row a point with UTC times (RFC 4180); the names of columns are for programs and the same in every language. */
export function statsCsv(points: readonly MetricPoint[], { from, to }: Span): string {
  const rows = points
    .filter(({ time }) => time >= from && time <= to)
    .map((point) => [new Date(point.time).toISOString(), ...FIELDS.map(([, field]) => String(Math.round(point[field] * 1000) / 1000))].join(','));
  return `${[['time', ...FIELDS.map(([name]) => name)].join(','), ...rows].join('\r\n')}\r\n`;
}
