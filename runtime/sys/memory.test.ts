import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryKeeper } from './memory.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Unreachable as soon as the caller's turn is over. */
function garbage(): WeakRef<object> {
  return new WeakRef(new Array(1000).fill({}));
}

/** An event loop that works for this share of the time. */
const working = (utilization: number) => ({ eventLoopUtilization: () => ({ idle: 0, active: 0, utilization }) });

it('collects once, some seconds after the last burst', async () => {
  using keeper = new MemoryKeeper(working(0));
  const left = garbage();
  await turn();
  keeper.settleSoon();
  vi.advanceTimersByTime(6000);
  keeper.settleSoon();
  vi.advanceTimersByTime(6000);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(2000);
  await turn();
  expect([left.deref(), vi.getTimerCount()]).toEqual([undefined, 0]);
});

it('has no timer after its end', () => {
  const keeper = new MemoryKeeper(working(0));
  keeper.settleSoon();
  keeper[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});

it('waits while there is much to do, but not for ever', async () => {
  using keeper = new MemoryKeeper(working(0.5));
  const left = garbage();
  await turn();
  keeper.settleSoon();
  vi.advanceTimersByTime(100_000);
  expect([left.deref() === undefined, vi.getTimerCount()]).toEqual([false, 1]);
  // What was looked at stays until the turn is over.
  await turn();
  vi.advanceTimersByTime(60_000);
  await turn();
  expect([left.deref(), vi.getTimerCount()]).toEqual([undefined, 0]);
});
