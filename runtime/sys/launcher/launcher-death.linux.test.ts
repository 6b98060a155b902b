import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import { isAlive, monitorOf, waitFor } from '../../testkit/launcher-traces.ts';
import { FrameChannel } from './frame-channel.ts';
import { FrameType } from './frames.ts';
import { encodeContainerPlan } from './plan-encoder.ts';

/** A client that leaves as the kernel makes a killed engine leave: its sockets close without a word. */
async function rawClient(rig: LauncherRig): Promise<FrameChannel> {
  const socket = connect(`${rig.directory}/zygote/zygote.sock`);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return new FrameChannel(socket);
}

describe('the end of a part of the engine', () => {
  it('between a prepared container and its start leaves nothing', async () => {
    await using rig = await LauncherRig.open();
    const plan = rig.plan({ log: { path: `${rig.directory}/json.log`, maxSize: 0, maxFiles: 1, attributes: '' } });
    const client = await rawClient(rig);
    const ready = client.next(FrameType.ready);
    client.post(FrameType.start, encodeContainerPlan(plan));
    const pid = (await ready).payload.readUInt32LE(0);
    const monitor = monitorOf(pid);
    expect(isAlive(pid)).toBe(true);
    client.close();
    await waitFor(() => !isAlive(pid) && !isAlive(monitor), 'the end of init and its monitor');
    expect(readdirSync(plan.runDirectory)).toEqual([]);
  });

  it('in the middle of a plan leaves nothing', async () => {
    await using rig = await LauncherRig.open();
    const plan = rig.plan();
    const client = await rawClient(rig);
    const frame = encodeContainerPlan(plan);
    client.post(FrameType.start, frame.subarray(0, frame.length - 1));
    const closed = client.closed;
    client.close();
    await closed;
    expect(readdirSync(plan.runDirectory)).toEqual([]);
    expect((await rig.run('echo next')).stdout).toBe('next\n');
  });

  it('leaves a running container and its record to the next engine', async () => {
    await using rig = await LauncherRig.open();
    const plan = rig.plan({ log: { path: `${rig.directory}/json.log`, maxSize: 0, maxFiles: 1, attributes: '' } });
    const handle = await (await rig.launcher.prepare(plan)).go([execOp('sh', '-c', 'until [ -e /tmp/go ]; do usleep 5000; done; echo late; exit 6')]);
    await handle[Symbol.asyncDispose]();
    await rig.launcher[Symbol.asyncDispose]();
    expect(isAlive(rig.zygote)).toBe(false);
    expect(isAlive(handle.pid)).toBe(true);
    writeFileSync(`${rig.rootfs}/tmp/go`, '');
    await waitFor(() => existsSync(`${plan.runDirectory}/exit.json`), 'the exit record');
    await rig.reopen();
    const found = await rig.launcher.adopt(plan.runDirectory);
    if (!('acknowledgeExit' in found)) throw new Error('its monitor should still wait');
    expect(await found.exited).toMatchObject({ code: 6 });
    await found.acknowledgeExit();
  });

  it('with its run directory leaves no monitor behind that waits for a place to write', async () => {
    await using rig = await LauncherRig.open();
    const plan = rig.plan();
    const handle = await (await rig.launcher.prepare(plan)).go([execOp('sh', '-c', 'sleep 60')]);
    const monitor = monitorOf(handle.pid);
    rmSync(plan.runDirectory, { recursive: true });
    await handle.signal(9);
    expect(await handle.exited).toMatchObject({ code: 137 });
    await waitFor(() => !isAlive(monitor), 'the end of the monitor');
  });

  it('a killed monitor takes its container with it, execs included', async () => {
    await using rig = await LauncherRig.open();
    const plan = rig.plan();
    const handle = await (await rig.launcher.prepare(plan)).go([execOp('sleep', '60')].map((op) => ({ ...op, candidates: ['/bin/sleep'] })));
    const exec = await handle.exec({ tty: false, openStdin: false, cgroup: { v1Tasks: [] }, ops: [execOp('sh', '-c', 'sleep 60')] });
    process.kill(monitorOf(handle.pid), 'SIGKILL');
    await expect(handle.exited).rejects.toMatchObject({ kind: 'Unavailable' });
    await expect(exec.exited).rejects.toMatchObject({ kind: 'Unavailable' });
    await waitFor(() => !isAlive(handle.pid) && !isAlive(exec.pid), 'the end of its processes');
    await expect(rig.launcher.adopt(plan.runDirectory)).rejects.toMatchObject({ kind: 'NotFound' });
    // What a killed process cannot remove, the next start in the same directory does.
    const again = rig.keep(await (await rig.launcher.prepare(plan)).go([execOp('sh', '-c', 'exit 2')]));
    expect(await again.exited).toMatchObject({ code: 2 });
  });

  it('a killed zygote is replaced for the next container and keeps the running ones', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    process.kill(rig.zygote, 'SIGKILL');
    await waitFor(() => !isAlive(rig.zygote), 'the end of the zygote');
    const [one, two] = await Promise.all([rig.run('echo one'), rig.run('echo two')]);
    expect([one.stdout, two.stdout]).toEqual(['one\n', 'two\n']);
    expect(isAlive(handle.pid)).toBe(true);
  });

  it('a killed init waiting for its start is reported as such', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare();
    process.kill(prepared.pid, 'SIGKILL');
    await expect(prepared.go([execOp('sh')])).rejects.toMatchObject({ kind: expect.stringMatching(/Internal|Unavailable/) as string });
  });
});
