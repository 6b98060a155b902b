import { nothing, type Scenario, timed } from '../scenario.ts';

const LINES = 1_000_000;

export const logs: Scenario = {
  title: '1,000,000 log lines of 80 bytes written and read back',
  unit: 'ms',
  rounds: 3,
  prepare: (engine, { image }) =>
    Promise.resolve({
      once: async () => {
        const id = await engine.create(image, ['sh', '-c', `yes ${'x'.repeat(79)} | head -n ${LINES}`]);
        const time = await timed(async () => {
          await engine.start(id);
          await engine.wait(id);
          const { bytes } = await engine.drain('GET', `/containers/${id}/logs?stdout=1&stderr=1`);
          if (bytes !== LINES * 88) throw new Error(`${engine.name}: ${bytes} bytes of log came back instead of ${LINES * 88}`);
        });
        await engine.remove(id);
        return time;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};
