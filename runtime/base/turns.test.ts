import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;

describe('Turns', () => {
  it('lets no more run than may, in order, and goes on after a failure', async () => {
    const turns = new Turns(2);
    const begun: number[] = [];
    const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const works = gates.map((gate, index) =>
      turns.run(never, async () => {
        begun.push(index);
        await gate.promise;
      }),
    );
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    gates[1]?.reject(new Error('broken'));
    await expect(works[1]).rejects.toThrow('broken');
    await Promise.resolve();
    expect(begun).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await Promise.allSettled(works);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it('does not begin what was given up while it waited', async () => {
    const turns = new Turns(1);
    const gate = Promise.withResolvers<void>();
    const first = turns.run(never, () => gate.promise);
    const leaving = new AbortController();
    const second = turns.run(leaving.signal, () => Promise.reject(new Error('begun')));
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    gate.resolve();
    await first;
    await expect(turns.run(never, () => Promise.resolve('free'))).resolves.toBe('free');
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('hands a turn on so that one who comes %i microtasks later cannot take it', async (microtasks) => {
    const turns = new Turns(1);
    const gate = Promise.withResolvers<void>();
    let [running, most] = [0, 0];
    const enter = () =>
      turns.run(never, async () => {
        most = Math.max(most, ++running);
        await gate.promise;
        running--;
      });
    const works = [enter(), enter()];
    gate.resolve();
    for (let count = 0; count < microtasks; count++) await Promise.resolve();
    works.push(enter());
    await Promise.all(works);
    expect(most).toBe(1);
  });
});
