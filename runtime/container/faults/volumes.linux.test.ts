import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallFaults } from '../../testkit/call-faults.ts';
import { type ContainerRig, openContainerRig } from '../../testkit/container-rig.ts';
import { WRITE_DELAY_MS } from '../engine.ts';

let rig: ContainerRig;
let faults: CallFaults;
beforeAll(async () => {
  rig = await openContainerRig((deps) => {
    faults = new CallFaults([dirname(deps.directories.containers)]);
    return faults.between(deps);
  });
  mkdirSync(`${rig.directory}/layers/busybox/srv/data`);
  writeFileSync(`${rig.directory}/layers/busybox/srv/data/file`, 'of the image');
});
afterAll(async () => {
  faults[Symbol.dispose]();
  await rig[Symbol.asyncDispose]();
});

const CONFIG = {
  Image: 'busybox',
  Cmd: ['sleep', '1000'],
  Volumes: { '/anonymous': {}, '/srv/data': {} },
  HostConfig: { NetworkMode: 'none', Binds: ['named:/named'] },
};
const volumes = (): string[] => readdirSync(`${rig.directory}/volumes`).filter((name) => name !== '.trash');

/** Has each call fail in turn until the verb makes no more; the names of those that made it fail. */
async function eachCall(verb: () => Promise<unknown>, after: (error: Error | null) => Promise<void>): Promise<string[]> {
  const failed: string[] = [];
  for (let at = 0; ; at++) {
    faults.arm(at);
    const error = await verb().then(
      () => null,
      (reason: Error) => reason,
    );
    const name = faults.calls[at] ?? '';
    const isHit = faults.disarm();
    if (error !== null) failed.push(name);
    await after(error);
    if (!isHit) return failed;
  }
}

describe('each call that fails', () => {
  it('in create leaves no volume, neither anonymous nor named', async () => {
    const failed = await eachCall(
      () => rig.containers.create(CONFIG, { name: 'made' }),
      async (error) => {
        if (error !== null) return expect(volumes(), error.message).toEqual([]);
        expect(volumes()).toHaveLength(3);
        await rig.containers.remove('made', { force: false, volumes: true });
        expect(volumes()).toEqual(['named']);
        rig.volumes.remove('named', { force: false });
      },
    );
    expect(failed).toEqual(
      expect.arrayContaining(['volumes.check', 'volumes.create', 'fs.mkdirSync', 'volumes.hold', 'volumes.copyUp', 'volumes.settle', 'records.insert']),
    );
  });

  it('in start leaves no volume mounted', async () => {
    await rig.containers.create(CONFIG, { name: 'started' });
    const failed = await eachCall(
      () => rig.containers.start('started'),
      async (error) => {
        const mounted = rig.events.past().filter(({ type, action }) => type === 'volume' && action === 'mount').length;
        const unmounted = rig.events.past().filter(({ type, action }) => type === 'volume' && action === 'unmount').length;
        if (error !== null) {
          expect(mounted - unmounted, error.message).toBe(0);
          // What has changed is written a moment later, and would count as a call of the next try.
          return await setTimeout(2 * WRITE_DELAY_MS);
        }
        expect(mounted - unmounted).toBe(3);
        const ended = rig.containers.wait('started', 'next-exit', { signal: new AbortController().signal, armed: () => undefined });
        await rig.containers.kill('started', 'KILL');
        await ended;
      },
    );
    expect(failed).toEqual(expect.arrayContaining(['volumes.mount', 'launcher.prepare', 'prepared.go']));
    await rig.containers.remove('started', { force: true, volumes: true });
    rig.volumes.remove('named', { force: false });
    expect(volumes()).toEqual([]);
  });

  it('in remove keeps the container removable and its removal known', async () => {
    await eachCall(
      async () => {
        await rig.containers.create(CONFIG, { name: 'removed' }).catch(() => undefined);
        await rig.containers.remove('removed', { force: true, volumes: true });
      },
      async () => {
        await rig.containers.remove('removed', { force: true, volumes: true }).catch((error: Error) => expect(error.message).toMatch('No such container'));
        expect(() => rig.containers.inspect('removed')).toThrow('No such container');
      },
    );
    for (const { name } of rig.volumes.list()) rig.volumes.remove(name, { force: false });
    expect(volumes()).toEqual([]);
  });
});
