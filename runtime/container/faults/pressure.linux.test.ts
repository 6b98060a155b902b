import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyboxEntries, imageArchive, tarOf } from '../../testkit/image-archives.ts';
import { monitorOf } from '../../testkit/launcher-traces.ts';
import { RawClient } from '../../testkit/raw-client.ts';
import { RealEngine } from '../../testkit/real-engine.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

let engine: RealEngine;
beforeAll(async () => {
  if (!canRun) return;
  engine = new RealEngine();
  // The logs of this engine have a disk of their own that is soon full.
  mkdirSync(`${engine.root}/containers`, { recursive: true });
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', `${engine.root}/containers`]).status).toBe(0);
  await engine.start();
  const archive = await imageArchive([await tarOf(busyboxEntries())], 'busybox:latest');
  await engine.call('POST', '/images/load', archive, { 'Content-Type': 'application/x-tar' });
});
afterAll(async () => {
  if (!canRun) return;
  for (const { Id } of await list()) await ok('DELETE', `/containers/${Id}?force=1`);
  await engine.stop();
  spawnSync('umount', ['-l', `${engine.root}/containers`]);
  await engine[Symbol.asyncDispose]();
});

interface Row {
  readonly Id: string;
  readonly State: string;
}
async function ok(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await engine.call(method, path, body);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}
const list = async (): Promise<Row[]> => (await ok('GET', '/containers/json?all=1')) as Row[];
const pidOf = async (name: string): Promise<number> => ((await ok('GET', `/containers/${name}/json`)) as { State: { Pid: number } }).State.Pid;
async function run(name: string, script: string, config: object = {}): Promise<void> {
  await ok('POST', `/containers/create?name=${name}`, { Image: 'busybox', Cmd: ['sh', '-c', script], HostConfig: { NetworkMode: 'none' }, ...config });
  await ok('POST', `/containers/${name}/start`);
}
const remove = (name: string): Promise<unknown> => ok('DELETE', `/containers/${name}?force=1`);

