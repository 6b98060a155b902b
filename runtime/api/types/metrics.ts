import type { MetricPoint } from '../../container/container-service.ts';

export type { MetricPoint } from '../../container/container-service.ts';

/**
 * GET /slipway/v1/metrics[?id=ID][&since=MS]: history by container id, oldest first.
 * With &stream=1 each later line is one MetricsMessage with the newest point of every running container.
 */
export interface MetricsMessage {
  readonly points: Readonly<Record<string, readonly MetricPoint[]>>;
}
