import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClient } from '../client.ts';
import { type Inputs, nothing, type Prepared, type Scenario, timed } from '../scenario.ts';

function pulling(engine: EngineClient, reference: string): Prepared {
  return {
    once: async () => {
      const time = await timed(() => engine.drain('POST', `/images/create?fromImage=${encodeURIComponent(reference)}`));
      await engine.call('DELETE', `/images/${reference}?force=1`);
      // Deletion goes on behind the answer and must not slow the peer's next sample.
      await sleep(1000);
      return time;
    },
    [Symbol.asyncDispose]: nothing,
  };
}

const scenario = (packing: string, referenceOf: (inputs: Inputs) => string): Scenario => ({
  title: `pull of a 190 MB Debian image of four layers, ${packing}`,
  unit: 'ms',
  rounds: 7,
  prepare: (engine, inputs) => Promise.resolve(pulling(engine, referenceOf(inputs))),
});

export const pull = scenario('gzip', ({ remote }) => remote);

/** Docker 20.10 does not read these. */
export const pullZstd: Scenario = { ...scenario('zstd', ({ remoteZstd }) => remoteZstd), isOurs: true };
