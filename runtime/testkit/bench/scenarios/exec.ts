import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, timed } from '../scenario.ts';

export const exec: Scenario = {
  title: 'exec of `true`, create to end of stream',
  unit: 'ms',
  rounds: 60,
  prepare: async (engine, { image, idle }) => {
    const id = await engine.create(image, ['sleep', '100000']);
    await engine.start(id);
    return {
      once: async () => {
        await sleep(idle);
        return timed(async () => {
          const { Id } = await engine.json<{ Id: string }>('POST', `/containers/${id}/exec`, { Cmd: ['true'], AttachStdout: true, AttachStderr: true });
          await engine.call('POST', `/exec/${Id}/start`, { Detach: false, Tty: false });
        });
      },
      [Symbol.asyncDispose]: () => engine.remove(id),
    };
  },
};
