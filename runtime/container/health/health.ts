import type { HealthSettings } from './settings.ts';

export interface ProbeResult {
  /** Nanoseconds since the epoch. */
  readonly start: bigint;
  readonly end: bigint;
  /** 0 healthy; -1: it could not be run or took too long. */
  readonly exitCode: number;
  readonly output: string;
}

export interface Health {
  readonly status: 'starting' | 'healthy' | 'unhealthy';
  /** Failures in a row. */
  readonly failingStreak: number;
  /** The newest results, oldest first. */
  readonly log: readonly ProbeResult[];
}

const KEPT_RESULTS = 5;
const NANOSECONDS_PER_MS = 1_000_000n;

/** The health of a container that has just started; earlier results stay to be looked at. */
export function startingHealth(before: Health | null): Health {
  return { status: 'starting', failingStreak: 0, log: before?.log ?? [] };
}

/** A container that is no longer probed counts as unhealthy, which is what Docker's clients see of one that has stopped. */
export function unwatchedHealth(before: Health | null): Health | null {
  return before && { ...before, status: 'unhealthy' };
}

/** What its checks have said, also of one that is not probed any more, which counts as unhealthy whatever they said. */
export function lastVerdict({ failingStreak, log }: Health, { retries }: Pick<HealthSettings, 'retries'>, startedAt: bigint): Health['status'] {
  if (failingStreak >= retries) return 'unhealthy';
  return log.some(({ exitCode, start }) => exitCode === 0 && start >= startedAt) ? 'healthy' : 'starting';
}

/** `before` with the result of one more probe. `startedAt`: nanoseconds since the epoch. */
export function withResult(before: Health, result: ProbeResult, settings: HealthSettings, startedAt: bigint): Health {
  const log = [...before.log, result].slice(-KEPT_RESULTS);
  if (result.exitCode === 0) return { status: 'healthy', failingStreak: 0, log };
  const isExcused = before.status === 'starting' && millisecondsSince(startedAt, result.start) < settings.startPeriod;
  if (isExcused) return { ...before, log };
  const failingStreak = before.failingStreak + 1;
  return { status: failingStreak >= settings.retries ? 'unhealthy' : before.status, failingStreak, log };
}

/** Milliseconds until the next probe. */
export function probeDelay(health: Health, settings: HealthSettings, startedAt: bigint, now: bigint): number {
  const isStarting = health.status === 'starting' && millisecondsSince(startedAt, now) < settings.startPeriod;
  return isStarting ? settings.startInterval : settings.interval;
}

function millisecondsSince(from: bigint, to: bigint): number {
  return Number((to - from) / NANOSECONDS_PER_MS);
}
