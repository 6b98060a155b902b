import { expect, it } from 'vitest';
import { fakeTask } from '../testkit/gallery-tasks.ts';
import { keptBytes } from './task-kept.ts';

const HOUR = 3_600_000;
const broken = { state: 'failed', current: 5, total: 9, finishedAt: HOUR } as const;

it.each([
  [broken, 5],
  [{ ...broken, state: 'canceled' }, 5],
  [{ ...broken, finishedAt: 0, cut: 'shell' }, 5],
  [{ ...broken, state: 'done' }, 0],
  [{ ...broken, state: 'running' }, 0],
  [{ ...broken, kind: 'image.push' }, 0],
  [{ ...broken, error: 'no space left on device' }, 0],
] as const)('of %j it is %i', (part, bytes) => expect(keptBytes(fakeTask(part), 2 * HOUR)).toBe(bytes));

it('is over after three days', () => {
  expect([keptBytes(fakeTask(broken), 73 * HOUR), keptBytes(fakeTask(broken), 73 * HOUR + 1)]).toEqual([5, 0]);
});
