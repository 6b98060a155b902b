import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import type { Verb } from '../../stores/engine-store.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { language } from '../../strings/languages.ts';
import { t } from '../../strings/t.ts';
import type { Tone } from '../../ui/status-dot.tsx';

export interface StateWords {
  readonly tone: Tone;
  readonly word: string;
  /** Exit code and the like; empty else. */
  readonly detail: string;
  /** Since when; 0: not known. */
  readonly since: number;
}

/** A command that is missing or not executable never ran: Docker leaves it `created` with 127 or 126. */
const failedToStart = (row: ContainerRow): boolean => row.state === 'created' && (row.error !== '' || row.exitCode !== 0);

/** One container's state in words; what has been asked of it counts before what it is. */
export function stateWords(row: ContainerRow, pending: Verb | undefined): StateWords {
  const words = t.containers.states;
  if (pending) return { tone: 'starting', word: t.containers.pending[pending], detail: '', since: 0 };
  switch (row.state) {
    case 'running':
      return { tone: 'running', word: words.running, detail: '', since: row.startedAt };
    case 'paused':
      return { tone: 'paused', word: words.paused, detail: '', since: row.startedAt };
    case 'restarting':
      return { tone: 'starting', word: words.restarting, detail: row.exitCode === 0 ? '' : `(${row.exitCode})`, since: 0 };
    case 'removing':
      return { tone: 'starting', word: words.removing, detail: '', since: 0 };
    case 'dead':
      return { tone: 'failed', word: words.dead, detail: '', since: row.finishedAt };
    case 'created':
      if (failedToStart(row)) return { tone: 'failed', word: words.failed, detail: row.exitCode === 0 ? '' : `(${row.exitCode})`, since: row.createdAt };
      return { tone: 'created', word: words.created, detail: '', since: 0 };
    case 'exited':
      if (row.oomKilled) return { tone: 'failed', word: words.killed, detail: '', since: row.finishedAt };
      return {
        tone: row.exitCode === 0 ? 'exited' : 'failed',
        word: words.exited,
        detail: row.exitCode === 0 ? '' : `(${row.exitCode})`,
        since: row.finishedAt,
      };
  }
}

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  7: 'SIGBUS',
  8: 'SIGFPE',
  10: 'SIGUSR1',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
};

/** Why a container does not run, in a sentence; empty while it does. Exit codes: 126 and 127 as in POSIX 2.8.2, 128+n for signal n. */
export function stopReason(row: ContainerRow): string {
  const reasons = t.reasons;
  if (row.state !== 'exited' && row.state !== 'created' && row.state !== 'dead') return '';
  if (row.oomKilled) return reasons.oom;
  if (row.state === 'created' && !failedToStart(row)) return reasons.neverStarted;
  if (row.exitCode === 127 && (row.error !== '' || row.state === 'created')) return withError(reasons.notFound, row.error);
  if (row.exitCode === 126 && (row.error !== '' || row.state === 'created')) return withError(reasons.notExecutable, row.error);
  if (row.error !== '') return reasons.notStarted(row.error);
  switch (row.exitCode) {
    case 0:
      return reasons.ended;
    case 126:
      return reasons.notExecutable;
    case 127:
      return reasons.notFound;
    case 130:
      return reasons.interrupted;
    case 134:
      return reasons.aborted;
    case 137:
      return reasons.killed;
    case 139:
      return reasons.crashed;
    case 143:
      return reasons.terminated;
    default: {
      const signal = SIGNALS[row.exitCode - 128];
      return signal === undefined ? reasons.failed(row.exitCode) : reasons.signal(signal);
    }
  }
}

const withError = (sentence: string, error: string): string => (error === '' ? sentence : `${sentence} ${error}`);

export const isUp = (row: ContainerRow): boolean => row.state === 'running' || row.state === 'paused' || row.state === 'restarting';

export type Scope = 'all' | 'running' | 'stopped';
export const inScope = (row: ContainerRow, scope: string): boolean => scope === 'all' || isUp(row) === (scope === 'running');

/** Every word of the filter has to be in the name, the image, the command or the id. */
export function matches(row: ContainerRow, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = `${row.name} ${row.image} ${row.command} ${row.id}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export type Latest = (id: string) => MetricPoint | undefined;

/** Ids of the rows to show, in order. Ties keep the newest first. */
export function listed(rows: Iterable<ContainerRow>, scope: string, filter: string, sort: Sort, latest: Latest): readonly string[] {
  const kept = [...rows].filter((row) => inScope(row, scope) && matches(row, filter));
  const way = sort.descending ? -1 : 1;
  const compare = order(sort.column, latest);
  return kept.sort((a, b) => way * compare(a, b) || b.createdAt - a.createdAt || a.id.localeCompare(b.id)).map(({ id }) => id);
}

const text = new Intl.Collator(language, { numeric: true });
const STATE_ORDER = ['running', 'restarting', 'paused', 'removing', 'created', 'exited', 'dead'];

function order(column: string, latest: Latest): (a: ContainerRow, b: ContainerRow) => number {
  switch (column) {
    case 'name':
      return (a, b) => text.compare(a.name, b.name);
    case 'image':
      return (a, b) => text.compare(a.image, b.image);
    case 'state':
      return (a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) || a.exitCode - b.exitCode;
    case 'cpu':
      return (a, b) => (latest(a.id)?.cpuPercent ?? -1) - (latest(b.id)?.cpuPercent ?? -1);
    case 'memory':
      return (a, b) => (latest(a.id)?.memory ?? -1) - (latest(b.id)?.memory ?? -1);
    default:
      return (a, b) => a.createdAt - b.createdAt;
  }
}

/** Columns whose values change by themselves: rows sorted by them would jump under the pointer. */
export const isLive = (column: string): boolean => column === 'cpu' || column === 'memory';

/** `ids` in the order of `held`; new ones go to the end. */
export function heldOrder(held: readonly string[], ids: readonly string[]): readonly string[] {
  const present = new Set(ids);
  const known = new Set(held);
  return [...held.filter((id) => present.has(id)), ...ids.filter((id) => !known.has(id))];
}

/** One value a second over the last minute, null where nothing was measured. */
export function minute(points: readonly MetricPoint[], seconds: number): readonly (number | null)[] {
  const last = points.at(-1);
  if (!last) return [];
  const values = new Array<number | null>(seconds).fill(null);
  for (const point of points) {
    const slot = seconds - 1 - Math.round((last.time - point.time) / 1000);
    if (slot >= 0) values[slot] = point.cpuPercent;
  }
  return values;
}
