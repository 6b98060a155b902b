import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
const CHECKED = 'demo/checked:1';
const PATIENCE = { timeout: 20_000, interval: 20 };

interface Health {
  readonly Status: string;
  readonly FailingStreak: number;
  readonly Log: readonly { readonly Start: string; readonly End: string; readonly ExitCode: number; readonly Output: string }[];
}

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  const Healthcheck = { Test: ['CMD-SHELL', 'echo from the image'], Interval: 20_000_000, Retries: 7 };
  await engine.loadBusybox(CHECKED, { config: { Healthcheck, Cmd: ['sleep', '1000'] } });
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});
afterEach(async () => {
  if (canRunDocker) await engine.docker(['rm', '-f', 'checked']);
});

const stateOf = async (): Promise<{ readonly Status: string; readonly Health?: Health }> =>
  ((await engine.call('GET', '/containers/checked/json')).json as { State: { Status: string; Health?: Health } }).State;
const healthOf = async (): Promise<Health | undefined> => (await stateOf()).Health;
const becomes = (status: string): Promise<void> => vi.waitFor(async () => expect((await healthOf())?.Status).toBe(status), PATIENCE);

/** A container `checked` that is probed by `command` with these flags. */
async function run(command: string, ...flags: readonly string[]): Promise<void> {
  const ran = await engine.docker(['run', '-d', '--name', 'checked', '--network', 'none', '--health-cmd', command, ...flags, IMAGE, 'sleep', '1000']);
  expect([ran.code, ran.err]).toEqual([0, '']);
}
async function create(Healthcheck: unknown, more: object = {}): Promise<{ readonly status: number; readonly json: unknown }> {
  const body = { Image: IMAGE, Cmd: ['sleep', '1000'], Healthcheck, HostConfig: { NetworkMode: 'none' }, ...more };
  return engine.call('POST', '/containers/create?name=checked', body);
}
async function started(Healthcheck: unknown, more: object = {}): Promise<void> {
  expect(await create(Healthcheck, more)).toMatchObject({ status: 201 });
  expect(await engine.call('POST', '/containers/checked/start')).toMatchObject({ status: 204 });
}
const ps = async (...args: readonly string[]): Promise<string> => (await engine.docker(['ps', '--format', '{{.Names}} {{.Status}}', ...args])).out;
/** Actions of this test's container alone: others had its name. */
const eventsOf = async (event?: string): Promise<string[]> => {
  const { Id } = (await engine.call('GET', '/containers/checked/json')).json as { Id: string };
  const filters = encodeURIComponent(JSON.stringify({ container: [Id], ...(event === undefined ? {} : { event: [event] }) }));
  const { text } = await engine.call('GET', `/events?since=1&until=${(Date.now() + 1) / 1000}&filters=${filters}`);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { Action: string }).Action);
};

