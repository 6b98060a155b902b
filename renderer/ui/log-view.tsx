import { type KeyboardEvent, type PointerEvent, type ReactElement, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { t } from '../strings/t.ts';
import { cx } from './class-names.ts';
import { FOOT, HEAD, isExact, LINE, moved, type Place, placeOf, scrollOf, spaceOf } from './log-place.ts';
import { LogRow, type ShownSource } from './log-row.tsx';
import type { LogSource } from './log-source.ts';
import styles from './log-view.module.css';

/** Lines that are kept above and below what is seen. */
const BEYOND = 12;
const MARKS = 400;

/** The numbers of the lines that are selected, both included. */
export interface SelectedLines {
  readonly from: number;
  readonly to: number;
}

export interface LogViewProps {
  readonly buffer: LogSource;
  readonly times: boolean;
  readonly wrap: boolean;
  /** What is marked in the lines. */
  readonly query: string | RegExp;
  /** Numbers of the lines that match, marked beside the scroll bar. */
  readonly matches: readonly number[];
  /** The same as parts of the whole from 0 to 1, where numbers would be too many. */
  readonly marks?: readonly number[];
  /** Number of the match that is shown; -1: none. */
  readonly current: number;
  readonly selected?: SelectedLines | null;
  readonly onSelect?: (lines: SelectedLines | null) => void;
  readonly onCopy?: (lines: SelectedLines) => void;
  /** By the number that a line has as its source. */
  readonly sources?: readonly ShownSource[];
}

const NO_NUMBERS: ReadonlySet<number> = new Set();

/** Lines of which only the visible ones exist, however many there are. It follows the newest until it is scrolled away from them. */
export function LogView(props: LogViewProps): ReactElement {
  const { buffer, times, wrap, query, matches, marks, current, selected = null, onSelect, onCopy, sources } = props;
  const version = useSyncExternalStore(buffer.subscribe, () => buffer.version);
  const scroll = useRef<HTMLDivElement>(null);
  const block = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(600);
  const [place, setPlace] = useState<Place>('end');
  const [pausedAt, setPausedAt] = useState(0);
  const [open, setOpen] = useState(NO_NUMBERS);
  // Where the scroll bar is as far as this view knows: another position means that somebody has scrolled.
  const known = useRef(0);
  const mustSync = useRef(true);
  const { first, end } = buffer;
  const extent = { first, end, height };
  const isUniform = !wrap && open.size === 0;
  const isDirect = isUniform && isExact(extent);
  const following = place === 'end';
  const fits = Math.ceil(height / LINE) + 1;
  // Only another match moves the view.
  const [shown, setShown] = useState(-1);
  if (current !== shown) {
    setShown(current);
    if (current >= first && current < end) {
      if (following) setPausedAt(end);
      // In the middle, over lines of whatever height.
      setPlace(isUniform ? { row: Math.max(first, current - Math.floor(fits / 2)), offset: 0 } : { row: current, offset: -Math.floor(height / 2) });
    }
  }
  // Nothing stays empty below the last line: a view has lines from here on at least.
  const full = Math.max(first, end - fits + 1);
  const top = following ? end - fits - BEYOND : Math.max(first, Math.min(place.row, isUniform ? full : end - 1));
  const from = Math.max(first, following || isUniform ? top : Math.min(top, full) - Math.max(BEYOND, fits));
  const to = Math.min(end, following ? end : top + fits + BEYOND);

  const go = (next: Place): void => {
    if (next !== 'end' && following) setPausedAt(end);
    setPlace(next);
  };

  useLayoutEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      mustSync.current = true;
      setHeight(element.clientHeight);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the same line stays at the top when lines leave above it or get other heights
  useLayoutEffect(() => {
    mustSync.current = true;
  }, [first, isDirect, shown]);

  useLayoutEffect(() => {
    const element = scroll.current;
    const lines = block.current;
    if (!element || !lines) return;
    buffer.want(Math.max(first, from), to);
    // Where all lines are of one height nothing is measured: that would have the page laid out twice a frame.
    const all = isUniform ? (to - from) * LINE + FOOT : lines.offsetHeight;
    const above = following ? 0 : isUniform ? HEAD + (top - from) * LINE : (lines.querySelector<HTMLElement>(`[data-row="${top}"]`)?.offsetTop ?? 0);
    const lowest = Math.min(0, height - all);
    const wantedShift = following ? lowest : -(above + place.offset);
    const shift = to === end ? Math.max(lowest, wantedShift) : wantedShift;
    lines.style.transform = `translateY(${shift}px)`;
    if (!following && !mustSync.current) return;
    mustSync.current = false;
    const wanted = scrollOf(place, extent);
    if (Math.abs(element.scrollTop - wanted) > 1) element.scrollTop = wanted;
    known.current = element.scrollTop;
  });

  /** The line at the top, read from what is drawn. */
  const topOf = (): { readonly row: number; readonly offset: number } => {
    if (place !== 'end') return { row: top, offset: place.offset };
    const lines = block.current;
    const shift = Math.max(0, (lines?.offsetHeight ?? 0) - height);
    for (const child of lines?.children ?? []) {
      if (!(child instanceof HTMLElement) || child.offsetTop + child.offsetHeight <= shift) continue;
      return { row: Number(child.dataset['row']), offset: shift - child.offsetTop };
    }
    return { row: first, offset: 0 };
  };
  const heightOf = (row: number): number => (isUniform ? LINE : measured(row));
  const measured = (row: number): number => block.current?.querySelector<HTMLElement>(`[data-row="${row}"]`)?.offsetHeight ?? LINE;

  const scrolled = (): void => {
    const element = scroll.current;
    if (!element) return;
    const now = element.scrollTop;
    const delta = now - known.current;
    known.current = now;
    if (Math.abs(delta) < 1) return;
    // The box got another height, which moved the bar: nobody did, and the next drawing puts it where it belongs.
    if (element.clientHeight !== height) return;
    if (isDirect) return go(placeOf(now, extent));
    if (Math.abs(delta) > 2 * height) return go(placeOf(now, extent));
    const next = moved(topOf(), delta, extent, heightOf);
    // Lines higher than others make the bar reach its end too early or too late.
    const most = spaceOf(extent) - height;
    mustSync.current = next === 'end' || now < 2 || now > most - 2 || Math.abs(scrollOf(next, extent) - now) > height;
    go(next);
  };

  const keyDown = (event: KeyboardEvent): void => {
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape' && selected) {
      event.stopPropagation();
      onSelect?.(null);
    } else if (event.key === 'End' && !event.shiftKey) {
      // Lines that come while the bar goes there would keep it from the end.
      go('end');
    } else if (event.key === 'Home' && !event.shiftKey && spaceOf(extent) > height) {
      // As they would keep it a line below the first.
      mustSync.current = true;
      go({ row: first, offset: 0 });
    } else if (mod && event.key === 'a' && onSelect) {
      onSelect({ from: first, to: end - 1 });
    } else if (mod && event.key === 'c' && selected && getSelection()?.isCollapsed !== false) {
      onCopy?.(selected);
    } else if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && onSelect) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const start = selected ?? (current >= 0 ? { from: current, to: current } : { from: topOf().row + 1, to: topOf().row + 1 });
      const edge = selected ? start.to + step : start.to;
      onSelect(edge < start.from ? { from: Math.max(first, edge), to: start.to } : { from: start.from, to: Math.min(end - 1, edge) });
    } else return;
    event.preventDefault();
  };

  const pointerDown = (event: PointerEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const row = Number(target?.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? -1);
    if (row < 0 || event.button !== 0 || !onSelect) return;
    const isGutter = target?.closest('[data-gutter]') !== null;
    if (event.shiftKey && selected) {
      event.preventDefault();
      onSelect({ from: Math.min(selected.from, row), to: Math.max(selected.to, row) });
    } else if (isGutter) onSelect({ from: row, to: row });
    else if (selected) onSelect(null);
  };

  const toggle = (number: number): void => {
    const next = new Set(open);
    if (!next.delete(number)) next.add(number);
    if (following) setPausedAt(end);
    if (following) setPlace(topOf());
    setOpen(next);
  };

  const rows = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return (
    <div className={cx(styles.root, wrap && styles.wrap, isUniform && styles.uniform)} data-version={version}>
      <div
        ref={scroll}
        className={styles.scroll}
        onScroll={scrolled}
        onKeyDown={keyDown}
        onPointerDown={pointerDown}
        role="log"
        aria-label={t.logs.label}
        aria-live="off"
        tabIndex={0}
      >
        <div className={styles.space} style={{ blockSize: Math.max(spaceOf(extent), height) }}>
          <div className={styles.pane} style={{ blockSize: height }}>
            <div ref={block} className={styles.block}>
              {rows
                .map((number) => [number, buffer.line(number)] as const)
                .map(([number, line]) => (
                  <LogRow
                    key={number}
                    line={line}
                    source={line?.source === undefined ? undefined : sources?.[line.source]}
                    number={number}
                    times={times}
                    query={query}
                    isCurrent={number === current}
                    isSelected={selected !== null && selected.from <= number && number <= selected.to}
                    isOpen={open.has(number)}
                    onOpen={toggle}
                  />
                ))}
            </div>
          </div>
        </div>
      </div>
      <Marks places={marks ?? matches.map((number) => (number - first) / Math.max(1, end - first))} />
      {!following && (
        <button type="button" className={styles.paused} onClick={() => setPlace('end')}>
          {t.logs.paused(Math.max(0, end - Math.max(pausedAt, first)))}
        </button>
      )}
    </div>
  );
}

function Marks({ places }: { readonly places: readonly number[] }): ReactElement | null {
  if (places.length === 0) return null;
  const shown = new Set(places.map((place) => Math.floor(place * MARKS)));
  return (
    <div className={styles.marks} aria-hidden="true">
      {[...shown].map((place) => (
        <span key={place} className={styles.mark} style={{ insetBlockStart: `${(place / MARKS) * 100}%` }} />
      ))}
    </div>
  );
}
