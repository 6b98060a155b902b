import { expect, it } from 'vitest';
import { LoopTurns } from './loop-turns.ts';

it('gives each turn of the event loop to one, in order, and to who is alone at once', async () => {
  const turns = new LoopTurns();
  let loop = 0;
  const count = (): void => {
    loop++;
    if (loop < 20) setImmediate(count);
  };
  setImmediate(count);
  const seen: [string, number][] = [];
  await Promise.all(['a', 'b', 'c'].map((name) => turns.next().then(() => seen.push([name, loop]))));
  expect(seen.map(([name]) => name)).toEqual(['a', 'b', 'c']);
  expect(new Set(seen.map(([, at]) => at)).size).toBe(3);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const before = loop;
  await turns.next();
  expect(loop).toBe(before);
});
