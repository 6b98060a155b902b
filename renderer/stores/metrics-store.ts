import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MetricPoint, MetricsMessage } from '../../runtime/api/types/metrics.ts';
import type { Transport } from '../engine/transport.ts';
import { documentVisibility, type Visibility } from './visibility.ts';
import { whileSeen } from './while-seen.ts';

/** Seconds a list's sparkline shows. */
export const LIST_SECONDS = 60;

export interface MetricsState {
  /** Newest points by container id, oldest first, each array replaced when it grows. */
  readonly points: ReadonlyMap<string, readonly MetricPoint[]>;
}
export interface MetricsStore extends StoreApi<MetricsState> {
  /** Begins to follow the engine. Returns what stops it; it may be started again. */
  start(): () => void;
}

/** Adds what is newer than the last point held; history and live points may overlap. */
export function append(held: readonly MetricPoint[], added: readonly MetricPoint[], keepMs: number): readonly MetricPoint[] {
  const last = held.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
  const fresh = added.filter((point) => point.time > last);
  if (fresh.length === 0) return held;
  const all = [...held, ...fresh];
  const oldest = (all.at(-1)?.time ?? 0) - keepMs;
  const from = all.findIndex((point) => point.time >= oldest);
  return from > 0 ? all.slice(from) : all;
}

function merged(held: ReadonlyMap<string, readonly MetricPoint[]>, message: MetricsMessage, keepMs: number): ReadonlyMap<string, readonly MetricPoint[]> {
  const points = new Map(held);
  const newest = Math.max(0, ...Object.values(message.points).map((list) => list.at(-1)?.time ?? 0));
  for (const [id, added] of Object.entries(message.points)) points.set(id, append(points.get(id) ?? [], added, keepMs));
  for (const [id, list] of points) if ((list.at(-1)?.time ?? 0) < newest - keepMs) points.delete(id);
  return points;
}

/** One stream of metrics, of one container or of all, kept for `keepMs` and closed while nobody looks. */
export function createMetricsStore(
  transport: Transport,
  options: { readonly id?: string; readonly keepMs?: number; readonly visibility?: Visibility; readonly retryMs?: number } = {},
): MetricsStore {
  const { id, keepMs = LIST_SECONDS * 1000, visibility = documentVisibility, retryMs } = options;
  const store = createStore<MetricsState>(() => ({ points: new Map() }));
  const start = whileSeen({
    visibility,
    retryMs,
    open: (again) =>
      transport.open(
        'metrics',
        { since: Date.now() - keepMs, ...(id !== undefined && { id }) },
        {
          onData: (message) => store.setState((state) => ({ points: merged(state.points, message, keepMs) })),
          onClose: () => again(),
        },
      ),
  });
  return Object.assign(store, { start });
}
