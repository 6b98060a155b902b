import type { Notice } from '../../../electron/ipc/contract/notices.ts';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { buildFailure } from '../../stores/build-failure.ts';
import { pullFailure } from '../../stores/pull-failure.ts';
import { keptBytes } from '../../stores/task-kept.ts';
import { shareOf } from '../../stores/task-store.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { byName, byteRate, diskSize, joined, percent, span, thousands } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import type { Tone } from '../../ui/status-dot.tsx';
import { visibleName } from '../../ui/visible-text.ts';
import { noticeState, noticeTitle } from './notice-words.ts';

const words = t.activity;

/** What it is called in sentences: `Pull nginx:1.27`. */
export const taskTitle = ({ kind, object }: TaskRow): string => words.kinds[kind].title(visibleName(object));

/** What came of it, as people read it; empty: nothing to tell. */
export function resultText({ kind, result }: TaskRow): string {
  if (result === '') return '';
  if (kind === 'disk.cleanup') return words.freed(joined(diskSize(Number(result))));
  return kind === 'image.update' ? words.recreated(Number(result)) : result;
}

export function phaseText(phase: string): string {
  const seconds = /^Retrying in (\d+) seconds?$/.exec(phase)?.[1];
  return seconds === undefined ? (words.phases[phase] ?? phase) : words.retrying(seconds);
}

/** The state in words and as a shape. */
export function taskState(row: TaskRow): { readonly tone: Tone; readonly word: string } {
  switch (row.state) {
    case 'running':
      return { tone: 'starting', word: phaseText(row.phase) || words.states.running };
    case 'done':
      return { tone: 'running', word: words.states.done };
    case 'failed':
      return { tone: 'failed', word: row.cut === '' || row.cut === 'engine' ? words.states.failed : words.states.interrupted };
    case 'canceled':
      return { tone: 'exited', word: words.states.canceled };
  }
}

/** How much of how much, with its unit; empty when nothing is known. */
export function amountText({ current, total, unit }: Pick<TaskRow, 'current' | 'total' | 'unit'>): string {
  if (total === 0 && current === 0) return '';
  const text = unit === 'bytes' ? (value: number) => joined(diskSize(value)) : thousands;
  if (total === 0 || total === current) return unit === 'steps' && total > 0 ? words.stepsOf(text(current), text(total)) : text(current || total);
  return unit === 'steps' ? words.stepsOf(text(current), text(total)) : words.progressOf(text(current), text(total));
}

export const rateText = ({ unit, rate }: TaskRow): string => (unit === 'bytes' && rate > 0 ? joined(byteRate(rate)) : '');

/** How long it will take at the pace of the last seconds; empty when nobody can tell. */
export function leftText(row: TaskRow): string {
  // Steps and objects take as long as they take.
  if (row.state !== 'running' || row.unit !== 'bytes' || row.rate <= 0 || row.total <= row.current) return '';
  return words.left(span(((row.total - row.current) / row.rate) * 1000));
}

/** Why it ended as it did and what to do next, in words; empty: it ended well or runs. */
export function reasonText(row: TaskRow): string {
  if (row.state === 'running' || row.state === 'done') return '';
  if (row.cut === '' && row.state === 'failed') return failureText(row);
  const why = row.cut === '' ? words.canceled : words.cut[row.cut];
  // Nobody was left to take back what was in the middle.
  if (row.cut === 'shell' && row.kind === 'image.update') return `${why} ${words.updateCut}`;
  // How a pull goes on is said with the bytes that are kept.
  return keptBytes(row, row.finishedAt) > 0 ? why : `${why} ${words.next[row.kind] ?? words.nextElse}`;
}

function failureText({ kind, object, error }: TaskRow): string {
  if (kind === 'image.build') return buildFailure(error);
  if (kind !== 'image.pull') return error;
  const { title, why } = pullFailure(error, object);
  return why === '' ? error : `${title}. ${why}`;
}

/** The words of who knows better, where the reason is not just them. */
export const exactWords = (row: TaskRow): string => (row.state === 'failed' && row.kind !== 'image.build' && row.error !== reasonText(row) ? row.error : '');

/** What is still here of a pull that did not end well; empty: nothing. */
export function keptText(row: TaskRow, now: number): string {
  const kept = keptBytes(row, now);
  return kept > 0 ? words.kept(joined(diskSize(kept)), joined(diskSize(row.total))) : '';
}

/** What another try is called. */
export const retryText = (row: TaskRow, now: number): string => (keptBytes(row, now) > 0 ? words.resume : words.retry);

/** The share of all running tasks together, each one counting the same; null: of none is it known. */
export function shareOfAll(rows: readonly TaskRow[]): number | null {
  const shares = rows.map(shareOf).filter((share) => share !== null);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

export const percentText = (share: number | null): string => (share === null ? '' : joined(percent(Math.round(share * 100))));

/** What the list needs of a task or a notice to put it into its place. */
interface Line {
  readonly id: string;
  readonly title: string;
  readonly word: string;
  /** Scope, beside `all`. */
  readonly scope: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly text: string;
}

function lineOf(entry: TaskRow | Notice): Line {
  if ('time' in entry) {
    const [title, { word }] = [noticeTitle(entry), noticeState(entry)];
    return { id: entry.id, title, word, scope: 'notices', startedAt: entry.time, finishedAt: entry.time, text: `${title} ${entry.detail}` };
  }
  const { id, state, startedAt, finishedAt, result, error } = entry;
  const title = taskTitle(entry);
  return { id, title, word: taskState(entry).word, scope: state, startedAt, finishedAt, text: `${title} ${result} ${error}` };
}

const hasWords = (text: string, filter: string): boolean => {
  const folded = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => folded.includes(word));
};

export const matches = (entry: TaskRow | Notice, filter: string): boolean => hasWords(lineOf(entry).text, filter);

function order(column: string): (a: Line, b: Line) => number {
  switch (column) {
    case 'name':
      return (a, b) => byName(a.title, b.title);
    case 'state':
      return (a, b) => byName(a.word, b.word);
    case 'duration':
      return (a, b) => took(a, b.startedAt) - took(b, b.startedAt);
    default:
      return (a, b) => a.startedAt - b.startedAt;
  }
}

/** Milliseconds from its start to its end, or to now. */
export const took = ({ startedAt, finishedAt }: Pick<TaskRow, 'startedAt' | 'finishedAt'>, now: number): number => Math.max(0, (finishedAt || now) - startedAt);

/** Ids in the order of the list: what runs is above what is over. */
export function listed(entries: Iterable<TaskRow | Notice>, scope: string, filter: string, sort: Sort): readonly string[] {
  const way = sort.descending ? -1 : 1;
  const compare = order(sort.column);
  const runs = (line: Line) => Number(line.scope === 'running');
  return [...entries]
    .map((entry) => lineOf(entry))
    .filter((line) => (scope === 'all' || line.scope === scope) && hasWords(line.text, filter))
    .sort((a, b) => runs(b) - runs(a) || way * compare(a, b) || b.startedAt - a.startedAt || byName(a.id, b.id))
    .map(({ id }) => id);
}
