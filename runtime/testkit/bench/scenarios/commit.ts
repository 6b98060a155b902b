import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, timed } from '../scenario.ts';

const NAME = 'bench-committed';
const TAG = 'bench/committed:1';
/** 10,000 files of up to 16 KB in directories of a hundred. */
const FILES = 'cd /srv && for d in $(seq 1 100); do mkdir d$d; for f in $(seq 1 100); do head -c $((f * 160)) /bin/busybox > d$d/file$f; done; done';

export const commit: Scenario = {
  title: 'commit of a container with 10,000 files of its own',
  unit: 'ms',
  rounds: 7,
  prepare: async (engine, { image }) => {
    const body = { Image: image, Cmd: ['sh', '-c', `mkdir /srv && ${FILES}`], HostConfig: { NetworkMode: 'none' } };
    await engine.call('POST', `/containers/create?name=${NAME}`, body);
    await engine.call('POST', `/containers/${NAME}/start`);
    await engine.call('POST', `/containers/${NAME}/wait`);
    return {
      once: async () => {
        const time = await timed(() => engine.call('POST', `/commit?container=${NAME}&repo=bench/committed&tag=1`));
        await engine.call('DELETE', `/images/${TAG}?force=1`);
        // Deletion goes on behind the answer and must not slow the peer's next sample.
        await sleep(1000);
        return time;
      },
      [Symbol.asyncDispose]: async () => {
        await engine.call('DELETE', `/containers/${NAME}?force=1`);
      },
    };
  },
};
