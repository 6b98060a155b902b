import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RawClient } from '../testkit/raw-client.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { ContainerRow, FeedMessage } from './types/feed.ts';

const IMAGE = 'demo/busybox:1';
const PATIENCE = { timeout: 20_000, interval: 10 };

interface Details {
  readonly Id: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Restarting: boolean;
    readonly ExitCode: number;
    readonly Pid: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
}

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});
afterEach(async () => {
  if (!canRunDocker) return;
  const names = (await engine.docker(['ps', '-aq'])).out.split('\n').filter((name) => name !== '');
  if (names.length > 0) await engine.docker(['rm', '-f', ...names]);
});

const inspect = async (name: string): Promise<Details> => (await engine.call('GET', `/containers/${name}/json`)).json as Details;
const until = (name: string, expected: object): Promise<void> => vi.waitFor(async () => expect(await inspect(name)).toMatchObject(expected), PATIENCE);
async function run(name: string, policy: string, script: string, ...flags: readonly string[]): Promise<void> {
  const ran = await engine.docker(['run', '-d', '--name', name, '--network', 'none', '--restart', policy, ...flags, IMAGE, 'sh', '-c', script]);
  expect([ran.code, ran.err]).toEqual([0, '']);
}
const post = (path: string): Promise<{ readonly status: number; readonly json: unknown }> => engine.call('POST', path);

/** Ends the engine and what it has started as a power cut does, and brings the engine back with an empty run directory. */
async function reboot(...names: readonly string[]): Promise<void> {
  const pids = await Promise.all(names.map(async (name) => (await inspect(name)).State.Pid));
  // A power cut in the moment of a start finds the record of before it: what is written soon is to be written.
  await engine.docker(['ps']);
  await engine.stop('SIGKILL');
  const monitors = pids.map((pid) => Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]));
  for (const monitor of monitors) process.kill(monitor, 'SIGKILL');
  for (const pid of pids) await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), PATIENCE);
  rmSync(join(engine.run, 'c'), { recursive: true, force: true });
  await engine.start();
}

