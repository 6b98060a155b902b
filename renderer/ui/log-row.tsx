import { Braces } from 'lucide-react';
import { type CSSProperties, Fragment, type MouseEvent, memo, type ReactElement } from 'react';
import { exactTime, logTime } from '../strings/format.ts';
import { t } from '../strings/t.ts';
import { markHits, type Piece, parseAnsi, plainText, type Span } from './ansi.ts';
import { cx } from './class-names.ts';
import type { SourceLine } from './log-source.ts';
import styles from './log-view.module.css';
import { hides, visiblePieces } from './visible-text.ts';

export interface LogRowProps {
  readonly line: SourceLine | undefined;
  readonly number: number;
  readonly times: boolean;
  readonly query: string | RegExp;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  readonly onOpen: (number: number) => void;
  /** Of several logs the one that the line is from. */
  readonly source?: ShownSource | undefined;
}

/** One of the logs of a merged list. */
export interface ShownSource {
  readonly name: string;
  readonly colour: string;
}

/** One line. Its gutter is where it is selected; its number and exact time are there as a hint. */
export const LogRow = memo(function LogRow({ line, number, times, query, isCurrent, isSelected, isOpen, onOpen, source }: LogRowProps): ReactElement {
  const words = t.logs;
  if (line === undefined) return <div data-row={number} className={cx(styles.line, isSelected && styles.selected)} aria-busy="true" />;
  const json = isJson(line.text);
  const hint = [
    source?.name ?? '',
    line.time > 0 ? exactTime(line.time) : '',
    words.lineNumber((line.number ?? number) + 1),
    line.stream === 2 ? words.stderr : '',
    line.continues ? words.continues : '',
  ];
  return (
    <div
      data-row={number}
      data-stream={line.stream}
      className={cx(styles.line, line.context && styles.context, isCurrent && styles.current, isSelected && styles.selected)}
    >
      <span data-gutter className={styles.gutter} title={hint.filter((part) => part !== '').join(', ')}>
        {source && <span className={styles.stripe} style={{ background: source.colour }} />}
        {times && <span className={styles.time}>{line.time > 0 ? logTime(line.time) : ''}</span>}
        <span className={styles.stream} />
      </span>
      {json && (
        <button type="button" className={styles.open} aria-expanded={isOpen} aria-label={words.pretty} onClick={() => onOpen(number)}>
          <Braces />
        </button>
      )}
      <span className={styles.text}>
        {isOpen ? visible(pretty(line.text)) : <LineText line={line} query={query} />}
        {line.cut && <i className={styles.cut}>{words.cut}</i>}
      </span>
    </div>
  );
});

interface Parsed {
  readonly spans: readonly Span[];
  readonly hides: boolean;
}
const parsed = new WeakMap<SourceLine, Parsed>();

function LineText({ line, query }: Pick<LogRowProps, 'query'> & { readonly line: SourceLine }): ReactElement {
  let known = parsed.get(line);
  if (!known) parsed.set(line, (known = { spans: parseAnsi(line.text), hides: hides(line.text) }));
  const isHiding = known.hides;
  // Pieces of one line never move among each other.
  return <>{markHits(known.spans, query).map((piece, index) => shown(piece, index, isHiding))}</>;
}

/** What shows nothing, or would turn the rest around, is there to be copied, and its number to be seen. */
function visible(text: string): readonly (ReactElement | string)[] {
  return visiblePieces(text).map((piece, index) =>
    piece.number === undefined ? piece.text : <span key={index} className={styles.hidden} data-number={piece.number} children={piece.text} />,
  );
}

function shown(piece: Piece, key: number, isHiding: boolean): ReactElement | string {
  const { bold, dim, italic, underline, hit, link } = piece;
  const className = cx(bold && styles.bold, dim && styles.dim, italic && styles.italic, underline && styles.underline, hit && styles.hit);
  const style = colours(piece);
  const content = isHiding ? visible(piece.text) : piece.text;
  const isBare = className === '' && !style && !hit;
  if (isBare && link === undefined) return isHiding ? <Fragment key={key}>{content}</Fragment> : piece.text;
  const Tag = hit ? 'mark' : 'span';
  if (link === undefined) return <Tag key={key} className={className} style={style} children={content} />;
  const inner = isBare ? content : <Tag className={className} style={style} children={content} />;
  return (
    <a key={key} className={styles.link} href={link} target="_blank" rel="noopener noreferrer" tabIndex={-1} title={t.logs.openLink(link)} onClick={onPurpose}>
      {inner}
    </a>
  );
}

/** What a container prints is not trusted: a link opens only with a key held. */
function onPurpose(event: MouseEvent): void {
  if (!event.ctrlKey && !event.metaKey) event.preventDefault();
}

const css = (colour: number | string): string => (typeof colour === 'number' ? `var(--ansi-${colour})` : colour);

function colours({ color, background }: Span): CSSProperties | undefined {
  if (color === undefined && background === undefined) return undefined;
  return { ...(color !== undefined && { color: css(color) }), ...(background !== undefined && { background: css(background) }) };
}

const isJson = (text: string): boolean => text.length < 65_536 && /^\s*\{.*\}\s*$/.test(text) && parsedJson(text) !== undefined;

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(plainText(text));
  } catch {
    return undefined;
  }
}

const pretty = (text: string): string => JSON.stringify(parsedJson(text), null, 2);
