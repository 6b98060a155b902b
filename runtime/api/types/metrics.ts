import type { MetricPoint } from '../../container/container-service.ts';

export type { MetricPoint } from '../../container/container-service.ts';

/** How late the engine's event loop came to what was due, in milliseconds. */
export interface EventLoopReport {
  /** The longest delay, whoever caused it: on a busy machine the engine may have to wait for a processor. */
  readonly maxStallMs: number;
  /** The most processor time that the engine itself used in one delay: what it would take on a machine with nothing else to do. */
  readonly maxBusyMs: number;
  /** 99 of 100 checks, ten milliseconds apart while the engine works, came earlier. */
  readonly p99Ms: number;
  /** When measuring began or was reset, in milliseconds since the epoch. */
  readonly since: number;
}

/**
 * GET /slipway/v1/metrics[?id=ID][&since=MS][&reset=1]: history by container id, oldest first, and the event loop's delays,
 * which `reset` forgets after this answer. With &stream=1 each later line is one MetricsMessage with the newest point of
 * every running container alone.
 */
export interface MetricsMessage {
  readonly points: Readonly<Record<string, readonly MetricPoint[]>>;
  readonly eventLoop?: EventLoopReport;
}
