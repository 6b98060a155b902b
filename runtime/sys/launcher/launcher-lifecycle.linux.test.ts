import { readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collect, execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import { isAlive, monitorOf, waitFor } from '../../testkit/launcher-traces.ts';
import { CLONE } from '../constants.ts';
import type { MonitorHandle } from './launcher.ts';

function isHandle(value: object): value is MonitorHandle {
  return 'acknowledgeExit' in value;
}

describe('a container of the launcher', () => {
  it('ends with the code its program gave', async () => {
    await using rig = await LauncherRig.open();
    const before = BigInt(Date.now()) * 1_000_000n;
    const { exit, stdout, stderr } = await rig.run('echo out; echo err >&2; exit 42');
    expect({ stdout, stderr }).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    expect(exit).toMatchObject({ code: 42, signal: 0, oomKilled: false });
    expect(exit.timeNano >= before - 1_000_000_000n && exit.timeNano <= BigInt(Date.now() + 1000) * 1_000_000n).toBe(true);
  });

  it('has a network namespace of its own, made ahead or not, with nothing in it but a loopback', async () => {
    await using rig = await LauncherRig.open();
    const show = { cloneFlags: CLONE.NEWNS | CLONE.NEWPID | CLONE.NEWNET };
    const together = await Promise.all([1, 2, 3].map(() => rig.run('readlink /proc/self/ns/net; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "', show)));
    const later = await rig.run('readlink /proc/self/ns/net; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "', show);
    const seen = [...together, later].map(({ stdout }) => stdout.split('\n'));
    expect(new Set([...seen.map(([namespace]) => namespace), readlinkSync('/proc/self/ns/net')]).size).toBe(5);
    for (const [, ...links] of seen) expect(links).toEqual(['lo', '']);
  });

  it('ends with 128 and the number when a signal killed it', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    expect(readFileSync(`/proc/${handle.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19]).toBe(String(handle.startTime));
    await handle.signal(9);
    expect(await handle.exited).toMatchObject({ code: 137, signal: 9 });
    await expect(handle.signal(9)).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('shows the first byte to a client that attached before it started', async () => {
    await using rig = await LauncherRig.open();
    for (let round = 0; round < 10; round++) expect((await rig.run('printf first')).stdout).toBe('first');
  });

  it('closes stdin with its first client when asked to, and passes on what it has read', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare({ openStdin: true, stdinOnce: true });
    await using streams = await prepared.attach({ stdin: true, stdout: true, stderr: true });
    const output = collect(streams);
    const handle = rig.keep(await prepared.go([execOp('sh', '-c', 'cat; echo end')]));
    const sent = 'x'.repeat(300_000);
    await streams.write(Buffer.from(sent));
    streams.closeStdin();
    expect((await output).stdout).toBe(`${sent}end\n`);
    expect(await handle.exited).toMatchObject({ code: 0 });
    await expect(streams.write(Buffer.from('late'))).rejects.toMatchObject({ kind: 'Conflict' });
  });

  it('keeps stdin open for the next client otherwise', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('read a; read b; echo $a $b', { openStdin: true });
    {
      await using first = await handle.attach({ stdin: true, stdout: false, stderr: false });
      await first.write(Buffer.from('one\n'));
      first.closeStdin();
    }
    await using second = await handle.attach({ stdin: true, stdout: true, stderr: true });
    const output = collect(second);
    await second.write(Buffer.from('two\n'));
    expect((await output).stdout).toBe('one two\n');
  });

  it('leaves nothing when it is aborted before its program runs', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare();
    const monitor = monitorOf(prepared.pid);
    expect(isAlive(prepared.pid)).toBe(true);
    await prepared.abort();
    await waitFor(() => !isAlive(prepared.pid) && !isAlive(monitor), 'the end of init and its monitor');
    await prepared.abort();
    await expect(prepared.go([execOp('sh')])).rejects.toMatchObject({ kind: 'Conflict' });
  });

  it('is found again by another engine, running and ended', async () => {
    await using rig = await LauncherRig.open();
    const plan = rig.plan({ openStdin: true });
    const first = await (await rig.launcher.prepare(plan)).go([execOp('sh', '-c', 'read word; exit 7')]);
    await first[Symbol.asyncDispose]();
    await rig.reopen();
    const found = await rig.launcher.adopt(plan.runDirectory);
    if (!isHandle(found)) throw new Error('the container has ended');
    expect({ pid: found.pid, startTime: found.startTime }).toEqual({ pid: first.pid, startTime: first.startTime });
    await using streams = await found.attach({ stdin: true, stdout: true, stderr: true });
    await streams.write(Buffer.from('go\n'));
    const record = await found.exited;
    expect(record).toMatchObject({ code: 7, signal: 0 });
    await found[Symbol.asyncDispose]();

    const ended = await rig.launcher.adopt(plan.runDirectory);
    if (!isHandle(ended)) throw new Error('its monitor should still wait');
    expect(await ended.exited).toEqual(record);
    await ended.acknowledgeExit();
    expect(await rig.launcher.adopt(plan.runDirectory)).toEqual(record);
    await expect(rig.launcher.adopt(rig.directory)).rejects.toMatchObject({ kind: 'NotFound' });
  });
});
