import 'uplot/dist/uPlot.min.css';
import { type ReactElement, useEffect, useLayoutEffect, useRef, useState } from 'react';
import UPlot from 'uplot';
import { clockTime } from '../strings/format.ts';
import styles from './chart.module.css';
import { axisTop, type ChartData } from './chart-data.ts';
import { onThemeChange } from './terminal-theme.ts';
import { tokenColour } from './token-colour.ts';

export interface ChartLine {
  readonly label: string;
  /** A token: `--series-1`. */
  readonly color: string;
}

export interface ChartProps {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly data: ChartData;
  /** Seconds since the epoch at both ends. */
  readonly from: number;
  readonly to: number;
  readonly format: (value: number) => string;
  /** The axis counts in powers of two. */
  readonly binary?: boolean;
  /** The axis reaches this far at least. */
  readonly atLeast: number;
  readonly limit?: { readonly value: number; readonly label: string } | undefined;
  /** Seconds since the epoch at both ends of what was dragged over; absent: nothing can be. */
  readonly onZoom?: (from: number, to: number) => void;
  /** Where keys have put the cursor, in seconds since the epoch, and from where on they mark; absent: it is the pointer's. */
  readonly keyed?: { readonly at: number; readonly mark: number | null } | undefined;
}

/** The one time under the pointer in all charts of a screen. */
const CURSOR = 'slipway';
const HEIGHT = 128;
const NOWHERE = { left: -10, top: -10 };
const NOTHING = { left: 0, top: 0, width: 0, height: 0 };

const fontOf = (): string => getComputedStyle(document.documentElement).getPropertyValue('--font').trim();

export function Chart(props: ChartProps): ReactElement {
  const { title, lines, data, format, from, to, keyed } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const latest = useRef(props);
  const [index, setIndex] = useState<number | null>(null);
  useLayoutEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = new UPlot(options(latest, element.clientWidth, setIndex), aligned(latest.current.data), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const undoTheme = onThemeChange(() => made.redraw(false, true));
    return () => {
      observer.disconnect();
      undoTheme();
      made.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => {
    const made = plot.current;
    // In a batch it is laid out at once: what keys mark lies in the new scale.
    made?.batch(() => made.setData(aligned(data)));
  }, [data, from, to]);

  const keyedAt = keyed?.at;
  const mark = keyed?.mark ?? keyedAt;
  useEffect(() => {
    const made = plot.current;
    if (!made || keyedAt === undefined || mark === undefined) return;
    const [left, other] = [made.valToPos(keyedAt, 'x'), made.valToPos(mark, 'x')];
    made.setCursor({ left, top: HEIGHT / 2 });
    made.setSelect({ left: Math.min(left, other), top: 0, width: Math.abs(left - other), height: made.over.clientHeight }, false);
    return () => {
      made.setCursor(NOWHERE);
      made.setSelect(NOTHING, false);
    };
  }, [data, from, to, keyedAt, mark]);

  const at = index ?? data.times.length - 1;
  const time = data.times[at];
  return (
    <figure className={styles.chart} aria-label={title} style={{ margin: 0 }}>
      <figcaption className={styles.head}>
        <span className={styles.title}>{title}</span>
        <span className={styles.read}>
          {index !== null && time !== undefined && <span>{clockTime(time * 1000)}</span>}
          {lines.map((line, which) => {
            const value = data.values[which]?.[at];
            return (
              <span key={line.label} className={styles.value}>
                {lines.length > 1 && <span className={styles.key} style={{ background: `var(${line.color})` }} />}
                {lines.length > 1 && line.label}
                <b>{value === null || value === undefined ? '–' : format(value)}</b>
              </span>
            );
          })}
        </span>
      </figcaption>
      <div ref={host} className={styles.plot} />
    </figure>
  );
}

const aligned = ({ times, values }: ChartData): UPlot.AlignedData => [[...times], ...values.map((list) => [...list])];

function options(latest: { readonly current: ChartProps }, width: number, onCursor: (index: number | null) => void): UPlot.Options {
  const font = `11px ${fontOf()}`;
  return {
    width,
    height: HEIGHT,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: CURSOR }, y: false, drag: { x: latest.current.onZoom !== undefined, y: false, setScale: false }, points: { size: 7, width: 0 } },
    scales: {
      x: { time: true, range: () => [latest.current.from, latest.current.to] },
      y: { range: (_, __, highest) => [0, top(latest.current, highest)] },
    },
    axes: [
      { stroke: () => tokenColour('--text-faint'), font, size: 24, gap: 4, space: 64, grid: { show: false }, ticks: { show: false }, values: timeLabels },
      {
        stroke: () => tokenColour('--text-faint'),
        font,
        size: 62,
        gap: 6,
        grid: { stroke: () => tokenColour('--line'), width: 1 },
        ticks: { show: false },
        splits: (plot) => {
          const highest = plot.scales.y?.max ?? 1;
          return [0, highest / 2, highest];
        },
        values: (_, splits) => splits.map((value) => latest.current.format(value)),
      },
    ],
    series: [{}, ...latest.current.lines.map((line) => ({ stroke: () => tokenColour(line.color), width: 1.5, spanGaps: false, points: { show: false } }))],
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      setSelect: [(plot) => dragged(plot, latest.current.onZoom)],
      draw: [(plot) => drawLimit(plot, latest.current.limit)],
    },
  };
}

/** A few pixels are a click. Charts that share the cursor share the drag as well: the one under the pointer tells of it. */
function dragged(plot: UPlot, onZoom: ChartProps['onZoom']): void {
  const { left, width } = plot.select;
  if (width === 0) return;
  plot.setSelect(NOTHING, false);
  if (width > 4 && plot.over.matches(':hover')) onZoom?.(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
}

/** Clock times; none that the edge would cut, and without seconds where the steps are minutes. */
function timeLabels(plot: UPlot, splits: number[]): string[] {
  const edge = plot.bbox.width / devicePixelRatio - 26;
  const minutes = splits.every((split) => split % 60 === 0);
  return splits.map((split) => (plot.valToPos(split, 'x') > edge || plot.valToPos(split, 'x') < 24 ? '' : clockTime(split * 1000).slice(0, minutes ? 5 : 8)));
}

/** The limit belongs into the picture while the values come near it; far above them it would press the line flat. */
function top({ limit, atLeast, binary = false }: ChartProps, highest: number | null): number {
  const needed = Math.max(highest ?? 0, atLeast);
  const plain = axisTop(needed * 1.05, binary);
  return limit && limit.value <= plain * 4 ? Math.max(plain, axisTop(limit.value * 1.05, binary)) : plain;
}

function drawLimit(plot: UPlot, limit: ChartProps['limit']): void {
  const highest = plot.scales.y?.max ?? 0;
  if (!limit || limit.value > highest) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const y = Math.round(plot.valToPos(limit.value, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = tokenColour('--state-paused');
  ctx.lineWidth = ratio;
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${11 * ratio}px ${fontOf()}`;
  ctx.textAlign = 'right';
  ctx.textBaseline = y - bbox.top > 16 * ratio ? 'bottom' : 'top';
  ctx.fillStyle = tokenColour('--text-dim');
  ctx.fillText(limit.label, bbox.left + bbox.width, y + (ctx.textBaseline === 'bottom' ? -2 : 3) * ratio);
  ctx.restore();
}
