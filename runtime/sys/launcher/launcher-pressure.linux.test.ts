import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { collectExec, shellPlan } from '../../testkit/launcher-exec.ts';
import { collect, execOp, IS_SANITIZED, LauncherRig } from '../../testkit/launcher-rig.ts';
import { monitorOf } from '../../testkit/launcher-traces.ts';

/** The most KiB of memory that a process has held. */
function memory(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
/** Shadow memory makes a sanitized monitor's size meaningless. */
const LIMIT_KIB = IS_SANITIZED ? Number.POSITIVE_INFINITY : 4096;

describe('a monitor under pressure', () => {
  it('stays small while 50 MB of an exec wait for a client that does not read', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const monitor = monitorOf(handle.pid);
    const process = await handle.exec(shellPlan('yes 0123456789abcdef | head -c 50000000; echo >&2 end'));
    await sleep(500);
    expect(memory(monitor)).toBeLessThan(LIMIT_KIB);
    expect((await collectExec(handle, 'echo alive')).stdout).toBe('alive\n');
    // Nothing was lost while it waited.
    const { stdout, stderr } = await collect(process);
    expect([stdout.length, stderr]).toEqual([50_000_000, 'end\n']);
    expect(memory(monitor)).toBeLessThan(LIMIT_KIB);
  });

  it('throws the output of an exec away whose client has left, and lets it end', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const process = await handle.exec(shellPlan('yes | head -c 50000000; exit 3'));
    await process[Symbol.asyncDispose]();
    expect((await process.exited).code).toBe(3);
    expect(memory(monitorOf(handle.pid))).toBeLessThan(LIMIT_KIB);
  });

  it('leaves an attached client behind that reads nothing, so that the container goes on', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('until [ -e /tmp/attached ]; do usleep 5000; done; yes | head -c 4000000; exit 8', {
      log: { path: `${rig.directory}/json.log`, maxSize: 100_000, maxFiles: 2, attributes: '' },
    });
    await using idle = await handle.attach({ stdin: false, stdout: true, stderr: true });
    writeFileSync(`${rig.rootfs}/tmp/attached`, '');
    expect((await handle.exited).code).toBe(8);
    for await (const { data } of idle.output) expect(data.length).toBeGreaterThan(0);
  });

  it('keeps every byte for a client that attached before the start, however late it reads', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare();
    await using streams = await prepared.attach({ stdin: false, stdout: true, stderr: true });
    const handle = rig.keep(await prepared.go([execOp('sh', '-c', 'yes | head -c 8000000; exit 6')]));
    await sleep(1500);
    expect((await collect(streams)).stdout.length).toBe(8_000_000);
    expect((await handle.exited).code).toBe(6);
  });

  it('hands over all that 300 execs write which end at once, and their codes', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    for (let round = 0; round < 300; round++) expect(await collectExec(handle, 'echo all; exit 4')).toMatchObject({ stdout: 'all\n', exit: { code: 4 } });
  });

  it('survives ten thousand resizes at once', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare({ tty: true, openStdin: true });
    const handle = rig.keep(await prepared.go([execOp('sh', '-c', 'sleep 60')]));
    const monitor = monitorOf(handle.pid);
    await Promise.all(Array.from({ length: 10_000 }, (_, index) => handle.resize(1 + (index % 200), 80)));
    expect(memory(monitor)).toBeLessThan(LIMIT_KIB);
  });

  it('refuses a client that says nonsense and keeps the container', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    for (const bytes of [
      Buffer.alloc(64, 0xff),
      Buffer.from([18, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from([24, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff]),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ]) {
      const socket = connect(`${rig.directory}/run-1/s`);
      await new Promise((resolve) => {
        socket.on('error', () => undefined);
        socket.once('close', resolve);
        socket.resume();
        socket.write(bytes);
      });
    }
    expect((await collectExec(handle, 'echo alive')).stdout).toBe('alive\n');
  });
});
