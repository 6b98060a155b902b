import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallFaults } from '../../testkit/call-faults.ts';
import { type ContainerRig, openContainerRig } from '../../testkit/container-rig.ts';
import { leaksAfterGrace } from '../../testkit/leak-check.ts';

let rig: ContainerRig;
let faults: CallFaults;
beforeAll(async () => {
  rig = await openContainerRig((deps) => {
    faults = new CallFaults([dirname(deps.directories.containers), `slipway-test-${process.pid}-`]);
    return faults.between(deps);
  });
});
afterAll(async () => {
  faults[Symbol.dispose]();
  await rig[Symbol.asyncDispose]();
  expect(await leaksAfterGrace({ words: [rig.cgroupParent, rig.directory] })).toEqual([]);
  expect(existsSync(rig.directory)).toBe(false);
});

const signal = new AbortController().signal;
const CONFIG = { Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: 'bridge', Memory: 64 * 2 ** 20, Tmpfs: { '/t': '' } } };
/** Nothing is mounted over its image's files, so that its user is known from an earlier container. */
const AT_ONCE = { Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: 'none' } };
const state = (name: string) => rig.containers.inspect(name).state;

async function end(name: string): Promise<void> {
  const exit = rig.containers.wait(name, 'next-exit', { signal, armed: () => undefined });
  await rig.containers.kill(name, 'KILL');
  await exit;
}
async function remove(name: string): Promise<void> {
  await rig.containers.remove(name, { force: true, volumes: false });
}
/** Nothing of a run: no directory of it, no groups with its id. */
async function noRun(id: string): Promise<void> {
  await expect.poll(() => readdirSync(`${rig.directory}/c`)).toEqual([]);
  expect((await leaksAfterGrace({ words: [id] })).filter((leak) => !leak.startsWith('file'))).toEqual([]);
}

interface Outcome {
  readonly name: string;
  readonly failed: boolean;
}

/** Has each call that `verb` makes fail in turn, the first, then the second, until none is left; `after` proves the state. */
async function eachCall(verb: () => Promise<unknown>, after: (error: Error | null, call: string) => Promise<void>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; ; at++) {
    faults.arm(at);
    const error = await verb().then(
      () => null,
      (reason: Error) => reason,
    );
    const name = faults.calls[at] ?? '';
    if (!faults.disarm()) {
      await after(error, 'nothing');
      expect(error).toBeNull();
      return outcomes;
    }
    outcomes.push({ name, failed: error !== null });
    await after(error, name);
  }
}
const failing = (outcomes: readonly Outcome[]): string[] => [...new Set(outcomes.filter(({ failed }) => failed).map(({ name }) => name))];

describe('each call that fails', () => {
  it('in create leaves no container, and the name free', async () => {
    const outcomes = await eachCall(
      () => rig.containers.create(CONFIG, { name: 'made' }),
      async (error, call) => {
        if (error === null) return await remove('made');
        expect(error.message, call).toContain('EIO');
        expect(() => rig.containers.inspect('made')).toThrow('No such container');
        await expect.poll(() => readdirSync(`${rig.directory}/containers`)).toEqual([]);
      },
    );
    expect(failing(outcomes)).toEqual(expect.arrayContaining(['network.check', 'fs.mkdirSync', 'snapshots.prepare', 'records.insert']));
  });

  it.each([
    ['in two steps', CONFIG, ['launcher.prepare', 'prepared.go', 'readInRoot']],
    ['at once', AT_ONCE, ['launcher.start']],
  ] as const)('in a start %s is told, leaves nothing, and the container starts afterwards', async (_, config, calls) => {
    let { id } = await rig.containers.create(config, { name: 'started' });
    const anew = async (): Promise<void> => {
      await remove('started');
      ({ id } = await rig.containers.create(config, { name: 'started' }));
    };
    if (config === AT_ONCE) {
      await rig.containers.start('started');
      await anew();
    }
    const outcomes = await eachCall(
      () => rig.containers.start('started'),
      async (error, call) => {
        if (error !== null) {
          expect(error.message, call).toContain('EIO');
          expect(state('started'), call).toMatchObject({ pid: 0, error: error.message });
          expect(['created', 'exited']).toContain(state('started').status);
          await noRun(id);
          await rig.containers.start('started');
        }
        expect(state('started'), call).toMatchObject({ status: 'running', error: '' });
        await end('started');
        await noRun(id);
        if (config === AT_ONCE) await anew();
      },
    );
    const both = ['fs.mkdirSync', 'fs.writeFileSync', 'cgroups.create', 'network.connect', 'snapshots.directories'];
    expect(failing(outcomes)).toEqual(expect.arrayContaining([...both, ...calls]));
    await remove('started');
    await noRun(id);
  });

  it('in stop leaves a container that runs or has ended, and can be stopped and started', async () => {
    const { id } = await rig.containers.create(CONFIG, { name: 'stopped' });
    await rig.containers.start('stopped');
    await eachCall(
      async () => {
        await rig.containers.stop('stopped', { timeout: 0 });
        // What follows the answer belongs to it.
        await expect
          .poll(() => readdirSync(`${rig.directory}/c`).length, { timeout: 1000 })
          .toBe(0)
          .catch(() => undefined);
      },
      async (_, call) => {
        if (state('stopped').status === 'running') await rig.containers.stop('stopped', { timeout: 0 });
        expect(state('stopped'), call).toMatchObject({ status: 'exited', exitCode: 137, pid: 0 });
        await rig.containers.start('stopped');
        expect(state('stopped'), call).toMatchObject({ status: 'running' });
      },
    );
    await remove('stopped');
    await noRun(id);
  });

  it('in remove leaves a container that can be removed', async () => {
    let id = '';
    const make = async (): Promise<void> => {
      ({ id } = await rig.containers.create(CONFIG, { name: 'removed' }));
    };
    await make();
    await eachCall(
      () => remove('removed'),
      async (_, call) => {
        await remove('removed').catch((error: Error) => expect(error.message, call).toMatch('No such container'));
        expect(() => rig.containers.inspect('removed'), call).toThrow('No such container');
        expect(readdirSync(`${rig.directory}/snapshots`), call).not.toContain(id);
        await make();
      },
    );
    await remove('removed');
    // What a failing removal left on disk goes when an engine starts.
    await rig.reopen();
    expect(readdirSync(`${rig.directory}/containers`)).toEqual([]);
  });
});
