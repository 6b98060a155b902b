import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventLoopWatch } from './event-loop-watch.ts';

let watch: EventLoopWatch;
beforeEach(() => {
  watch = new EventLoopWatch();
});
afterEach(() => watch[Symbol.dispose]());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Of the clock, and half of them of the processor, which other programs may have had meanwhile. */
function work(ms: number): void {
  const used = process.threadCpuUsage();
  const busy = (): number => {
    const { user, system } = process.threadCpuUsage(used);
    return (user + system) / 1000;
  };
  for (const start = performance.now(); performance.now() - start < ms || busy() < ms / 2; );
}

it('measures how long the loop was held up, and forgets it when asked to', async () => {
  watch.wake();
  await pause(50);
  work(120);
  await pause(50);
  const report = watch.read({ reset: true });
  expect(report.maxStallMs).toBeGreaterThan(80);
  expect(report.maxBusyMs).toBeGreaterThan(20);
  expect(report.maxBusyMs).toBeLessThanOrEqual(report.maxStallMs);
  expect(report.p99Ms).toBeLessThanOrEqual(report.maxStallMs + 1);
  expect(watch.read({ reset: false })).toMatchObject({ maxStallMs: 0, maxBusyMs: 0, p99Ms: 0 });
  expect(watch.read({ reset: false }).since).toBeGreaterThanOrEqual(report.since);
});

it('has no timer until it is woken, and none again once the loop is quiet', async () => {
  const setInterval = vi.spyOn(globalThis, 'setInterval');
  const clearInterval = vi.spyOn(globalThis, 'clearInterval');
  // One that has not seen what went before the test.
  watch = new EventLoopWatch();
  watch.glance();
  expect(setInterval).not.toHaveBeenCalled();
  work(60);
  await pause(1);
  watch.glance();
  watch.wake();
  expect(setInterval).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(clearInterval).toHaveBeenCalled(), { timeout: 30_000, interval: 100 });
}, 35_000);
