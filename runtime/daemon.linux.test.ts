import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineProcess } from './testkit/engine-process.ts';
import { busyboxEntries, imageArchive, tarOf } from './testkit/image-archives.ts';

const PATIENCE = { timeout: 20_000 };

let directory: string;
let engine: EngineProcess;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slw-'));
  engine = await EngineProcess.start(directory);
});
afterEach(async () => {
  if (engine.child.exitCode === null && engine.child.signalCode === null) {
    for (const { Id } of (await engine.api('GET', '/containers/json?all=1')).json as { Id: string }[]) await engine.api('DELETE', `/containers/${Id}?force=1`);
    await engine.end('SIGTERM');
  }
  rmSync(directory, { recursive: true, force: true });
});

interface Inspect {
  readonly Id: string;
  readonly State: { readonly Status: string; readonly ExitCode: number; readonly Pid: number; readonly StartedAt: string; readonly FinishedAt: string };
}

async function runDetached(name: string, script: string): Promise<Inspect> {
  const archive = await imageArchive([await tarOf(busyboxEntries())], 'busybox:latest');
  expect((await engine.api('POST', '/images/load', archive)).status).toBe(200);
  const created = await engine.api('POST', `/containers/create?name=${name}`, {
    Image: 'busybox',
    Cmd: ['sh', '-c', script],
    HostConfig: { NetworkMode: 'none' },
  });
  expect([created.status, created.text]).toEqual([201, expect.stringContaining('Id')]);
  const started = await engine.api('POST', `/containers/${name}/start`);
  expect([started.status, started.text]).toEqual([204, '']);
  return await inspect(name);
}
const inspect = async (name: string): Promise<Inspect> => (await engine.api('GET', `/containers/${name}/json`)).json as Inspect;
const logs = async (name: string): Promise<string> => (await engine.api('GET', `/containers/${name}/logs?stdout=1`)).text.replace(/[^\n -~]/g, '');
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('one engine', () => {
  it('refuses a second one on its root with its pid', async () => {
    await expect(EngineProcess.start(directory, '--run', `${directory}/other`)).rejects.toThrow(
      `another engine (pid ${engine.child.pid}) uses ${directory}/root`,
    );
    expect(existsSync(`${directory}/other`)).toBe(false);
  });

  it('ends in time, removes its socket and says what it does not understand', async () => {
    const started = performance.now();
    expect(await engine.end('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(existsSync(engine.socket)).toBe(false);
    await expect(EngineProcess.start(directory, '--no-such-option')).rejects.toThrow("slipway-engine: Unknown option '--no-such-option'");
  });

  it('takes over the socket of a dead one', async () => {
    await engine.end('SIGKILL');
    expect(existsSync(engine.socket)).toBe(true);
    engine = await EngineProcess.start(directory);
    expect((await engine.api('GET', '/_ping')).text).toBe('OK');
  });

  it('does not listen where another answers', async () => {
    const second = mkdtempSync(join(tmpdir(), 'slw-'));
    try {
      await expect(EngineProcess.start(second, '--host', `unix://${engine.socket}`)).rejects.toThrow(`another engine answers on ${engine.socket}`);
      connect(engine.socket).destroy();
    } finally {
      rmSync(second, { recursive: true });
    }
  });

  it('sleeps while nothing runs', async () => {
    const switches = (): number => Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(readFileSync(`/proc/${engine.child.pid}/status`, 'utf8'))?.[1]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const before = switches();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(switches() - before).toBeLessThanOrEqual(3);
    const memory = Number(/^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${engine.child.pid}/smaps_rollup`, 'utf8'))?.[1]);
    expect(memory).toBeLessThan(100 * 1024);
  });
});

describe('containers outlive it', () => {
  it('over an orderly end', async () => {
    const { State } = await runDetached('web', 'echo before; while [ ! -e /go ]; do sleep 0.05; done; echo after; exit 4');
    expect(await engine.end('SIGTERM')).toBe(0);
    expect(isAlive(State.Pid)).toBe(true);
    engine = await EngineProcess.start(directory);
    expect((await inspect('web')).State).toMatchObject({ Status: 'running', Pid: State.Pid, StartedAt: State.StartedAt });
    const wait = engine.api('POST', '/containers/web/wait');
    const exec = (await engine.api('POST', '/containers/web/exec', { Cmd: ['touch', '/go'] })).json as Inspect;
    await engine.api('POST', `/exec/${exec.Id}/start`, { Detach: true });
    expect((await wait).json).toMatchObject({ StatusCode: 4 });
    expect(await logs('web')).toMatch(/before\n.*after\n$/s);
  });

  it('over kill -9, with the exit that nobody saw', async () => {
    const { State } = await runDetached('web', 'echo before; sleep 0.7; echo after; exit 5');
    await engine.end('SIGKILL');
    await vi.waitFor(() => expect(isAlive(State.Pid)).toBe(false), PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const restarted = Date.now();
    engine = await EngineProcess.start(directory);
    const after = (await inspect('web')).State;
    expect(after).toMatchObject({ Status: 'exited', ExitCode: 5 });
    expect(Date.parse(after.FinishedAt)).toBeLessThan(restarted - 500);
    expect(Date.parse(after.FinishedAt)).toBeGreaterThan(Date.parse(State.StartedAt));
    expect(await logs('web')).toMatch(/before\n.*after\n$/s);
  });

  it('over kill -9 at the moment of the start’s answer', async () => {
    const { State } = await runDetached('web', 'sleep 100');
    engine.child.kill('SIGKILL');
    await engine.end('SIGKILL').catch(() => undefined);
    engine = await EngineProcess.start(directory);
    expect((await inspect('web')).State).toMatchObject({ Status: 'running', Pid: State.Pid });
    await engine.api('POST', '/containers/web/kill');
    await vi.waitFor(async () => expect((await inspect('web')).State).toMatchObject({ Status: 'exited', ExitCode: 137 }), PATIENCE);
  });

  it('unless it was told otherwise', async () => {
    await engine.end('SIGTERM');
    engine = await EngineProcess.start(directory, '--stop-containers');
    const { State } = await runDetached('web', 'trap "exit 0" TERM; echo ready; while :; do sleep 0.1; done');
    await vi.waitFor(async () => expect(await logs('web')).toContain('ready\n'), PATIENCE);
    const started = performance.now();
    expect(await engine.end('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(isAlive(State.Pid)).toBe(false);
    engine = await EngineProcess.start(directory);
    expect((await inspect('web')).State).toMatchObject({ Status: 'exited', ExitCode: 0 });
  });
});