const KIB = 1024;
function field(path: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(path, 'latin1'))?.[1]) * KIB;
}
const pss = (pid: number): number => field(`/proc/${pid}/smaps_rollup`, 'Pss');
/** The most memory that a process has held. */
const peak = (pid: number): number => field(`/proc/${pid}/status`, 'VmHWM');
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MB`;

function monitors(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(`${engine.run}/c/`));
      } catch {
        return false;
      }
    })
    .map(Number);
}
/** Does `work` for 0 to `count` - 1, `width` at a time. */
async function each(count: number, width: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

describe.skipIf(!canRun)('an engine under pressure', () => {
  it('runs 300 containers at once, lists them and stops them all', { timeout: 180_000 }, async () => {
    const count = 300;
    const before = pss(engine.pid);
    const started = performance.now();
    await each(count, 10, (index) => run(`crowd-${index}`, 'exec sleep 1000'));
    const seconds = (performance.now() - started) / 1000;
    const rows = await list();
    expect(rows.filter(({ State }) => State === 'running')).toHaveLength(count);
    const sizes = monitors().map(pss);
    expect(sizes).toHaveLength(count);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / count;
    const after = pss(engine.pid);
    console.log(
      `300 containers: ${seconds.toFixed(1)} s to create and start, ${megabytes(mean)} PSS a monitor, engine ${megabytes(before)} before, ${megabytes(after)} with them`,
    );
    expect(mean).toBeLessThan(0.3 * 2 ** 20);
    expect(after).toBeLessThan(250 * 2 ** 20);
    await each(count, 20, (index) => ok('POST', `/containers/crowd-${index}/stop?t=0`));
    expect((await list()).filter(({ State }) => State !== 'exited')).toEqual([]);
    await expect.poll(() => monitors(), { timeout: 20_000 }).toEqual([]);
    await each(count, 20, (index) => remove(`crowd-${index}`));
    expect(await list()).toEqual([]);
  });

  it('takes 10,000 resizes of a terminal, of a container and of an exec', { timeout: 120_000 }, async () => {
    await run('sized', 'exec sleep 1000', { Tty: true, OpenStdin: true });
    const exec = (await ok('POST', '/containers/sized/exec', { Cmd: ['sleep', '1000'], Tty: true, AttachStdout: true })) as { Id: string };
    await ok('POST', `/exec/${exec.Id}/start`, { Detach: true, Tty: true });
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const resize = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const outgoing = request({ socketPath: engine.socket, method: 'POST', path, agent }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        });
        outgoing.on('error', reject);
        outgoing.end();
      });
    const before = pss(engine.pid);
    let refused = 0;
    await each(10_000, 8, async (index) => {
      const path = index % 2 === 0 ? '/containers/sized/resize' : `/exec/${exec.Id}/resize`;
      if ((await resize(`${path}?h=${1 + (index % 200)}&w=${1 + (index % 300)}`)) !== 200) refused++;
    });
    agent.destroy();
    const after = pss(engine.pid);
    const monitor = peak(monitorOf(await pidOf('sized')));
    console.log(`10,000 resizes: engine ${megabytes(before)} before, ${megabytes(after)} after; monitor at most ${megabytes(monitor)}`);
    expect(refused).toBe(0);
    expect(after - before).toBeLessThan(60 * 2 ** 20);
    expect(monitor).toBeLessThan(4 * 2 ** 20);
    await remove('sized');
  });

  it('holds 1 GB of an exec back for a client that does not read, and clears it when the client goes', { timeout: 120_000 }, async () => {
    await run('loud', 'exec sleep 1000');
    const before = pss(engine.pid);
    const monitor = monitorOf(await pidOf('loud'));
    const exec = async (cmd: string[]): Promise<string> => ((await ok('POST', '/containers/loud/exec', { Cmd: cmd, AttachStdout: true })) as { Id: string }).Id;
    const state = async (id: string): Promise<{ Running: boolean; ExitCode: number | null }> =>
      (await ok('GET', `/exec/${id}/json`)) as { Running: boolean; ExitCode: number | null };
    const id = await exec(['head', '-c', '1000000000', '/dev/zero']);
    const body = '{"Detach":false,"Tty":false}';
    const upgrade = `Connection: Upgrade\nUpgrade: tcp\nContent-Type: application/json\nContent-Length: ${body.length}`;
    const client = new RawClient(engine.socket, `POST /exec/${id}/start HTTP/1.1\nHost: x\n${upgrade}`);
    client.socket.write(body);
    await client.until((one) => one.body.length > 0);
    client.socket.pause();
    // The rest of the container answers while the exec waits.
    for (let round = 0; round < 5; round++) {
      const answer = await engine.call('POST', `/exec/${await exec(['echo', 'alive'])}/start`, { Detach: false, Tty: false });
      expect(answer.text).toContain('alive');
    }
    expect(await state(id)).toMatchObject({ Running: true });
    const held = { engine: pss(engine.pid) - before, monitor: peak(monitor) };
    client.socket.destroy();
    await expect.poll(async () => state(id), { timeout: 60_000, interval: 100 }).toMatchObject({ Running: false, ExitCode: 0 });

    const detached = await exec(['head', '-c', '300000000', '/dev/zero']);
    await ok('POST', `/exec/${detached}/start`, { Detach: true });
    await expect.poll(async () => state(detached), { timeout: 60_000, interval: 100 }).toMatchObject({ Running: false, ExitCode: 0 });
    console.log(`1 GB nobody reads: engine +${megabytes(held.engine)}, monitor at most ${megabytes(peak(monitor))}`);
    expect(held.engine).toBeLessThan(60 * 2 ** 20);
    expect(peak(monitor)).toBeLessThan(4 * 2 ** 20);
    await expect.poll(() => readdirSync(`/proc/${monitor}/fd`).length).toBeLessThan(20);
    await remove('loud');
  });

  it('lets a container go on whose log has no room, and writes its log again when it has', { timeout: 120_000 }, async () => {
    await run(
      'full',
      'while [ ! -e /begin ]; do sleep 0.05; done; seq 1 300000; touch /done; while [ ! -e /go ]; do sleep 0.05; done; seq 300001 300010; exec sleep 1000',
    );
    const inside = async (...cmd: string[]): Promise<number> => {
      const { Id } = (await ok('POST', '/containers/full/exec', { Cmd: cmd, AttachStdout: true })) as { Id: string };
      await engine.call('POST', `/exec/${Id}/start`, { Detach: false, Tty: false });
      return ((await ok('GET', `/exec/${Id}/json`)) as { ExitCode: number }).ExitCode;
    };
    const filler = `${engine.root}/containers/.filler`;
    writeFileSync(filler, Buffer.alloc(10 * 2 ** 20));
    await inside('touch', '/begin');
    await expect.poll(() => inside('test', '-e', '/done'), { timeout: 60_000, interval: 200 }).toBe(0);
    rmSync(filler);
    await inside('touch', '/go');
    const logged = async (): Promise<number[]> => {
      const { text } = await engine.call('GET', '/containers/full/logs?stdout=1&tail=all');
      return (text.match(/\d+(?=\n)/g) ?? []).map(Number);
    };
    await expect.poll(async () => (await logged()).at(-1), { timeout: 30_000, interval: 200 }).toBe(300_010);
    const numbers = await logged();
    // What is there is whole and in order; what was lost is lost by the line.
    expect(numbers.length).toBeGreaterThan(10_000);
    expect(numbers.length).toBeLessThan(300_000);
    expect(numbers.every((value, index) => index === 0 || value > (numbers[index - 1] ?? 0))).toBe(true);
    expect(numbers.slice(-10)).toEqual(Array.from({ length: 10 }, (_, index) => 300_001 + index));
    await remove('full');
  });
});