describe.skipIf(!canRunDocker)('health checks by the docker CLI', () => {
  it('Healthcheck.Test CMD-SHELL makes it healthy, with its output and times in the log', async () => {
    await run('echo looking at $HOME', '--health-interval', '20ms');
    expect((await healthOf())?.Status).toMatch(/starting|healthy/);
    await becomes('healthy');
    const [first] = (await healthOf())?.Log ?? [];
    expect(first).toMatchObject({ ExitCode: 0, Output: 'looking at /root\n' });
    expect(Date.parse(first?.End ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.Start ?? ''));
    expect(await ps('--filter', 'health=healthy')).toMatch(/^checked Up .* \(healthy\)\n$/);
    expect(await ps('--filter', 'health=unhealthy')).toBe('');
  });

  it('Healthcheck.Test CMD runs without a shell, as the user, in the environment and directory of the container', async () => {
    const Env = ['PATH=/bin', 'WHO=me'];
    await started({ Test: ['CMD', 'sh', '-c', 'id -u; pwd; echo $WHO; tty'], Interval: 20_000_000 }, { User: '1000', WorkingDir: '/tmp', Env });
    await vi.waitFor(async () => expect((await healthOf())?.Log[0]?.Output).toBe('1000\n/tmp\nme\nnot a tty\n'), PATIENCE);
  });

  it('Healthcheck.Test CMD of a missing program fails with its reason', async () => {
    await started({ Test: ['CMD', 'no-such-program'], Interval: 20_000_000, Retries: 1 });
    await becomes('unhealthy');
    expect((await healthOf())?.Log[0]).toMatchObject({ ExitCode: -1, Output: expect.stringContaining('executable file not found in $PATH') as string });
  });

  it('Healthcheck.Test NONE and --no-healthcheck switch off that of the image', async () => {
    const ran = await engine.docker(['run', '-d', '--name', 'checked', '--network', 'none', '--no-healthcheck', CHECKED]);
    expect(ran.code).toBe(0);
    expect(await healthOf()).toBeUndefined();
    expect(await ps('--filter', 'health=none')).toMatch(/^checked Up [^(]*\n$/);
  });

  it('Healthcheck of the image holds, and each field is overridden alone', async () => {
    const ran = await engine.docker(['run', '-d', '--name', 'checked', '--network', 'none', '--health-retries', '2', CHECKED]);
    expect(ran.code).toBe(0);
    const { Config } = (await engine.call('GET', '/containers/checked/json')).json as { Config: { Healthcheck: object } };
    expect(Config.Healthcheck).toMatchObject({ Test: ['CMD-SHELL', 'echo from the image'], Interval: 20_000_000, Retries: 2 });
    await becomes('healthy');
    expect((await healthOf())?.Log[0]?.Output).toBe('from the image\n');
  });

  it('Shell of the configuration runs a CMD-SHELL check', async () => {
    await started({ Test: ['CMD-SHELL', 'word'], Interval: 20_000_000 }, { Shell: ['echo', 'by'] });
    await vi.waitFor(async () => expect((await healthOf())?.Log[0]?.Output).toBe('by word\n'), PATIENCE);
  });

  it('Healthcheck.Retries failures in a row make it unhealthy, one success healthy, and only changes are events', async () => {
    await run('test -e /good', '--health-interval', '20ms', '--health-retries', '3');
    await becomes('unhealthy');
    const health = await healthOf();
    expect(health?.FailingStreak).toBeGreaterThanOrEqual(3);
    expect(await ps()).toMatch(/\(unhealthy\)/);
    await engine.docker(['exec', 'checked', 'touch', '/good']);
    await becomes('healthy');
    expect(await healthOf()).toMatchObject({ FailingStreak: 0 });
    await vi.waitFor(async () => expect((await healthOf())?.Log.every(({ ExitCode }) => ExitCode === 0)).toBe(true), PATIENCE);
    expect((await healthOf())?.Log.length).toBe(5);
    expect(await eventsOf('health_status')).toEqual(['health_status: unhealthy', 'health_status: healthy']);
    expect(await eventsOf('health_status: healthy')).toEqual(['health_status: healthy']);
  });

  it('Healthcheck.Timeout kills a probe with all it has started', async () => {
    await run('echo begun; sleep 444 & sleep 444', '--health-interval', '20ms', '--health-timeout', '200ms', '--health-retries', '1');
    await becomes('unhealthy');
    const Output = 'Health check exceeded timeout (200ms): begun\n';
    await vi.waitFor(async () => expect((await healthOf())?.Log).toContainEqual(expect.objectContaining({ ExitCode: -1, Output })), PATIENCE);
    await engine.docker(['pause', 'checked']);
    await engine.docker(['unpause', 'checked']);
    const running = async (): Promise<number> => (await engine.docker(['top', 'checked', '-o', 'pid,args'])).out.split('sleep 444').length - 1;
    // For a moment a shell is there twice.
    await vi.waitFor(async () => expect(await running()).toBeLessThanOrEqual(4), PATIENCE);
  });

  it('Healthcheck.StartPeriod excuses failures, and Healthcheck.StartInterval probes faster in it', async () => {
    await run('test -e /good', '--health-interval', '1h', '--health-start-period', '1m', '--health-start-interval', '20ms', '--health-retries', '1');
    await vi.waitFor(async () => expect((await healthOf())?.Log.length).toBe(5), PATIENCE);
    expect(await healthOf()).toMatchObject({ Status: 'starting', FailingStreak: 0 });
    expect(await ps('--filter', 'health=starting')).toMatch(/^checked Up .* \(health: starting\)\n$/);
    await engine.docker(['exec', 'checked', 'touch', '/good']);
    await becomes('healthy');
  });

  it('a probe keeps 4096 bytes of its output', async () => {
    await run('yes | head -c 100000', '--health-interval', '20ms');
    await becomes('healthy');
    expect((await healthOf())?.Log[0]?.Output).toBe(`${'y\n'.repeat(2048)}...`);
  });

  it('events tell of each probe as of any exec', async () => {
    await run('echo probed', '--health-interval', '20ms');
    await becomes('healthy');
    const actions = (await eventsOf()).slice(0, 6);
    expect(actions.slice(-4)).toEqual(['exec_create: /bin/sh -c echo probed', 'exec_start: /bin/sh -c echo probed', 'exec_die', 'health_status: healthy']);
  });

  it('a paused container is not probed', async () => {
    await run('date +%N', '--health-interval', '20ms');
    await becomes('healthy');
    await engine.docker(['pause', 'checked']);
    expect(await ps()).toMatch(/\(Paused\)/);
    // One may just have begun.
    await vi.waitFor(async () => {
      const probes = (await eventsOf('exec_start')).length;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect((await eventsOf('exec_start')).length).toBe(probes);
    }, PATIENCE);
    await engine.docker(['unpause', 'checked']);
    await becomes('healthy');
  });

  it('a container that has ended is not probed, and starts anew with its old results', async () => {
    await run('true', '--health-interval', '20ms');
    await becomes('healthy');
    await engine.docker(['kill', 'checked']);
    expect(await healthOf()).toMatchObject({ Status: 'unhealthy' });
    const { Log = [] } = (await healthOf()) ?? {};
    await engine.docker(['start', 'checked']);
    expect((await healthOf())?.Log.length).toBeGreaterThanOrEqual(Log.length);
    await becomes('healthy');
  });

  it.each([
    [{ Test: ['CMD', 'x'], Interval: 5 }, 'Interval in Healthcheck cannot be less than 1ms'],
    [{ Test: ['CMD', 'x'], Timeout: 999_999 }, 'Timeout in Healthcheck cannot be less than 1ms'],
    [{ Test: ['CMD', 'x'], StartPeriod: -1 }, 'StartPeriod in Healthcheck cannot be less than 1ms'],
    [{ Test: ['CMD', 'x'], StartInterval: 1 }, 'StartInterval in Healthcheck cannot be less than 1ms'],
    [{ Test: ['CMD', 'x'], Retries: -1 }, 'Retries in Healthcheck cannot be negative'],
    [{ Test: ['BAD', 'x'] }, "Unknown healthcheck type 'BAD' (expected 'CMD')"],
    [{ Test: ['CMD'] }, 'Test in Healthcheck: CMD needs a command'],
    [{ Test: 'true' }, expect.stringContaining('Healthcheck.Test') as string],
    [{ Test: ['CMD', 'x'], Interval: 'long' }, expect.stringContaining('Healthcheck.Interval') as string],
  ])('Healthcheck %j is refused and nothing is made', async (check, message) => {
    expect(await create(check)).toMatchObject({ status: 400, json: { message } });
    expect(await engine.call('GET', '/containers/checked/json')).toMatchObject({ status: 404 });
  });

  it('an engine that is killed in the middle of a probe leaves none, keeps the status and goes on', async () => {
    await run('test -e /slow && sleep 555; true', '--health-interval', '20ms', '--health-timeout', '1h');
    await becomes('healthy');
    await engine.docker(['exec', 'checked', 'touch', '/slow']);
    const sleepers = async (): Promise<number> => (await engine.docker(['top', 'checked', '-o', 'pid,args'])).out.split('sleep 555\n').length - 1;
    await vi.waitFor(async () => expect(await sleepers()).toBe(1), PATIENCE);
    await engine.docker(['exec', 'checked', 'rm', '/slow']);
    expect(await engine.stop('SIGKILL')).toBeNull();
    await engine.start();
    expect(await stateOf()).toMatchObject({ Status: 'running', Health: { Status: 'healthy' } });
    await vi.waitFor(async () => expect(await sleepers()).toBe(0), PATIENCE);
    await vi.waitFor(async () => expect((await eventsOf('exec_die')).length).toBeGreaterThan(1), PATIENCE);
  });
});
