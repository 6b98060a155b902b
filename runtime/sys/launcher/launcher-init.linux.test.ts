import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectExec } from '../../testkit/launcher-exec.ts';
import { execOp, IS_SANITIZED, LauncherRig } from '../../testkit/launcher-rig.ts';
import { isAlive, monitorOf, waitFor } from '../../testkit/launcher-traces.ts';
import type { ProcessStreams } from './launcher.ts';
import type { Op } from './ops.ts';

const INIT: Op = { op: 'init' };
const asInit = (script: string, ...before: Op[]): Op[] => [...before, INIT, execOp('sh', '-c', script)];

async function readUntil(streams: ProcessStreams, word: string): Promise<string> {
  let text = '';
  for await (const { data } of streams.output) {
    text += Buffer.from(data).toString();
    if (text.includes(word)) return text;
  }
  throw new Error(`ended before ${word}: ${text}`);
}

describe('a program behind an init', () => {
  it('is its child, reads and writes as without one, and gives it its code', async () => {
    await using rig = await LauncherRig.open();
    const { stdout, stderr, exit } = await rig.run('', { final: asInit('echo $$ $PPID; ls /proc/self/fd | xargs; echo err >&2; exit 9') });
    expect([stdout, stderr, exit.code, exit.signal]).toEqual(['2 1\n0 1 2 3\n', 'err\n', 9, 0]);
  });

  it('shows a signal that ended it as a shell does', async () => {
    await using rig = await LauncherRig.open();
    expect((await rig.run('', { final: asInit('kill -SEGV $$') })).exit).toMatchObject({ code: 139 });
  });

  it('gets the signals that its init is sent', async () => {
    await using rig = await LauncherRig.open();
    for (const signal of [1, 10, 15, 37]) {
      const prepared = await rig.prepare();
      await using streams = await prepared.attach({ stdin: false, stdout: true, stderr: true });
      const handle = rig.keep(await prepared.go(asInit(`trap 'exit ${40 + signal}' ${signal}; echo ready; while :; do sleep 0.02; done`)));
      await readUntil(streams, 'ready');
      await handle.signal(signal);
      expect((await handle.exited).code).toBe(40 + signal);
    }
  });

  it('leaves no zombie of what it abandons', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('', { final: asInit('exec sleep 60') });
    await collectExec(handle, 'for i in 1 2 3 4 5 6 7 8; do (sleep 0.02 &) ; done');
    const processes = async (): Promise<string> => (await collectExec(handle, 'ps -o pid,stat,args')).stdout;
    await expect.poll(processes).not.toMatch(/ Z|sleep 0.02/);
    expect(await processes()).toMatch(/ 1 S +\/sbin\/docker-init\n +2 S +sleep 60\n/);
  });

  it('that is missing or not executable is named', async () => {
    await using rig = await LauncherRig.open();
    const missing = rig.start('', { final: [INIT, execOp('/bin/nope')] });
    await expect(missing).rejects.toMatchObject({ details: { step: 'exec', exitCode: 127, path: '/bin/nope' } });
    const directory = rig.start('', { final: [INIT, execOp('/tmp')] });
    await expect(directory).rejects.toMatchObject({ details: { step: 'exec', exitCode: 126 } });
  });

  it('has the terminal, and what is typed interrupts it', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare({ tty: true, openStdin: true });
    await using streams = await prepared.attach({ stdin: true, stdout: true, stderr: true });
    const handle = rig.keep(await prepared.go(asInit("trap 'exit 5' INT; tty; echo ready; while :; do sleep 0.02; done")));
    expect(await readUntil(streams, 'ready')).toContain('/dev/pts/0');
    await streams.write(Buffer.from([3]));
    expect(await handle.exited).toMatchObject({ code: 5 });
  });

  it('cannot reach the binary, the files or the memory of its init', async () => {
    await using rig = await LauncherRig.open();
    const drop: Op[] = [
      { op: 'bounding', keep: 0xa80425fbn },
      { op: 'user', uid: 0, gid: 0, groups: [0] },
      { op: 'capabilities', permitted: 0xa80425fbn, effective: 0xa80425fbn, inheritable: 0n, ambient: 0n },
    ];
    const script =
      'for f in exe cwd root; do readlink /proc/1/$f && echo open; done; ls /proc/1/fd; cat /proc/1/environ && echo open; cat /proc/1/mem && echo open; grep Cap.nh /proc/1/status; grep CapEff /proc/1/status';
    const { stdout } = await rig.run('', { final: asInit(script, ...drop) });
    expect(stdout).toBe('CapInh:\t0000000000000000\nCapEff:\t00000000a80425fb\n');
  });

  it('has an init without any file, which ends with its monitor', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('', { final: asInit('exec sleep 60') });
    expect(readdirSync(`/proc/${handle.pid}/fd`)).toEqual([]);
    expect(readFileSync(`/proc/${handle.pid}/comm`, 'utf8')).toBe('docker-init\n');
    expect(readFileSync(`/proc/${handle.pid}/cmdline`, 'latin1').replace(/\0+$/, '')).toBe('/sbin/docker-init');
    const memory = readFileSync(`/proc/${handle.pid}/smaps_rollup`, 'latin1');
    expect(Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1])).toBeLessThan(IS_SANITIZED ? 100_000 : 300);
    const program = Number(readFileSync(`/proc/${handle.pid}/task/${handle.pid}/children`, 'utf8'));
    expect(isAlive(program)).toBe(true);
    process.kill(monitorOf(handle.pid), 'SIGKILL');
    await waitFor(() => !isAlive(handle.pid) && !isAlive(program), 'the end of init and its program');
    rmSync(`${rig.directory}/run-1`, { recursive: true });
  });

  it('is given to no exec', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const plan = { tty: false, openStdin: false, cgroup: { v1Tasks: [] }, ops: asInit('true') };
    await expect(handle.exec(plan)).rejects.toMatchObject({ details: { step: 'init', errno: 'EINVAL' } });
  });
});

describe('a shared mount', () => {
  it('shows what another container has there, and what it writes later', async () => {
    await using rig = await LauncherRig.open();
    const shm: Op = { op: 'mount', fstype: 'tmpfs', source: 'shm', target: '/dev/shm', flags: 0, data: 'mode=1777', create: 0o1777 };
    const donor = await rig.start('echo one >/dev/shm/a; exec sleep 60', { setup: rig.root(shm) });
    await collectExec(donor, 'until test -s /dev/shm/a; do sleep 0.01; done');
    const share: Op = { op: 'share', namespace: `/proc/${donor.pid}/ns/mnt`, path: '/dev/shm' };
    const { stdout, stderr } = await rig.run('cat /dev/shm/a; echo two >/dev/shm/b; stat -f -c %T /dev/shm; hostname >/dev/null; ls /', {
      setup: rig.root(share),
    });
    expect([stdout.startsWith('one\ntmpfs\n'), stderr]).toEqual([true, '']);
    expect((await collectExec(donor, 'cat /dev/shm/b')).stdout).toBe('two\n');
  });

  it('of a container that is gone is an error', async () => {
    await using rig = await LauncherRig.open();
    const share: Op = { op: 'share', namespace: '/proc/999999/ns/mnt', path: '/dev/shm' };
    await expect(rig.start('true', { setup: rig.root(share) })).rejects.toMatchObject({ details: { step: 'share', errno: 'ENOENT' } });
  });
});
