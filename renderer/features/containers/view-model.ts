import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import type { Verb } from '../../stores/engine-store.ts';
import { untilInWords } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import type { Tone } from '../../ui/status-dot.tsx';

export interface StateWords {
  readonly tone: Tone;
  readonly word: string;
  /** Exit code and the like; empty else. */
  readonly detail: string;
  /** Since when; 0: not known. */
  readonly since: number;
  /** It has been so all that time; `until`: it will be so until then; else it is how long ago it became so. */
  readonly time?: 'lasting' | 'until';
}

/** What ends a program that somebody told to end: SIGINT, SIGKILL, SIGTERM. Nothing failed. */
const ENDED: readonly number[] = [0, 130, 137, 143];

/** A command that is missing or not executable never ran: Docker leaves it `created` with 127 or 126. */
const failedToStart = (row: ContainerRow): boolean => row.state === 'created' && (row.error !== '' || row.exitCode !== 0);

/** One container's state in words; what has been asked of it counts before what it is. */
export function stateWords(row: ContainerRow, pending: Verb | undefined): StateWords {
  const words = t.containers.states;
  if (pending) return { tone: 'starting', word: t.verbs.pending[pending], detail: '', since: 0 };
  switch (row.state) {
    case 'running':
      if (row.health === 'unhealthy') return { tone: 'unhealthy', word: t.containerList.health.unhealthy, detail: '', since: 0 };
      return { tone: row.health === 'starting' ? 'starting' : 'running', word: words.running, detail: '', since: row.startedAt, time: 'lasting' };
    case 'paused':
      // The engine knows since when it runs, not since when it is paused; nor since when a check fails.
      return { tone: 'paused', word: words.paused, detail: '', since: 0 };
    case 'restarting':
      return {
        tone: row.oomKilled || row.exitCode !== 0 ? 'failed' : 'starting',
        word: words.restarting,
        detail: row.oomKilled ? `(${words.memory})` : row.exitCode === 0 ? '' : `(${row.exitCode})`,
        since: row.nextStartAt,
        time: 'until',
      };
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
        tone: ENDED.includes(row.exitCode) ? 'exited' : 'failed',
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

/** Why a container does not run at the moment, in a sentence; empty while it does. Exit codes: 126 and 127 as in POSIX 2.8.2, 128+n for signal n. */
export function stopReason(row: ContainerRow): string {
  const reasons = t.reasons;
  if (row.state === 'running' || row.state === 'paused' || row.state === 'removing') return '';
  if (row.oomKilled) return reasons.oom;
  if (row.state === 'created' && !failedToStart(row)) return reasons.neverStarted;
  if (row.exitCode === 127 && (row.error !== '' || row.state === 'created')) return withError(reasons.notFound, row.error);
  if (row.exitCode === 126 && (row.error !== '' || row.state === 'created')) return withError(reasons.notExecutable, row.error);
  if (row.error !== '') return reasons.notStarted(causeOf(row.error));
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

/** The cause alone, without the parts of the engine that handed it on, as the end of a sentence. */
const causeOf = (error: string): string =>
  error.replace(/^(?:failed to create task for container: |OCI runtime create failed: |unable to start container process: )+/, '').replace(/\.?$/, '.');

const withError = (sentence: string, error: string): string => (error === '' ? sentence : `${sentence.replace(/\.$/, '')}: ${causeOf(error)}`);

/** How often its policy has started it, and when it does next, in a sentence; `now`: no earlier than when the row came to be. */
export function nextTry({ restartCount, nextStartAt }: ContainerRow, now: number): string {
  return t.reasons.again(restartCount, nextStartAt - now < 1000 ? '' : untilInWords(nextStartAt, now));
}

/** What its health check says of a container that runs; of others it says nothing. */
export const healthNow = (row: ContainerRow): ContainerRow['health'] => (row.state === 'running' || row.state === 'paused' ? row.health : 'none');

export const isUp = (row: ContainerRow): boolean => row.state === 'running' || row.state === 'paused' || row.state === 'restarting';

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

/** Tone of a group by its members: all up, some, none. */
export function groupTone(rows: readonly ContainerRow[]): Tone {
  const up = rows.filter(isUp).length;
  if (rows.some(({ health, state }) => state === 'running' && health === 'unhealthy')) return 'unhealthy';
  if (rows.some((row) => row.state === 'restarting' && stateWords(row, undefined).tone === 'failed')) return 'failed';
  if (up === 0) return 'exited';
  return up === rows.length ? 'running' : 'partly';
}
