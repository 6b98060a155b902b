import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { heldBytes } from '../testkit/held-bytes.ts';
import { interruptible } from './interruptible.ts';

const MIB = 1024 * 1024;
const reason = new Error('left');

it('settles as the work does', async () => {
  const { signal } = new AbortController();
  expect(await interruptible(Promise.resolve('done'), signal)).toBe('done');
  await expect(interruptible(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
});

it('rejects as soon as the signal fires, and when it has', async () => {
  const stop = new AbortController();
  const waiting = interruptible(new Promise(() => undefined), stop.signal);
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(interruptible(Promise.resolve(1), stop.signal, (cause) => new Error('stopped', { cause }))).rejects.toMatchObject({
    message: 'stopped',
    cause: reason,
  });
});

it('drops a failure of the work after the signal', async () => {
  const stop = new AbortController();
  const work = Promise.withResolvers<void>();
  const waiting = interruptible(work.promise, stop.signal);
  stop.abort(reason);
  work.reject(new Error('unhandled'));
  await expect(waiting).rejects.toBe(reason);
});

it('leaves neither listeners nor results with a signal that goes on', async () => {
  const { signal } = new AbortController();
  const before = heldBytes();
  for (let round = 0; round < 64; round++) await interruptible(Promise.resolve(Buffer.alloc(MIB)), signal);
  await expect.poll(() => heldBytes() - before).toBeLessThan(8 * MIB);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
