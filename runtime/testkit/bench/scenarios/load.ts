import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { nothing, type Scenario, timed } from '../scenario.ts';

export const load: Scenario = {
  title: 'load of a large image archive',
  unit: 'ms',
  rounds: 5,
  prepare: (engine, { archive, archiveImage }) =>
    Promise.resolve({
      once: async () => {
        const time = await timed(() => engine.drain('POST', '/images/load?quiet=1', createReadStream(archive, { highWaterMark: 1 << 20 })));
        await engine.call('DELETE', `/images/${archiveImage}?force=1`);
        // Deletion goes on behind the answer and must not slow the peer's next sample.
        await sleep(1000);
        return time;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};
