import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, memo, type ReactElement, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { exactTime, logTime } from '../strings/format.ts';
import { t } from '../strings/t.ts';
import { markHits, parseAnsi, type Span } from './ansi.ts';
import { cx } from './class-names.ts';
import type { BufferedLine, LogBuffer } from './log-buffer.ts';
import styles from './log-view.module.css';

const LINE = 18;
const MARKS = 240;

export interface LogViewProps {
  readonly buffer: LogBuffer;
  readonly times: boolean;
  readonly wrap: boolean;
  readonly query: string;
  /** Numbers of the lines that match. */
  readonly matches: readonly number[];
  /** Number of the match that is shown; -1: none. */
  readonly current: number;
}

/** Lines of which only the visible ones exist. It follows the newest until it is scrolled away from them. */
export function LogView({ buffer, times, wrap, query, matches, current }: LogViewProps): ReactElement {
  useSyncExternalStore(buffer.subscribe, () => buffer.version);
  const scroll = useRef<HTMLDivElement>(null);
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const following = pausedAt === null;
  const { first, length, end } = buffer;

  const virtual = useVirtualizer({
    count: length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE,
    overscan: 20,
    getItemKey: (index) => first + index,
  });

  useLayoutEffect(() => {
    virtual.measure();
  }, [virtual, wrap, times]);

  useLayoutEffect(() => {
    const element = scroll.current;
    if (following && element && length > 0) element.scrollTop = element.scrollHeight;
  });

  // Lines that leave at the top must not move those that are being read.
  const lastFirst = useRef(first);
  useLayoutEffect(() => {
    const gone = first - lastFirst.current;
    lastFirst.current = first;
    if (!following && !wrap && gone > 0 && scroll.current) scroll.current.scrollTop -= gone * LINE;
  }, [first, following, wrap]);

  useEffect(() => {
    if (current < 0 || current < buffer.first) return;
    setPausedAt((held) => held ?? buffer.end);
    virtual.scrollToIndex(current - buffer.first, { align: 'center' });
  }, [current, buffer, virtual]);

  const scrolled = () => {
    const element = scroll.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < LINE;
    setPausedAt((held) => (atEnd ? null : (held ?? buffer.end)));
  };

  return (
    <div className={cx(styles.root, wrap && styles.wrap)}>
      <div ref={scroll} className={styles.scroll} onScroll={scrolled} role="log" aria-label={t.logs.label} aria-live="off" tabIndex={0}>
        <div className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = buffer.line(first + item.index);
            return (
              line && (
                <div
                  key={item.key}
                  ref={wrap ? virtual.measureElement : undefined}
                  data-index={item.index}
                  data-stream={line.stream}
                  className={cx(styles.line, first + item.index === current && styles.current)}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {times && (
                    <span className={styles.time} title={`${exactTime(line.time)}${line.stream === 2 ? `, ${t.logs.stderr}` : ''}`}>
                      {logTime(line.time)}
                    </span>
                  )}
                  <LineText line={line} query={query} />
                </div>
              )
            );
          })}
        </div>
      </div>
      {matches.length > 0 && <Marks matches={matches} first={first} length={length} />}
      {!following && (
        <button type="button" className={styles.paused} onClick={() => setPausedAt(null)}>
          {t.logs.paused(Math.max(0, end - pausedAt))}
        </button>
      )}
    </div>
  );
}

const parsed = new WeakMap<BufferedLine, readonly Span[]>();

const LineText = memo(function LineText({ line, query }: { readonly line: BufferedLine; readonly query: string }): ReactElement {
  let spans = parsed.get(line);
  if (!spans) parsed.set(line, (spans = parseAnsi(line.text)));
  return (
    <span className={styles.text}>
      {markHits(spans, query).map((piece, index) => {
        const className = cx(
          piece.bold && styles.bold,
          piece.dim && styles.dim,
          piece.italic && styles.italic,
          piece.underline && styles.underline,
          piece.hit && styles.hit,
        );
        const style = colours(piece);
        const Tag = piece.hit ? 'mark' : 'span';
        // Pieces of one line never move among each other.
        return className === '' && !style && !piece.hit ? piece.text : <Tag key={index} className={className} style={style} children={piece.text} />;
      })}
    </span>
  );
});

const css = (colour: number | string): string => (typeof colour === 'number' ? `var(--ansi-${colour})` : colour);

function colours({ color, background }: Span): CSSProperties | undefined {
  if (color === undefined && background === undefined) return undefined;
  return { ...(color !== undefined && { color: css(color) }), ...(background !== undefined && { background: css(background) }) };
}

function Marks({ matches, first, length }: { readonly matches: readonly number[]; readonly first: number; readonly length: number }): ReactElement {
  const places = new Set(matches.map((number) => Math.floor(((number - first) / Math.max(1, length)) * MARKS)));
  return (
    <div className={styles.marks} aria-hidden="true">
      {[...places].map((place) => (
        <span key={place} className={styles.mark} style={{ insetBlockStart: `${(place / MARKS) * 100}%` }} />
      ))}
    </div>
  );
}
