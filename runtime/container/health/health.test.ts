import { describe, expect, it } from 'vitest';
import { type Health, lastVerdict, probeDelay, startingHealth, unwatchedHealth, withResult } from './health.ts';
import type { HealthSettings } from './settings.ts';

const SETTINGS: HealthSettings = { argv: ['x'], interval: 1000, timeout: 100, startPeriod: 5000, startInterval: 50, retries: 2 };
const MS = 1_000_000n;
const STARTED = 1_000_000_000n;

/** The health after probes that ended with these codes, one each second. */
function after(codes: readonly number[], settings = SETTINGS): Health {
  return codes.reduce((health, exitCode, index) => {
    const start = STARTED + BigInt(index + 1) * 1000n * MS;
    return withResult(health, { start, end: start + MS, exitCode, output: `${index}` }, settings, STARTED);
  }, startingHealth(null));
}

describe('health', () => {
  it.each([
    [[0], 'healthy', 0],
    [[1], 'starting', 1],
    [[1, 1], 'unhealthy', 2],
    [[-1, 2], 'unhealthy', 2],
    [[1, 0, 1], 'healthy', 1],
    [[0, 1, 1, 1], 'unhealthy', 3],
    [[1, 1, 0], 'healthy', 0],
  ])('after %j is %s with a streak of %d', (codes, status, failingStreak) =>
    expect(after(codes, { ...SETTINGS, startPeriod: 0 })).toMatchObject({ status, failingStreak }),
  );

  it('excuses failures of the start period until something was healthy', () => {
    expect(after([1, 1, 1, 1])).toMatchObject({ status: 'starting', failingStreak: 0 });
    expect(after([1, 1, 1, 1, 1, 1])).toMatchObject({ status: 'unhealthy', failingStreak: 2 });
    expect(after([0, 1, 1])).toMatchObject({ status: 'unhealthy', failingStreak: 2 });
  });

  it('keeps the newest five results', () => {
    expect(after([0, 1, 0, 0, 0, 0, 3]).log.map(({ output }) => output)).toEqual(['2', '3', '4', '5', '6']);
  });

  it.each([
    [[], 'starting'],
    [[0], 'healthy'],
    [[0, 1], 'healthy'],
    [[0, 1, 1], 'unhealthy'],
  ])('of one that is not probed any more is what %j had come to: %s', (codes, verdict) => {
    const ended = unwatchedHealth(after(codes, { ...SETTINGS, startPeriod: 0 })) as Health;
    expect(ended.status).toBe('unhealthy');
    expect(lastVerdict(ended, SETTINGS, STARTED)).toBe(verdict);
    expect(lastVerdict({ ...ended, failingStreak: 0 }, SETTINGS, STARTED + 60_000n * MS)).toBe('starting');
  });

  it('begins anew with a start and keeps the results of before', () => {
    const before = after([1, 1, 1, 1, 1, 1]);
    expect(startingHealth(before)).toEqual({ status: 'starting', failingStreak: 0, log: before.log });
    expect(unwatchedHealth(after([0]))?.status).toBe('unhealthy');
    expect(unwatchedHealth(null)).toBeNull();
  });

  it('is probed by the start interval while it starts', () => {
    expect(probeDelay(startingHealth(null), SETTINGS, STARTED, STARTED + 4999n * MS)).toBe(50);
    expect(probeDelay(startingHealth(null), SETTINGS, STARTED, STARTED + 5000n * MS)).toBe(1000);
    expect(probeDelay(after([0]), SETTINGS, STARTED, STARTED)).toBe(1000);
  });
});
