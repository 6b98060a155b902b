import { expect, it } from 'vitest';
import { allSent, isSending, whileSending } from './sending.ts';

it('waits for all that is sent, also for what begins meanwhile and what fails', async () => {
  const order: string[] = [];
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  expect(isSending()).toBe(false);
  const done = whileSending(first.promise);
  const over = allSent().then(() => order.push('all'));
  const failed = whileSending(second.promise).catch(() => order.push('failed'));
  first.resolve('sent');
  expect(await done).toBe('sent');
  expect([isSending(), order]).toEqual([true, []]);
  second.reject(new Error('cut off'));
  await Promise.all([failed, over]);
  expect([isSending(), order]).toEqual([false, ['failed', 'all']]);
});
