import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { type FakeMachine, fakeMachine } from '../../testkit/container-fakes.ts';
import { pathsOf } from '../directories.ts';
import { type ContainerServiceHandle, openContainers } from '../service.ts';

const SECOND = 1_000_000_000;
let machine: FakeMachine;
let containers: ContainerServiceHandle;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  machine = fakeMachine();
  containers = await openContainers(machine.deps);
});
afterEach(async () => {
  for (const container of machine.launcher.containers) container.end(0);
  await containers[Symbol.asyncDispose]();
  vi.useRealTimers();
  machine[Symbol.dispose]();
});

const health = () => containers.inspect('web').health;
const probes = () => machine.actions().filter((action) => action.startsWith('exec_start')).length;
/** Lets the clock go on and what it has started come to its end. */
async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
async function start(Healthcheck: Parameters<ContainerServiceHandle['create']>[0]['Healthcheck']): Promise<void> {
  await containers.create({ Image: 'busybox', Healthcheck }, { name: 'web' });
  await containers.start('web');
}

describe('a container with a health check', () => {
  it('is probed every interval and tells of changes only', async () => {
    machine.launcher.program = { output: 'fine' };
    await start({ Test: ['CMD', 'check', 'it'], Interval: SECOND, Retries: 2 });
    expect(health()).toEqual({ status: 'starting', failingStreak: 0, log: [] });
    await pass(999);
    expect(probes()).toBe(0);
    await pass(1);
    await pass(1000);
    expect(probes()).toBe(2);
    expect(health()).toMatchObject({ status: 'healthy', log: [{ exitCode: 0, output: 'fine' }, {}] });
    machine.launcher.program = { output: 'x'.repeat(5000), code: 3 };
    await pass(1000);
    await pass(1000);
    expect(health()).toMatchObject({ status: 'unhealthy', failingStreak: 2 });
    expect(health()?.log.at(-1)?.output).toBe(`${'x'.repeat(4096)}...`);
    expect(machine.actions().filter((action) => action.startsWith('health_status'))).toEqual(['health_status: healthy', 'health_status: unhealthy']);
    expect(machine.actions()).toEqual(expect.arrayContaining(['exec_create: check it', 'exec_start: check it', 'exec_die 0']));
  });

  it('leaves the execs of clients to be asked about, however many probes there are', async () => {
    await start({ Test: ['CMD', 'x'], Interval: SECOND });
    const none = { attachStdin: false, attachStdout: false, attachStderr: false, tty: false, privileged: false };
    const id = containers.execCreate('web', { ...none, cmd: ['mine'], env: [], user: '', workingDir: '', detachKeys: '' });
    await containers.execStart(id, { attach: false, signal: new AbortController().signal });
    for (let probe = 0; probe < 70; probe++) await pass(1000);
    expect(probes()).toBe(71);
    expect(containers.execInspect(id)).toMatchObject({ running: false, exitCode: 0 });
  });

  it('keeps the reason why a probe could not be run', async () => {
    machine.launcher.execFailure = new EngineError('InvalidArgument', 'x', { details: { step: 'exec', errno: 'ENOENT' } });
    await start({ Test: ['CMD', 'absent'], Interval: SECOND });
    await pass(1000);
    expect(health()?.log).toMatchObject([{ exitCode: -1, output: expect.stringContaining('executable file not found in $PATH') as string }]);
  });

  it('is not probed while it is paused nor after its end, and anew after a start', async () => {
    await start({ Test: ['CMD', 'x'], Interval: SECOND });
    await pass(1000);
    await containers.pause('web');
    expect(health()?.status).toBe('unhealthy');
    await pass(10_000);
    expect(probes()).toBe(1);
    await containers.unpause('web');
    await pass(1000);
    expect([probes(), health()?.status]).toEqual([2, 'healthy']);
    machine.launcher.containers.at(-1)?.end(0);
    await pass(10_000);
    expect([probes(), health()?.status]).toEqual([2, 'unhealthy']);
    await containers.start('web');
    expect([health()?.status, health()?.log.length]).toEqual(['starting', 2]);
    await pass(1000);
    expect([probes(), health()?.status]).toEqual([3, 'healthy']);
  });

  it('goes on with its status when another engine takes over', async () => {
    await start({ Test: ['CMD', 'x'], Interval: SECOND });
    await pass(1000);
    const { id } = containers.inspect('web');
    const monitor = machine.launcher.containers.at(-1);
    if (monitor !== undefined) machine.launcher.leftovers.set(pathsOf(machine.deps.directories, id).run, monitor);
    await containers[Symbol.asyncDispose]();
    await pass(10_000);
    expect(probes()).toBe(1);
    containers = await openContainers(machine.deps);
    expect([containers.inspect('web').state.status, health()?.status]).toEqual(['running', 'healthy']);
    await pass(1000);
    expect(probes()).toBe(2);
  });

  it.each([undefined, { Test: ['NONE'] }, { Test: [] }])('which is %j costs no timer and has no health', async (check) => {
    await start(check);
    await pass(100);
    expect([vi.getTimerCount(), health()]).toEqual([0, null]);
  });
});
