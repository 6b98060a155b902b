import { readdirSync, readlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectExec, shellPlan } from '../../testkit/launcher-exec.ts';
import { collect, execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import { childrenOf, isAlive, monitorOf, waitFor } from '../../testkit/launcher-traces.ts';
import type { ExecShape, MonitorHandle } from './launcher.ts';
import type { Op } from './ops.ts';

/** More than a process is waited with for a client that starts its exec at once, and more than it is kept for one that does not come. */
const [A_MOMENT, TOO_LONG] = [10, 1000];
// A process that waits is kept for a fifth of a second, by this clock: on a busy machine that is over before a test has seen it.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const SHAPE: ExecShape = { tty: false, openStdin: false, inside: true, cgroup: { v1Tasks: [] } };
/** A root that may do what a container's may by default, not trace (capabilities(7), CAP_SYS_PTRACE is 19). */
const LIMITED: readonly Op[] = [
  { op: 'bounding', keep: 0xa80425fbn },
  { op: 'capabilities', permitted: 0xa80425fbn, effective: 0xa80425fbn, inheritable: 0n, ambient: 0n },
];

async function running(rig: LauncherRig): Promise<MonitorHandle> {
  return await rig.start('', { final: [...LIMITED, execOp('sh', '-c', 'sleep 1000')] });
}
const besideInit = ({ pid }: MonitorHandle): number[] => childrenOf(monitorOf(pid)).filter((child) => child !== pid);

function expectExec(handle: MonitorHandle, shape: ExecShape): void {
  handle.expectExec(shape);
  vi.advanceTimersByTime(A_MOMENT);
}

/** The process that waits for the operations of an exec. */
async function expected(handle: MonitorHandle, shape: ExecShape = SHAPE): Promise<number> {
  expectExec(handle, shape);
  await waitFor(() => besideInit(handle).length === 1, 'a process that waits');
  return besideInit(handle)[0] ?? 0;
}

describe('a process made ahead of an exec', () => {
  it('becomes its program', async () => {
    await using rig = await LauncherRig.open();
    const handle = await running(rig);
    for (const word of ['one', 'two']) {
      const waiting = await expected(handle);
      const process = await handle.exec(shellPlan(`echo ${word}; echo err >&2; exit 3`, SHAPE));
      expect(process.pid).toBe(waiting);
      expect(await collect(process)).toEqual({ stdout: `${word}\n`, stderr: 'err\n' });
      expect(await process.exited).toMatchObject({ code: 3, signal: 0 });
    }
  });

  it('has a terminal of the size that was asked for', async () => {
    await using rig = await LauncherRig.open();
    const handle = await running(rig);
    const shape = { ...SHAPE, tty: true, openStdin: true, size: { rows: 31, columns: 97 } };
    const waiting = await expected(handle, shape);
    const process = await handle.exec(shellPlan('stty size', shape));
    expect(process.pid).toBe(waiting);
    expect((await collect(process)).stdout).toBe('31 97\r\n');
  });

  it('is not used for an exec of another shape, and ends', async () => {
    await using rig = await LauncherRig.open();
    const handle = await running(rig);
    const waiting = await expected(handle);
    const process = await handle.exec(shellPlan('cat; exit 4', { ...SHAPE, openStdin: true }));
    expect(process.pid).not.toBe(waiting);
    await process.write(Buffer.from('through'));
    process.closeStdin();
    expect((await collect(process)).stdout).toBe('through');
    await waitFor(() => !isAlive(waiting), 'the end of what nobody used');
  });

  it('is done without when it has been killed', async () => {
    await using rig = await LauncherRig.open();
    const handle = await running(rig);
    const waiting = await expected(handle);
    process.kill(waiting, 'SIGKILL');
    expect(await collectExec(handle, 'echo still', SHAPE)).toMatchObject({ stdout: 'still\n', exit: { code: 0 } });
  });

  it('tells what is wrong with the operations as any other', async () => {
    await using rig = await LauncherRig.open();
    const handle = await running(rig);
    await expected(handle);
    const missing: Op = { op: 'exec', candidates: ['/bin/nope'], argv: ['nope'], env: [] };
    await expect(handle.exec({ ...SHAPE, ops: [missing] })).rejects.toMatchObject({ details: { step: 'exec', errno: 'ENOENT', exitCode: 127 } });
    await expected(handle);
    await expect(handle.exec({ ...SHAPE, ops: [{ op: 'cwd', path: '/nowhere' }, missing] })).rejects.toMatchObject({
      details: { step: 'cwd', errno: 'ENOENT' },
    });
    await waitFor(() => besideInit(handle).length === 0, 'the end of both');
  });

  it('ends when nobody comes, when it is not wanted any longer, and when another one is expected', async () => {
    await using rig = await LauncherRig.open();
    const handle = await running(rig);
    await expected(handle);
    vi.advanceTimersByTime(TOO_LONG);
    await waitFor(() => besideInit(handle).length === 0, 'its end by itself');
    const unwanted = await expected(handle);
    handle.expectExec(null);
    await waitFor(() => !isAlive(unwanted), 'its end at once');
    const first = await expected(handle);
    expectExec(handle, SHAPE);
    await waitFor(() => !isAlive(first) && besideInit(handle).length === 1, 'the next in its place');
  });

  it('is none where somebody could trace it', async () => {
    await using rig = await LauncherRig.open();
    const handle = await running(rig);
    const { inside: _, ...outside } = SHAPE;
    expectExec(handle, outside);
    expect(await collectExec(handle, 'echo fine', outside)).toMatchObject({ stdout: 'fine\n' });
    await expect(handle.exec({ ...outside, ops: [] })).rejects.toMatchObject({ details: { step: 'plan' } });
  });

  it('shows a program without CAP_SYS_PTRACE nothing of itself, and holds no file of the host', async () => {
    await using rig = await LauncherRig.open();
    const look =
      'for p in /proc/[0-9]*; do [ "$(cat $p/comm)" = slipway-exec ] || continue; for f in root cwd exe ns/mnt fd/3; do readlink $p/$f; done; cat $p/environ $p/mem; done; echo looked';
    const handle = await running(rig);
    const looking = await handle.exec({
      ...SHAPE,
      inside: false,
      ops: [...LIMITED, execOp('sh', '-c', `until grep -qs slipway-exec /proc/[0-9]*/comm; do sleep 0.02; done; ${look} 2>/dev/null`)],
    });
    expectExec(handle, SHAPE);
    const other = (): number | undefined => besideInit(handle).find((pid) => pid !== looking.pid);
    await waitFor(() => other() !== undefined, 'a process that waits');
    const waiting = other() ?? 0;
    await waitFor(() => readdirSync(`/proc/${waiting}/fd`).length === 5, 'its files');
    const files = readdirSync(`/proc/${waiting}/fd`).map((fd) => readlinkSync(`/proc/${waiting}/fd/${fd}`).replace(/:.*/, ''));
    expect(files).toEqual(['/dev/null', 'pipe', 'pipe', 'socket', '/']);
    expect((await collect(looking)).stdout).toBe('looked\n');
  });

  it('goes with its container, whose end it does not hold up', async () => {
    await using rig = await LauncherRig.open();
    const handle = await running(rig);
    const waiting = await expected(handle);
    await handle.signal(9);
    expect(await handle.exited).toMatchObject({ code: 137 });
    await waitFor(() => !isAlive(waiting), 'its end');
    await expect(handle.exec(shellPlan('true', SHAPE))).rejects.toMatchObject({ details: { step: 'not-running' } });
    await handle.acknowledgeExit();
  });
});