describe.skipIf(!canRunDocker)('restart policies by the docker CLI', () => {
  it('RestartPolicy always brings it back after any exit, and RestartCount counts', async () => {
    await run('web', 'always', 'sleep 0.01; exit 0');
    await vi.waitFor(async () => expect((await inspect('web')).RestartCount).toBeGreaterThanOrEqual(2), PATIENCE);
    await until('web', { State: { Status: 'restarting', Running: true, Restarting: true, ExitCode: 0 } });
    const listed = async (): Promise<string> => (await engine.docker(['ps', '--filter', 'status=restarting', '--format', '{{.Status}}'])).out;
    await expect.poll(listed).toMatch(/^Restarting \(0\) .* ago\n$/);
  });

  it('the feed says why it ended, how often it was started and when it is next', async () => {
    await run('web', 'always', 'exit 3', '--health-cmd', 'true');
    const feed = new RawClient(engine.socket, 'GET /slipway/v1/feed HTTP/1.1\nHost: x');
    const rows = (): ContainerRow[] =>
      feed.body
        .toString()
        .split('\r\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}\n'))
        .map((line) => JSON.parse(line) as FeedMessage)
        .flatMap((message) =>
          'snapshot' in message ? message.snapshot.containers : message.changes.flatMap(({ kind, value }) => (kind === 'container' && value ? [value] : [])),
        );
    const waiting = await vi.waitFor(() => {
      const found = rows().find(({ state }) => state === 'restarting');
      if (!found) throw new Error(`no pause was told of: ${feed.body.toString()}`);
      return found;
    }, PATIENCE);
    feed.socket.destroy();
    expect(waiting).toMatchObject({ exitCode: 3, oomKilled: false, health: 'starting' });
    expect(waiting.nextStartAt - waiting.finishedAt).toBeGreaterThanOrEqual(99 * 2 ** (waiting.restartCount - 1));
  });

  it('RestartPolicy on-failure ends with a success', async () => {
    await run('web', 'on-failure', 'test -e /twice && exit 0; test -e /once && touch /twice; touch /once; exit 3');
    await until('web', { RestartCount: 2, State: { Status: 'exited', ExitCode: 0 } });
  });

  it('RestartPolicy on-failure:N ends at MaximumRetryCount', async () => {
    await run('web', 'on-failure:2', 'echo run; exit 7');
    await until('web', { RestartCount: 2, State: { Status: 'exited', ExitCode: 7 } });
    expect((await engine.docker(['logs', 'web'])).out).toBe('run\nrun\nrun\n');
  });

  it('RestartPolicy no leaves it as it has ended', async () => {
    await run('web', 'no', 'exit 4');
    await until('web', { RestartCount: 0, State: { Status: 'exited', ExitCode: 4 } });
  });

  it('the pauses are 100 ms, then twice as long each time', async () => {
    await run('web', 'on-failure:3', 'exit 1');
    await until('web', { State: { Status: 'exited' } });
    const { Id } = await inspect('web');
    const { text } = await engine.call(
      'GET',
      `/events?since=1&until=${Date.now() / 1000 + 0.001}&filters=${encodeURIComponent(JSON.stringify({ container: [Id] }))}`,
    );
    const events = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { Action: string; timeNano: number });
    const at = (action: string): number[] => events.filter(({ Action }) => Action === action).map(({ timeNano }) => timeNano / 1e6);
    const [dies, starts] = [at('die'), at('start').slice(1)];
    for (const [index, start] of starts.entries()) expect(start - (dies[index] ?? 0)).toBeGreaterThanOrEqual(99 * 2 ** index);
    expect(starts.length).toBe(3);
  });

  it('a container with AutoRemove takes no RestartPolicy', async () => {
    expect((await engine.docker(['create', '--rm', '--restart', 'always', IMAGE])).err).toMatch(/conflicting options/);
    const answer = await engine.call('POST', '/containers/create', { Image: IMAGE, HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'always' } } });
    expect([answer.status, answer.json]).toEqual([400, { message: "can't create 'AutoRemove' container with restart policy" }]);
  });

  it.each([
    [{ Name: 'sometimes' }, "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"],
    [{ Name: 'always', MaximumRetryCount: 2 }, "invalid restart policy: maximum retry count can only be used with 'on-failure'"],
    [{ Name: 'on-failure', MaximumRetryCount: -1 }, 'invalid restart policy: maximum retry count cannot be negative'],
    [{ Name: 3 }, expect.stringContaining('RestartPolicy.Name') as string],
  ])('RestartPolicy %j is refused', async (RestartPolicy, message) => {
    const answer = await engine.call('POST', '/containers/create?name=web', { Image: IMAGE, HostConfig: { RestartPolicy } });
    expect([answer.status, answer.json]).toEqual([400, { message }]);
    expect((await engine.call('GET', '/containers/web/json')).status).toBe(404);
  });

  it('a stop while it runs or waits is final, and a start begins to count anew', async () => {
    const held = join(engine.directory, 'hold');
    writeFileSync(held, '');
    await run('web', 'always', 'while [ -e /hold ]; do sleep 0.01; done; sleep 0.01; exit 1');
    await vi.waitFor(async () => expect((await inspect('web')).RestartCount).toBeGreaterThanOrEqual(1), PATIENCE);
    await until('web', { State: { Status: 'restarting' } });
    expect((await engine.docker(['stop', 'web'])).code).toBe(0);
    expect(await inspect('web')).toMatchObject({ State: { Status: 'exited', ExitCode: 1, Running: false } });
    const { State } = await inspect('web');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await inspect('web')).State).toEqual(State);
    await engine.dockerOutput('cp', '-q', held, 'web:/hold');
    await engine.docker(['start', 'web']);
    expect(await inspect('web')).toMatchObject({ RestartCount: 0, State: { Status: 'running' } });
    await engine.dockerOutput('exec', 'web', 'rm', '/hold');
    await vi.waitFor(async () => expect((await inspect('web')).RestartCount).toBeGreaterThanOrEqual(1), PATIENCE);
  });

  it('a kill ends it for good, also between two runs', async () => {
    await run('web', 'always', 'exec sleep 1000');
    await engine.docker(['kill', 'web']);
    await until('web', { State: { Status: 'exited', ExitCode: 137 } });
    await run('quick', 'always', 'exit 1');
    await vi.waitFor(async () => expect((await inspect('quick')).RestartCount).toBeGreaterThanOrEqual(3), PATIENCE);
    await until('quick', { State: { Status: 'restarting' } });
    expect((await engine.docker(['kill', 'quick'])).code).toBe(0);
    expect((await inspect('quick')).State.Status).toBe('exited');
  });

  it('start of a restarting container is 304, exec, pause and remove are refused in words', async () => {
    await run('web', 'always', 'exit 1');
    const { Id } = await inspect('web');
    // It has just ended: what is asked now comes within the three seconds or more until the next start.
    await until('web', { RestartCount: expect.toSatisfy((count: number) => count >= 6) as number, State: { Status: 'restarting' } });
    expect(await post('/containers/web/start')).toMatchObject({ status: 304 });
    const busy = `Container ${Id} is restarting, wait until the container is running`;
    expect(await engine.call('POST', '/containers/web/exec', { Cmd: ['true'] })).toMatchObject({ status: 409, json: { message: busy } });
    expect(await post('/containers/web/pause')).toMatchObject({ status: 409, json: { message: busy } });
    expect(await engine.call('DELETE', '/containers/web')).toMatchObject({
      status: 409,
      json: { message: 'cannot remove container "/web": container is restarting: stop the container before removing or force remove' },
    });
  });

  it('update --restart holds at the next exit', async () => {
    await run('web', 'always', 'while [ ! -e /end ]; do sleep 0.01; done; exit 5');
    expect((await engine.docker(['update', '--restart', 'no', 'web'])).code).toBe(0);
    await engine.docker(['exec', 'web', 'touch', '/end']);
    await until('web', { RestartCount: 0, State: { Status: 'exited', ExitCode: 5 } });
  });

  it('an engine that comes back restarts by policy what has ended meanwhile', async () => {
    const script = 'test -e /again && exec sleep 1000; touch /again; sleep 0.5; exit 6';
    for (const policy of ['always', 'unless-stopped', 'on-failure', 'no']) await run(policy, policy, script);
    await run('stopped', 'unless-stopped', 'exec sleep 1000');
    await run('stopped-always', 'always', 'exec sleep 1000');
    await engine.docker(['stop', '-t', '0', 'stopped', 'stopped-always']);
    await engine.docker(['run', '-d', '--rm', '--name', 'passing', '--network', 'none', IMAGE, 'sleep', '0.5']);
    await engine.stop('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await engine.start();
    for (const name of ['always', 'unless-stopped', 'on-failure']) await until(name, { RestartCount: 1, State: { Status: 'running' } });
    await until('stopped-always', { State: { Status: 'running' } });
    await until('no', { State: { Status: 'exited', ExitCode: 6 } });
    expect((await inspect('stopped')).State).toMatchObject({ Status: 'exited', ExitCode: 137 });
    await vi.waitFor(async () => expect((await engine.call('GET', '/containers/passing/json')).status).toBe(404), PATIENCE);
  });

  it('a restart that was due when the engine was killed goes on', async () => {
    await run('web', 'on-failure', 'exit 9');
    await vi.waitFor(async () => expect((await inspect('web')).RestartCount).toBeGreaterThanOrEqual(3), PATIENCE);
    await until('web', { State: { Status: 'restarting' } });
    const { RestartCount } = await inspect('web');
    await engine.stop('SIGKILL');
    await engine.start();
    await vi.waitFor(async () => expect((await inspect('web')).RestartCount).toBeGreaterThan(RestartCount), PATIENCE);
    await until('web', { State: { Status: 'restarting', ExitCode: 9 } });
  });

  it('after a reboot always and unless-stopped run again, on-failure and no do not', async () => {
    const names = ['always', 'unless-stopped', 'on-failure', 'no'];
    for (const policy of names) await run(policy, policy, 'exec sleep 1000');
    await run('joined', 'always', 'exec sleep 1000', '--pid', 'container:always');
    await reboot(...names, 'joined');
    for (const name of ['always', 'unless-stopped', 'joined']) await until(name, { State: { Status: 'running' } });
    for (const name of ['on-failure', 'no']) expect((await inspect(name)).State).toMatchObject({ Status: 'exited', ExitCode: 255, Pid: 0 });
  });
});
