import { expect, it } from 'vitest';
import type { ContainerInspect } from '../../../electron/ipc/contract/containers.ts';
import { healthReport, untilCheck } from './health-report.ts';

const inspect = (status: string, check: unknown): ContainerInspect => ({
  Id: '',
  Name: '',
  Image: '',
  Created: '',
  Path: '',
  State: {
    Status: status,
    Pid: 1,
    ExitCode: 0,
    Error: '',
    StartedAt: '',
    FinishedAt: '',
    Health: {
      Status: 'unhealthy',
      FailingStreak: 2,
      Log: [
        { Start: '2026-01-01T00:00:00Z', End: '2026-01-01T00:00:01Z', ExitCode: 0, Output: 'ok' },
        { Start: '2026-01-01T00:00:10Z', End: '2026-01-01T00:00:10.5Z', ExitCode: 1, Output: 'no' },
      ],
    },
  },
  Config: { Image: '', Healthcheck: check },
  HostConfig: {},
  NetworkSettings: {},
});

it('tells the checks, the newest first, and when the next one is due', () => {
  const report = healthReport(inspect('running', { Test: ['CMD', 'curl', 'x'], Interval: 5e9 }));
  expect(report).toMatchObject({ status: 'unhealthy', streak: 2, command: 'curl x', interval: 5000, timeout: 30_000, retries: 3 });
  expect(report?.checks.map(({ took, output }) => `${took} ${output}`)).toEqual(['500 no', '1000 ok']);
  expect(report?.next).toBe(Date.parse('2026-01-01T00:00:15.500Z'));
});

it('has no next check when it does not run, and nothing without a check', () => {
  expect(healthReport(inspect('exited', { Test: ['CMD', 'x'] }))?.next).toBeNull();
  expect(healthReport(inspect('running', null))).toBeNull();
});

it('is checked again after no more than its interval, however far behind the clock is', () => {
  const wait = (now: number) => untilCheck({ next: 20_000, interval: 1000 }, now);
  expect([wait(15_000), wait(19_600), wait(21_000), untilCheck({ next: null, interval: 1000 }, 0)]).toEqual([1000, 400, 0, null]);
});
