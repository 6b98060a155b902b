import { Activity, Download, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import { createMetricsStore, type MetricsStore } from '../../stores/metrics-store.ts';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { byteRate, duration, exactTime, joined, memorySize, percent } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Chart } from '../../ui/chart.tsx';
import { chartData } from '../../ui/chart-data.ts';
import { chartPicture } from '../../ui/chart-picture.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Menu } from '../../ui/menu.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { ToolNote, ToolRow } from '../../ui/tool-row.tsx';
import { visibleName } from '../../ui/visible-text.ts';
import styles from './stats.module.css';
import { type KeyedCursor, keyed } from './stats-keys.ts';
import { newest, type Span, statsCsv, within, zoomed } from './stats-span.ts';

/** Seconds. */
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
  const [zoom, setZoom] = useState<Span | null>(null);
  const [cursor, setCursor] = useState<KeyedCursor | null>(null);
  const { toasts } = useServices();
  const name = useEngine((state) => state.containers.get(id)?.name ?? id);
  const area = useRef<HTMLDivElement>(null);
  const last = points.at(-1);
  const { from, to } = zoom ?? newest(points, Number(range) * 1000);
  const charts = useMemo(() => {
    const shown = within(points, { from, to });
    return {
      cpu: chartData(shown, [(point) => point.cpuPercent], 0),
      memory: chartData(shown, [(point) => point.memory], 0),
      network: chartData(shown, [(point) => point.networkRx, (point) => point.networkTx], 0),
      block: chartData(shown, [(point) => point.blockRead, (point) => point.blockWrite], 0),
      pids: chartData(shown, [(point) => point.pids], 0),
    };
  }, [points, from, to]);
  if (!last) return <EmptyState icon={<Activity />} title={words.emptyTitle} text={running ? words.emptyRunning : words.emptyStopped} />;

  const span = {
    from: from / 1000,
    to: to / 1000,
    onZoom: (a: number, b: number) => setZoom((held) => zoomed(held ?? { from, to }, a * 1000, b * 1000) ?? held),
    // What has moved out of the time that is shown stays at its edge.
    keyed: cursor ? { at: Math.max(from, cursor.at) / 1000, mark: cursor.mark === null ? null : Math.max(from, cursor.mark) / 1000 } : undefined,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const times = points.map(({ time }) => time).filter((time) => time >= from && time <= to);
    const step = keyed(times, cursor, event);
    // One step back at a time: what is marked, then the zoom, then whatever Escape means around here.
    if (!step && !(event.key === 'Escape' && zoom)) return;
    event.preventDefault();
    event.stopPropagation();
    setCursor(step?.kind === 'moved' ? step.cursor : null);
    if (!step) setZoom(null);
    else if (step.kind === 'zoom') span.onZoom(step.span.from / 1000, step.span.to / 1000);
  };
  const leave = () => setCursor(null);
  const rate = (value: number) => joined(byteRate(value));
  const memory = (value: number) => joined(memorySize(value));
  const exports = () => [
    { id: 'csv', label: words.exportCsv, run: () => saveFile(`${name}.csv`, new Blob([statsCsv(points, { from, to })], { type: 'text/csv' })) },
    {
      id: 'png',
      label: words.exportPng,
      run: () => {
        if (!area.current) return;
        chartPicture(area.current, { title: visibleName(name), note: `${exactTime(from)} – ${exactTime(to)}` }).then(
          (picture) => saveFile(`${name}.png`, picture),
          (error: unknown) => tellFailure(toasts, words.exportFailed, error),
        );
      },
    },
  ];
  return (
    <>
      <ToolRow
        end={
          <>
            <ToolNote>{last.memoryLimit > 0 ? words.limit(memory(last.memoryLimit)) : ''}</ToolNote>
            <Menu
              actions={exports}
              trigger={
                <IconButton small label={words.export}>
                  <Download />
                </IconButton>
              }
            />
          </>
        }
      >
        <Segmented
          label={words.range}
          value={range}
          segments={RANGES.map((value) => ({ value, label: duration(Number(value) * 1000) }))}
          onChange={(value) => {
            setZoom(null);
            setRange(value);
          }}
        />
        {zoom ? (
          <Button small look="quiet" onClick={() => setZoom(null)}>
            <ZoomOut />
            {words.reset}
          </Button>
        ) : (
          <ToolNote>{words.zoomHint}</ToolNote>
        )}
      </ToolRow>
      <div className={styles.stats} tabIndex={0} role="region" aria-label={t.detailsView.tabs.stats} onKeyDown={onKeyDown} onBlur={leave} onPointerMove={leave}>
        <div ref={area} className={styles.grid}>
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
