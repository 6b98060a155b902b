/** One second of one container. Times in milliseconds since the epoch, sizes in bytes, rates in bytes per second. */
export interface MetricPoint {
  readonly time: number;
  /** Percent of one cpu; may exceed 100. */
  readonly cpuPercent: number;
  readonly memory: number;
  /** 0: none. */
  readonly memoryLimit: number;
  readonly networkRx: number;
  readonly networkTx: number;
  readonly blockRead: number;
  readonly blockWrite: number;
  readonly pids: number;
}

/**
 * GET /slipway/v1/metrics[?id=ID][&since=MS]: history by container id, oldest first.
 * With &stream=1 each later line is one MetricsMessage with the newest point of every running container.
 */
export interface MetricsMessage {
  readonly points: Readonly<Record<string, readonly MetricPoint[]>>;
}
