import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineProcess } from '../../testkit/engine-process.ts';
import { busyboxEntries, imageArchive, tarOf } from '../../testkit/image-archives.ts';
import { isAlive, monitorOf, zygoteOf } from '../../testkit/launcher-traces.ts';
import { leaksAfterGrace } from '../../testkit/leak-check.ts';

const DOOMED = fileURLToPath(new URL('../../testkit/doomed-engine.ts', import.meta.url));
const CONFIG = { Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: 'bridge', Memory: 64 * 2 ** 20 } };

let directory: string;
let engine: EngineProcess;
let bridge = '';
const ids = new Set<string>();
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slw-'));
  engine = await EngineProcess.run(DOOMED, directory);
  await ok('POST', '/images/load', await imageArchive([await tarOf(busyboxEntries())], 'busybox:latest'));
});
afterAll(async () => {
  for (const { Id } of (await ok('GET', '/containers/json?all=1')) as { Id: string }[]) await ok('DELETE', `/containers/${Id}?force=1`);
  bridge = ((await ok('GET', '/networks/bridge')) as { Options: Record<string, string> }).Options['com.docker.network.bridge.name'] ?? '';
  await engine.end('SIGTERM');
  expect(await leaksAfterGrace({ words: [directory, bridge, ...ids] })).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});

async function ok(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await engine.api(method, path, body);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}
interface State {
  readonly Status: string;
  readonly Running: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
}
const stateOf = async (name: string): Promise<State> => ((await ok('GET', `/containers/${name}/json`)) as { State: State }).State;
async function create(name: string): Promise<string> {
  const { Id } = (await ok('POST', `/containers/create?name=${name}`, CONFIG)) as { Id: string };
  ids.add(Id);
  return Id;
}
const start = (name: string): Promise<unknown> => ok('POST', `/containers/${name}/start`);
const stop = (name: string): Promise<unknown> => ok('POST', `/containers/${name}/stop?t=0`);
const remove = (name: string): Promise<unknown> => ok('DELETE', `/containers/${name}?force=1`);

async function tell(at: number | 'calls'): Promise<unknown> {
  const answer = once(engine.child, 'message');
  engine.child.send?.(at);
  return ((await answer) as unknown[])[0];
}
async function restart(): Promise<void> {
  engine = await EngineProcess.run(DOOMED, directory);
}

/** The calls of one run of `verb`; of several in a row with the same name the first and the last. */
async function callsOf(verb: () => Promise<unknown>, settled: () => Promise<unknown>): Promise<[number, string][]> {
  await tell(-1);
  await verb();
  await settled();
  const names = (await tell('calls')) as string[];
  return [...names.entries()].filter(([at, name]) => names[at - 1] !== name || names[at + 1] !== name);
}

/** Runs `verb` in an engine that dies at its call number `at`, some after the answer, and starts the next engine. */
async function dieAt(at: number, verb: () => Promise<unknown>): Promise<void> {
  await tell(at);
  const closed = once(engine.child, 'close').then(() => true);
  await verb().catch(() => undefined);
  // What a first time needs is not called a second time.
  const isOver = new Promise((resolve) => setTimeout(resolve, 2000));
  if (!(await Promise.race([closed, isOver]))) {
    await tell(-1);
    return;
  }
  await restart();
}
/** Kernel objects that bear the id: processes, mounts, groups and links. */
const traces = async (id: string): Promise<string[]> => leaksAfterGrace({ words: [id] });

/** The state is what the kernel says, and nothing is there that does not belong to it. */
async function isTrue(name: string, id: string): Promise<State> {
  const state = await stateOf(name);
  if (state.Running) {
    expect(isAlive(state.Pid)).toBe(true);
    expect(readFileSync(`/proc/${state.Pid}/cgroup`, 'utf8')).toContain(id);
  } else {
    expect(state.Pid).toBe(0);
    expect(await traces(id)).toEqual([]);
  }
  return state;
}
const runFiles = (): string[] => runDirectories().flatMap((name) => readdirSync(`${directory}/run/c/${name}`));
const runDirectories = (): string[] => readdirSync(`${directory}/run/c`);

