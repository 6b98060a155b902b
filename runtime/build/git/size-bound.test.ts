import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withinBound } from './size-bound.ts';

const never = new AbortController().signal;
const untilEnded = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

it('ends what grows beyond the bound while it does, and says what and how much', async () => {
  let bytes = 0;
  const work = withinBound('/x', 'repository r', { limit: 100, measure: () => Promise.resolve({ bytes: (bytes += 60) }) }, never, untilEnded);
  await expect(work).rejects.toMatchObject({ kind: 'TooLarge', message: 'repository r: more than 100 bytes' });
  expect(bytes).toBe(120);
});

it('looks once more when the work was too quick to be seen', async () => {
  const bound = { limit: 100, measure: () => Promise.resolve({ bytes: 101 }) };
  await expect(withinBound('/x', 'r', bound, never, () => Promise.resolve('done'))).rejects.toMatchObject({ kind: 'TooLarge' });
  expect(await withinBound('/x', 'r', { ...bound, limit: 101 }, never, () => Promise.resolve('done'))).toBe('done');
});

it('fails as the work does, and stops with its client', async () => {
  const bound = { limit: 100, measure: () => Promise.resolve({ bytes: 0 }) };
  await expect(withinBound('/x', 'r', bound, never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const stop = new AbortController();
  const work = withinBound('/x', 'r', bound, stop.signal, untilEnded);
  stop.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
});

it('is not broken by a look that fails, as files come and go', async () => {
  let looks = 0;
  const measure = () => (++looks < 2 ? Promise.reject(new Error('gone')) : Promise.resolve({ bytes: 1 }));
  const work = withinBound('/x', 'r', { limit: 100, measure }, never, async () => {
    while (looks < 2) await sleep(20);
    return 'done';
  });
  expect(await work).toBe('done');
});
