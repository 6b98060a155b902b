import { setTimeout as sleep } from 'node:timers/promises';
import { nothing, type Scenario, timed } from '../scenario.ts';

/** `rest`: milliseconds of idleness before each sample, beside what the command line asks for. */
function startAfter(rest: number, title: string): Scenario {
  return {
    title,
    unit: 'ms',
    rounds: 40,
    prepare: (engine, { image, idle }) =>
      Promise.resolve({
        once: async () => {
          await sleep(rest + idle);
          let id = '';
          const time = await timed(async () => {
            id = await engine.create(image, ['true']);
            await engine.start(id);
            await engine.wait(id);
          });
          await engine.remove(id);
          return time;
        },
        [Symbol.asyncDispose]: nothing,
      }),
  };
}

export const start = startAfter(0, 'create + start + exit of `true`, no network');
export const startFromIdle = startAfter(400, 'the same after 400 ms of rest');

const TOGETHER = 20;

/** Creation is not counted: what is asked is how well starts go side by side. */
export const together: Scenario = {
  title: `${TOGETHER} containers started together, until all run`,
  unit: 'ms',
  rounds: 8,
  prepare: (engine, { image, idle }) =>
    Promise.resolve({
      once: async () => {
        const ids: string[] = [];
        for (let index = 0; index < TOGETHER; index++) ids.push(await engine.create(image, ['sleep', '100000']));
        await sleep(idle);
        const time = await timed(() => Promise.all(ids.map((id) => engine.start(id))));
        for (const id of ids) await engine.remove(id);
        return time;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};
