import { describe, expect, it } from 'vitest';
import { checkRestartPolicy, restartDelay, shouldRestart } from './restart-policy.ts';

describe('restart policies', () => {
  it('wait 100 ms at first, then twice as long each time, at most a minute', () => {
    expect([0, 1, 2, 3, 9, 10, 1000].map((quickExits) => restartDelay(quickExits))).toEqual([100, 200, 400, 800, 51_200, 60_000, 60_000]);
  });

  it.each([
    ['no', 1, 0, false],
    ['', 1, 0, false],
    [undefined, 1, 0, false],
    ['always', 0, 100, true],
    ['unless-stopped', 0, 100, true],
    ['on-failure', 0, 0, false],
    ['on-failure', 1, 2, true],
    ['on-failure', 1, 3, false],
  ])('%j after code %d and %d restarts: %s', (Name, exitCode, restartCount, comes) => {
    const policy = { Name, MaximumRetryCount: Name === 'on-failure' ? 3 : 0 };
    expect(shouldRestart(policy, { exitCode, restartCount, isStopRequested: false })).toBe(comes);
    expect(shouldRestart(policy, { exitCode, restartCount, isStopRequested: true })).toBe(false);
  });

  it('on-failure without a number has no limit', () => {
    expect(shouldRestart({ Name: 'on-failure' }, { exitCode: 1, restartCount: 1_000_000, isStopRequested: false })).toBe(true);
  });

  it.each([
    [{ Name: 'sometimes' }, "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"],
    [{ Name: 'always', MaximumRetryCount: 3 }, "invalid restart policy: maximum retry count can only be used with 'on-failure'"],
    [{ Name: 'no', MaximumRetryCount: -1 }, "invalid restart policy: maximum retry count can only be used with 'on-failure' and cannot be negative"],
    [{ Name: 'on-failure', MaximumRetryCount: -1 }, 'invalid restart policy: maximum retry count cannot be negative'],
  ])('%j is refused', (RestartPolicy, text) => expect(() => checkRestartPolicy({ RestartPolicy })).toThrow(text));
});
