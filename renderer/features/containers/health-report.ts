import type { ContainerInspect } from '../../../electron/ipc/contract/containers.ts';

export interface HealthReport {
  readonly status: 'starting' | 'healthy' | 'unhealthy';
  /** Failures in a row. */
  readonly streak: number;
  /** When the next check is due, in milliseconds since the epoch; null: it is not running, or has not been checked. */
  readonly next: number | null;
  readonly command: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  /** Newest first; times in milliseconds. */
  readonly checks: readonly { readonly start: number; readonly took: number; readonly exitCode: number; readonly output: string }[];
}

/** Docker's, where the container does not say otherwise. */
const DEFAULT_SECONDS = 30;
const DEFAULT_RETRIES = 3;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** What inspect tells of its health; null: it has no check. */
export function healthReport({ Config, State }: ContainerInspect): HealthReport | null {
  const { Health: health } = State;
  const check = Config.Healthcheck;
  if (!health || !isRecord(check)) return null;
  const time = (key: string): number => (typeof check[key] === 'number' && check[key] > 0 ? check[key] / 1e6 : DEFAULT_SECONDS * 1000);
  const test = Array.isArray(check.Test) ? check.Test.map(String) : [];
  const checks = (health.Log ?? []).map(({ Start, End, ExitCode, Output }) => {
    const start = Date.parse(Start);
    return { start, took: Math.max(0, Date.parse(End) - start), exitCode: ExitCode, output: Output };
  });
  const last = checks.at(-1);
  const interval = time('Interval');
  return {
    status: health.Status === 'healthy' || health.Status === 'unhealthy' ? health.Status : 'starting',
    streak: health.FailingStreak,
    next: State.Status === 'running' && last ? last.start + last.took + interval : null,
    command: test.slice(1).join(' '),
    interval,
    timeout: time('Timeout'),
    retries: typeof check.Retries === 'number' && check.Retries > 0 ? check.Retries : DEFAULT_RETRIES,
    checks: checks.toReversed(),
  };
}

/** Milliseconds until the next check, 0 where it is due. A clock that is behind makes it no longer than the time between two. */
export const untilCheck = ({ next, interval }: Pick<HealthReport, 'next' | 'interval'>, now: number): number | null =>
  next === null ? null : Math.max(0, Math.min(next - now, interval));
