import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectExec } from '../../testkit/launcher-exec.ts';
import { execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import { monitorOf } from '../../testkit/launcher-traces.ts';
import { MS } from '../constants.ts';
import { LAUNCHER_BINARY } from './create-launcher.ts';
import type { Op } from './ops.ts';

const MASKS: readonly Op[] = ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/acpi', '/proc/scsi', '/proc/absent'].map((path) => ({
  op: 'mask',
  path,
}));
const RESTRICTED: readonly Op[] = [
  { op: 'bounding', keep: 0x400n },
  { op: 'user', uid: 33, gid: 33, groups: [33, 44] },
  { op: 'capabilities', permitted: 0n, effective: 0n, inheritable: 0n, ambient: 0n },
  { op: 'no-new-privs' },
];

function field(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1]?.replaceAll('\t', ' ').trim();
}

describe('a process in a container', () => {
  it('has no file open but its three streams', async () => {
    await using rig = await LauncherRig.open();
    // ls itself holds the directory it reads.
    expect((await rig.run('ls -1 /proc/self/fd')).stdout.split('\n').slice(0, -1)).toEqual(['0', '1', '2', '3']);
    expect((await rig.run('readlink /proc/self/fd/0')).stdout).toBe('/dev/null\n');
    const handle = await rig.start('sleep 60');
    expect((await collectExec(handle, 'ls -1 /proc/self/fd')).stdout.split('\n').slice(0, -1)).toEqual(['0', '1', '2', '3']);
    expect((await collectExec(handle, 'ls -1 /proc/self/fd', { tty: true })).stdout.split('\r\n').slice(0, -1)).toEqual(['0', '1', '2', '3']);
  });

  it('sees its own processes, names and root only', async () => {
    await using rig = await LauncherRig.open();
    const { stdout } = await rig.run('echo $$; hostname; ls /; cat /proc/mounts | cut -d" " -f2 2>/dev/null; cat /proc/1/mountinfo', {
      setup: [...rig.root(), { op: 'hostname', name: 'inside' }],
    });
    expect(stdout).toMatch(/^1\ninside\n/);
    expect(stdout).not.toContain('oldroot');
    expect(stdout.split('\n').filter((line) => line.includes(' / / ')).length).toBeLessThanOrEqual(1);
    expect(stdout).not.toContain('zygote');
  });

  it('cannot climb out of its root', async () => {
    await using rig = await LauncherRig.open();
    const marker = `${rig.directory}/marker`;
    writeFileSync(marker, 'host');
    const { stdout } = await rig.run(`cat ${'../'.repeat(20)}${marker} 2>&1; cat /proc/1/root${marker} 2>&1; cat /proc/1/cwd/../../${marker} 2>&1`);
    expect(stdout).not.toMatch(/^host/m);
  });

  it('cannot write the launcher it came from', async () => {
    await using rig = await LauncherRig.open();
    const hash = (): string => createHash('sha256').update(readFileSync(LAUNCHER_BINARY)).digest('hex');
    const before = hash();
    const prepared = await rig.prepare({ cloneFlags: 0x20000 });
    const exe = `/proc/${prepared.pid}/exe`;
    expect(readlinkSync(exe)).toContain('memfd:slipway-launcher');
    // Even the host's root may not: the running image is busy, and once it is not, the seals refuse each byte.
    expect(() => writeFileSync(exe, 'x')).toThrow(/ETXTBSY|EPERM/);
    await prepared.abort();
    const fromInside = await rig.run(`for pid in ${monitorOf(rig.zygote)} ${rig.zygote}; do echo x >/proc/$pid/exe; done`, { cloneFlags: 0x20000 });
    expect(fromInside.stderr).toMatch(/can't create/);
    expect(hash()).toBe(before);
  });

  it('finds masked files empty and masked directories without entries', async () => {
    await using rig = await LauncherRig.open();
    const script =
      'for f in kcore keys timer_list; do test -e /proc/$f && { wc -c </proc/$f; stat -c "%t %T" /proc/$f; }; done; ls -A /proc/acpi /proc/scsi 2>/dev/null | grep -v : | grep .; echo done';
    const { stdout } = await rig.run(script, { setup: [...rig.root(), ...MASKS] });
    const answers = stdout.trim().split('\n');
    expect(answers.at(-1)).toBe('done');
    expect(answers.slice(0, -1).length).toBeGreaterThan(0);
    expect(answers.slice(0, -1).every((line) => line === '0' || line === '1 3')).toBe(true);
  });

  it('is not started with a false /dev/null over its masks', async () => {
    await using rig = await LauncherRig.open();
    const fake: Op = { op: 'bind', source: '/etc/passwd', target: '/dev/null', recursive: false, readonly: false, propagation: 0 };
    await expect(rig.prepare({ setup: [...rig.root(fake), ...MASKS] })).rejects.toMatchObject({
      details: { step: 'mask', errno: 'ENXIO' },
    });
  });

  it('cannot write where it was told not to', async () => {
    await using rig = await LauncherRig.open();
    const script = 'echo x >/proc/sys/kernel/hostname; echo x >/tmp/x; mkdir /srv/y; echo ok >/mnt/z && cat /mnt/z';
    const { stdout, stderr } = await rig.run(script, {
      setup: [
        ...rig.root({ op: 'mount', fstype: 'tmpfs', source: 'tmpfs', target: '/mnt', flags: MS.NOEXEC, data: '', create: 0o755 }),
        { op: 'readonly-path', path: '/proc/sys' },
        { op: 'readonly-root' },
      ],
    });
    expect(stderr.match(/Read-only file system/g)?.length).toBe(3);
    expect(stdout).toBe('ok\n');
  });

  it('has the user, groups, capabilities and limits asked for, and nothing to inherit', async () => {
    await using rig = await LauncherRig.open();
    const final: Op[] = [
      { op: 'umask', mask: 0o27 },
      { op: 'rlimit', resource: 7, soft: 100n, hard: 200n },
      ...RESTRICTED,
      { op: 'cwd', path: '/tmp' },
      execOp('sh', '-c', 'cat /proc/self/status; cat /proc/self/limits; pwd; umask'),
    ];
    for (const { stdout } of [await rig.run('', { final }), await runExec(rig, final)]) {
      expect(field(stdout, 'Uid')).toBe('33 33 33 33');
      expect(field(stdout, 'Gid')).toBe('33 33 33 33');
      expect(field(stdout, 'Groups')).toBe('33 44');
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) expect([set, field(stdout, set)]).toEqual([set, '0000000000000000']);
      expect(field(stdout, 'CapBnd')).toBe('0000000000000400');
      expect(field(stdout, 'NoNewPrivs')).toBe('1');
      expect(stdout).toMatch(/Max open files +100 +200/);
      expect(stdout).toContain('\n/tmp\n0027\n');
    }
  });

  it('keeps as root exactly the capabilities it was given', async () => {
    await using rig = await LauncherRig.open();
    const mask = 0xa80425fbn;
    const { stdout } = await rig.run('', {
      final: [
        { op: 'bounding', keep: mask },
        { op: 'user', uid: 0, gid: 0, groups: [0] },
        { op: 'capabilities', permitted: mask, effective: mask, inheritable: 0n, ambient: 0n },
        execOp('sh', '-c', 'cat /proc/self/status; mount -t tmpfs none /srv 2>&1'),
      ],
    });
    expect(['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((set) => field(stdout, set))).toEqual([
      '0000000000000000',
      '00000000a80425fb',
      '00000000a80425fb',
      '00000000a80425fb',
      '0000000000000000',
    ]);
    expect(stdout).toMatch(/permission denied|not permitted/i);
  });

  it('starts with every signal at its default and nothing blocked', async () => {
    await using rig = await LauncherRig.open();
    const cat: Op = { op: 'exec', candidates: ['/bin/cat'], argv: ['cat', '/proc/self/status'], env: [] };
    const handle = await rig.start('sleep 60');
    for (const { stdout } of [await rig.run('', { final: [cat] }), await collectExec(handle, '', { ops: [cat] })]) {
      expect(['SigBlk', 'SigIgn', 'SigCgt', 'SigPnd'].map((set) => field(stdout, set))).toEqual(Array(4).fill('0000000000000000'));
      expect(['Seccomp', 'NoNewPrivs', 'TracerPid'].map((name) => field(stdout, name))).toEqual(['0', '0', '0']);
    }
  });

  it('obeys its seccomp filter', async () => {
    await using rig = await LauncherRig.open();
    const { stdout } = await rig.run('', {
      final: [{ op: 'seccomp', filter: refuseMkdir(), flags: 0 }, execOp('sh', '-c', 'mkdir /tmp/x 2>&1; cat /proc/self/status')],
    });
    expect(stdout).toMatch(/Operation not permitted/);
    expect(field(stdout, 'Seccomp')).toBe('2');
  });
});

async function runExec(rig: LauncherRig, ops: readonly Op[]): Promise<{ stdout: string }> {
  return collectExec(await rig.start('sleep 60'), '', { ops });
}

/** LD nr; mkdir (or mkdirat) -> ERRNO(EPERM); else ALLOW. */
function refuseMkdir(): Uint8Array {
  const numbers = process.arch === 'arm64' ? [34, 34] : [83, 258];
  const instructions: [number, number, number, number][] = [
    [0x20, 0, 0, 0],
    [0x15, 2, 0, numbers[0] ?? 0],
    [0x15, 1, 0, numbers[1] ?? 0],
    [0x06, 0, 0, 0x7fff0000],
    [0x06, 0, 0, 0x00050001],
  ];
  const filter = Buffer.alloc(instructions.length * 8);
  instructions.forEach(([code, yes, no, value], index) => {
    filter.writeUInt16LE(code, index * 8);
    filter.writeUInt8(yes, index * 8 + 2);
    filter.writeUInt8(no, index * 8 + 3);
    filter.writeUInt32LE(value, index * 8 + 4);
  });
  return filter;
}
