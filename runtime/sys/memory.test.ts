import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryKeeper } from './memory.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Unreachable as soon as the caller's turn is over. */
function garbage(): WeakRef<object> {
  return new WeakRef(new Array(1000).fill({}));
}

it('collects once, some seconds after the last burst', async () => {
  using keeper = new MemoryKeeper();
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
  const keeper = new MemoryKeeper();
  keeper.settleSoon();
  keeper[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
