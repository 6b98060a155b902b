import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContainerRig, openContainerRig } from '../../testkit/container-rig.ts';
import { launcherWithFailpoints, shiftMonitorClock } from '../../testkit/launcher-failpoints.ts';
import { leaksAfterGrace } from '../../testkit/leak-check.ts';
import type { LogOptions } from '../container-service.ts';

let rig: ContainerRig;
beforeAll(async () => {
  rig = await openContainerRig((same) => same, launcherWithFailpoints());
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  expect(await leaksAfterGrace({ words: [rig.cgroupParent, rig.directory] })).toEqual([]);
  expect(existsSync(rig.directory)).toBe(false);
});

const signal = new AbortController().signal;
const HOUR = 3600;

async function logsOf(name: string, options: Partial<LogOptions> = {}): Promise<string> {
  let text = '';
  for await (const batch of rig.containers.logs(name, { stdout: true, stderr: true, follow: false, signal, ...options })) {
    for (const { data } of batch) text += Buffer.from(data).toString();
  }
  return text;
}

describe('a clock that is set back by an hour while a container runs', () => {
  it('spoils neither its log nor its record', async () => {
    const script = 'echo before; while [ ! -e /tmp/go ]; do sleep 0.02; done; echo after; while [ ! -e /tmp/end ]; do sleep 0.02; done; exit 5';
    await rig.containers.create(
      { Image: 'busybox', Cmd: ['sh', '-c', script], HostConfig: { NetworkMode: 'none', Tmpfs: { '/tmp': '' }, RestartPolicy: { Name: 'no' } } },
      { name: 'shifted' },
    );
    const exit = rig.containers.wait('shifted', 'next-exit', { signal, armed: () => undefined });
    await rig.containers.start('shifted');
    const touch = async (path: string): Promise<void> => {
      const config = {
        attachStdin: false,
        attachStdout: true,
        attachStderr: true,
        tty: false,
        env: [],
        user: '',
        workingDir: '',
        privileged: false,
        detachKeys: '',
      };
      const id = rig.containers.execCreate('shifted', { ...config, cmd: ['touch', path] });
      await rig.containers.execStart(id, { attach: false, signal });
    };
    await expect.poll(() => logsOf('shifted')).toBe('before\n');
    using _shift = shiftMonitorClock(rig.launcherDirectory, -HOUR);
    await touch('/tmp/go');
    await expect.poll(() => logsOf('shifted')).toBe('before\nafter\n');
    const halfAnHourAgo = BigInt(Date.now() - (HOUR / 2) * 1000) * 1_000_000n;
    expect(await logsOf('shifted', { since: halfAnHourAgo })).toBe('before\n');
    expect(await logsOf('shifted', { until: halfAnHourAgo })).toBe('after\n');
    expect(await logsOf('shifted', { tail: 1 })).toBe('after\n');
    const followed = logsOf('shifted', { follow: true });
    await touch('/tmp/end');
    expect(await exit).toMatchObject({ exitCode: 5 });
    expect(await followed).toBe('before\nafter\n');
    const { state } = rig.containers.inspect('shifted');
    expect(state).toMatchObject({ status: 'exited', exitCode: 5 });
    expect(state.finishedAt).toBeLessThan(state.startedAt);
    // Events keep their order, and none has a run of negative length.
    const times = rig.events.past().map(({ timeNano }) => timeNano);
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0n))).toBe(true);
    expect(rig.events.past().find(({ action }) => action === 'die')?.attributes).toMatchObject({ exitCode: '5', execDuration: '0' });
    await rig.containers.remove('shifted', { force: true, volumes: false });
  });
});
