import { Activity } from 'lucide-react';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import { createMetricsStore, type MetricsStore } from '../../stores/metrics-store.ts';
import { useServices } from '../../stores/services.tsx';
import { byteRate, joined, memorySize, percent } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Chart } from '../../ui/chart.tsx';
import { chartData } from '../../ui/chart-data.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { ToolNote, ToolRow } from '../../ui/tool-row.tsx';
import styles from './stats.module.css';

const RANGES = ['300', '1800', '3600'] as const;
const NO_POINTS: readonly MetricPoint[] = [];

/** History and present of one container; the engine had the history before this was opened. */
export function Stats({ id, running }: { readonly id: string; readonly running: boolean }): ReactElement {
  const { transport } = useServices();
  const [store] = useState(() => createMetricsStore(transport, { id, keepMs: 3_600_000 }));
  useEffect(() => store.start(), [store]);
  return <Charts id={id} store={store} running={running} />;
}

function Charts({ id, store, running }: { readonly id: string; readonly store: MetricsStore; readonly running: boolean }): ReactElement {
  const points = useStore(store, (state) => state.points.get(id) ?? NO_POINTS);
  const [range, setRange] = useState<string>(RANGES[0]);
  const words = t.stats;
  const last = points.at(-1);
  const to = last ? last.time : 0;
  // A young container's history fills the width, once it is a minute long.
  const from = Math.max(to - Number(range) * 1000, Math.min(points[0]?.time ?? 0, to - 60_000));
  const charts = useMemo(
    () => ({
      cpu: chartData(points, [(point) => point.cpuPercent], from),
      memory: chartData(points, [(point) => point.memory], from),
      network: chartData(points, [(point) => point.networkRx, (point) => point.networkTx], from),
      block: chartData(points, [(point) => point.blockRead, (point) => point.blockWrite], from),
      pids: chartData(points, [(point) => point.pids], from),
    }),
    [points, from],
  );
  if (!last) return <EmptyState icon={<Activity />} title={words.emptyTitle} text={running ? words.emptyRunning : words.emptyStopped} />;

  const span = { from: from / 1000, to: to / 1000 };
  const rate = (value: number) => joined(byteRate(value));
  const memory = (value: number) => joined(memorySize(value));
  return (
    <>
      <ToolRow end={<ToolNote>{last.memoryLimit > 0 ? words.limit(memory(last.memoryLimit)) : ''}</ToolNote>}>
        <Segmented label={words.range} value={range} segments={RANGES.map((value) => ({ value, label: words.ranges[value] }))} onChange={setRange} />
      </ToolRow>
      <div className={styles.stats} tabIndex={0} role="region" aria-label={t.detailsView.tabs.stats}>
        <div className={styles.grid}>
          <Chart
            title={words.cpu}
            data={charts.cpu}
            lines={[{ label: words.cpu, color: '--series-1' }]}
            format={(value) => joined(percent(value))}
            atLeast={2}
            {...span}
          />
          <Chart
            title={words.memory}
            data={charts.memory}
            lines={[{ label: words.used, color: '--series-1' }]}
            format={memory}
            binary
            atLeast={2 ** 20}
            limit={last.memoryLimit > 0 ? { value: last.memoryLimit, label: words.limit(memory(last.memoryLimit)) } : undefined}
            {...span}
          />
          <Chart
            title={words.network}
            data={charts.network}
            lines={[
              { label: words.received, color: '--series-1' },
              { label: words.sent, color: '--series-2' },
            ]}
            format={rate}
            atLeast={1000}
            {...span}
          />
          <Chart
            title={words.block}
            data={charts.block}
            lines={[
              { label: words.read, color: '--series-1' },
              { label: words.written, color: '--series-2' },
            ]}
            format={rate}
            atLeast={1000}
            {...span}
          />
          <Chart
            title={words.pids}
            data={charts.pids}
            lines={[{ label: words.number, color: '--series-1' }]}
            format={(value) => String(Math.round(value * 10) / 10)}
            atLeast={4}
            {...span}
          />
        </div>
      </div>
    </>
  );
}
