/** Value at a quantile of unsorted samples, nearest rank. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export interface Measured {
  readonly name: string;
  readonly samples: readonly number[];
}

/** A table of median, 95th percentile and the ratio of medians to the last row, which is the peer. */
export function formatResults(title: string, unit: string, results: readonly Measured[]): string {
  const peer = results.length > 1 ? results.at(-1) : undefined;
  const rows = results.map(({ name, samples }) => {
    const median = quantile(samples, 0.5);
    const ratio = peer === undefined || name === peer.name ? '' : `  ${(median / quantile(peer.samples, 0.5)).toFixed(3)} of ${peer.name}`;
    return `  ${name.padEnd(10)} median ${median.toFixed(2)} ${unit}  p95 ${quantile(samples, 0.95).toFixed(2)} ${unit}  n=${samples.length}${ratio}`;
  });
  return [title, ...rows].join('\n');
}