describe('an engine killed at each step', () => {
  it('of create leaves a whole container or none', { timeout: 120_000 }, async () => {
    const settled = (): Promise<void> => Promise.resolve();
    const calls = await callsOf(() => create('probe'), settled);
    await remove('probe');
    for (const [at, call] of calls) {
      await dieAt(at, () => create('made'));
      const rows = (await ok('GET', '/containers/json?all=1')) as { Id: string }[];
      expect(readdirSync(`${directory}/root/containers`), call).toEqual(rows.map(({ Id }) => Id));
      expect(readdirSync(`${directory}/root/snapshots`), call).toEqual(rows.map(({ Id }) => Id));
      if (rows.length === 0) await create('made');
      await start('made');
      await remove('made');
    }
    expect(calls.map(([, name]) => name)).toEqual(expect.arrayContaining(['snapshots.prepare', 'records.insert']));
  });

  it('of start tells the truth, leaves nothing, and starts it afterwards', { timeout: 180_000 }, async () => {
    const id = await create('started');
    const calls = await callsOf(
      () => start('started'),
      () => new Promise((resolve) => setTimeout(resolve, 100)),
    );
    await stop('started');
    await expect.poll(runDirectories).toEqual([]);
    for (const [at, call] of calls) {
      await dieAt(at, () => start('started'));
      const state = await isTrue('started', id);
      if (!state.Running) {
        await expect.poll(runDirectories, { message: call }).toEqual([]);
        await start('started');
      }
      expect(await stateOf('started'), call).toMatchObject({ Running: true });
      await stop('started');
      await expect.poll(runDirectories).toEqual([]);
    }
    expect(calls.map(([, name]) => name)).toEqual(expect.arrayContaining(['cgroups.create', 'network.connect', 'launcher.start', 'records.update']));
    await remove('started');
  });

  it('of stop tells the truth, and stops and starts it afterwards', { timeout: 180_000 }, async () => {
    const id = await create('stopped');
    await start('stopped');
    const calls = await callsOf(
      () => stop('stopped'),
      () => expect.poll(runDirectories).toEqual([]),
    );
    for (const [at, call] of calls) {
      await start('stopped');
      await dieAt(at, () => stop('stopped'));
      const state = await isTrue('stopped', id);
      if (state.Running) await stop('stopped');
      expect(await stateOf('stopped'), call).toMatchObject({ Status: 'exited', ExitCode: 137 });
    }
    expect(calls.map(([, name]) => name)).toEqual(expect.arrayContaining(['monitor.signal', 'records.update', 'monitor.acknowledgeExit', 'cgroups.remove']));
    await remove('stopped');
  });

  it('of remove leaves a container that can be removed, or nothing', { timeout: 120_000 }, async () => {
    let id = await create('removed');
    const calls = await callsOf(
      () => remove('removed'),
      () => Promise.resolve(),
    );
    for (const [at, call] of calls) {
      id = await create('removed');
      await dieAt(at, () => remove('removed'));
      await remove('removed').catch((error: Error) => expect(error.message, call).toContain('No such container'));
      expect([...readdirSync(`${directory}/root/containers`), ...readdirSync(`${directory}/root/snapshots`)], call).toEqual([]);
      expect(await traces(id)).toEqual([]);
    }
  });
});

