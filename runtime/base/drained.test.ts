import { getEventListeners } from 'node:events';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { drained } from './drained.ts';

/** Full after the first byte; `take` lets it go. */
function slow(): { readonly stream: Writable; readonly take: (error?: Error) => void } {
  const writes: ((error?: Error | null) => void)[] = [];
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, callback) => void writes.push(callback) });
  return { stream, take: (error) => writes.shift()?.(error) };
}

const listeners = (stream: Writable): number => ['drain', 'close', 'error'].reduce((sum, event) => sum + stream.listenerCount(event), 0);

it('waits for a full stream, each time without a listener left', async () => {
  const { stream, take } = slow();
  const { signal } = new AbortController();
  await drained(stream, signal);
  const before = listeners(stream);
  for (let round = 0; round < 20; round++) {
    expect(stream.write('x')).toBe(false);
    let isThrough = false;
    const through = drained(stream, signal).then(() => {
      isThrough = true;
    });
    await Promise.resolve();
    expect(isThrough).toBe(false);
    take();
    await through;
  }
  expect([listeners(stream), getEventListeners(signal, 'abort').length]).toEqual([before, 0]);
});

it('is over when the stream is closed or the signal fires', async () => {
  const closed = slow();
  closed.stream.write('x');
  const first = drained(closed.stream);
  closed.stream.destroy();
  await first;
  const left = slow();
  left.stream.write('x');
  const stop = new AbortController();
  const second = drained(left.stream, stop.signal);
  stop.abort();
  await second;
  await drained(left.stream, stop.signal);
});

it("rejects with the stream's error", async () => {
  const { stream, take } = slow();
  stream.write('x');
  const waiting = drained(stream);
  take(new Error('broken pipe'));
  await expect(waiting).rejects.toThrow('broken pipe');
});