describe('a part that is killed', () => {
  const killed = async (name: string, pid: number): Promise<void> => {
    const waiting = ok('POST', `/containers/${name}/wait`);
    process.kill(pid, 'SIGKILL');
    expect(await waiting).toMatchObject({ StatusCode: 137 });
  };

  it('init: exit code 137, and the next start works', async () => {
    const id = await create('init');
    await start('init');
    await killed('init', (await stateOf('init')).Pid);
    expect(await isTrue('init', id)).toMatchObject({ Status: 'exited', ExitCode: 137 });
    await start('init');
    await remove('init');
  });

  it('monitor: its container ends with it, and the next start works', async () => {
    const id = await create('monitor');
    await start('monitor');
    const { Pid } = await stateOf('monitor');
    await killed('monitor', monitorOf(Pid));
    await expect.poll(() => isAlive(Pid)).toBe(false);
    expect(await isTrue('monitor', id)).toMatchObject({ Status: 'exited', ExitCode: 137 });
    await expect.poll(runDirectories).toEqual([]);
    await start('monitor');
    await remove('monitor');
  });

  it('monitor, while no engine runs: the next engine says 137', async () => {
    const id = await create('monitor');
    await start('monitor');
    const { Pid } = await stateOf('monitor');
    await engine.end('SIGKILL');
    process.kill(monitorOf(Pid), 'SIGKILL');
    await expect.poll(() => isAlive(Pid)).toBe(false);
    await restart();
    expect(await isTrue('monitor', id)).toMatchObject({ Status: 'exited', ExitCode: 137 });
    await start('monitor');
    await remove('monitor');
  });

  it('zygote: running containers go on, and the next start works', async () => {
    const id = await create('zygote');
    await start('zygote');
    const zygote = zygoteOf(engine.child.pid ?? 0);
    process.kill(zygote, 'SIGKILL');
    await expect.poll(() => existsSync(`/proc/${zygote}`)).toBe(false);
    expect(await isTrue('zygote', id)).toMatchObject({ Running: true });
    await create('next');
    await start('next');
    await remove('next');
    await remove('zygote');
  });
});

describe('an exec that an engine has left running', () => {
  it('is known to the next one, with its exit code once it has ended', async () => {
    await create('execs');
    await start('execs');
    const begin = async (script: string): Promise<string> => {
      const { Id } = (await ok('POST', '/containers/execs/exec', { Cmd: ['sh', '-c', script], AttachStdout: true })) as { Id: string };
      await ok('POST', `/exec/${Id}/start`, { Detach: true });
      return Id;
    };
    const ending = await begin('while [ ! -e /go ]; do sleep 0.05; done; exit 6');
    const lasting = await begin('sleep 1000');
    const over = await begin('exit 3');
    const inspect = (id: string): Promise<unknown> => ok('GET', `/exec/${id}/json`);
    await expect.poll(() => inspect(over)).toMatchObject({ Running: false, ExitCode: 3 });
    await expect.poll(() => runFiles().filter((name) => name.startsWith('x-')).length).toBe(2);
    await engine.end('SIGKILL');
    await restart();
    expect(await inspect(ending)).toMatchObject({ Running: true, ExitCode: null, ProcessConfig: { entrypoint: 'sh' } });
    await begin('touch /go');
    await expect.poll(() => inspect(ending)).toMatchObject({ Running: false, ExitCode: 6 });
    expect(await inspect(lasting)).toMatchObject({ Running: true });
    await stop('execs');
    expect(await inspect(lasting)).toMatchObject({ Running: false, ExitCode: 137 });
    await remove('execs');
  });
});

describe('an engine killed at any moment', () => {
  /** A generator with a seed, so that a failure can be had again. */
  function random(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
  }

  it('while four containers start and stop tells the truth of each', { timeout: 180_000 }, async () => {
    const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? Date.now() % 2 ** 31);
    console.log(`kills with SLIPWAY_TEST_SEED=${seed}`);
    const next = random(seed);
    const names = ['one', 'two', 'three', 'four'];
    const made = new Map<string, string>();
    for (const name of names) made.set(name, await create(name));
    for (let round = 0; round < 8; round++) {
      const busy = names.map(async (name) => {
        for (;;) {
          await start(name);
          await stop(name);
        }
      });
      setTimeout(() => engine.child.kill('SIGKILL'), 5 + next() * 150);
      const closed = once(engine.child, 'close');
      await Promise.allSettled(busy);
      await closed;
      await restart();
      for (const [name, id] of made) {
        const { Running } = await isTrue(name, id);
        if (Running) await stop(name);
      }
      await expect.poll(runDirectories).toEqual([]);
    }
    for (const name of names) await remove(name);
  });
});
