import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import { AT, RENAME } from '../constants.ts';
import { createLinuxSyscalls } from '../linux-syscalls.ts';
import type { Op } from './ops.ts';

let outside = '';
beforeEach(() => {
  outside = mkdtempSync(`${tmpdir()}/slipway-outside-`);
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function failing(details: Record<string, unknown>): object {
  return expect.objectContaining({ details: expect.objectContaining(details) as object }) as object;
}

/** Replaces a directory of the root by a link. */
function plant(rig: LauncherRig, name: string, target: string): void {
  rmSync(`${rig.rootfs}/${name}`, { recursive: true });
  symlinkSync(target, `${rig.rootfs}/${name}`);
}

describe('the first operation that fails', () => {
  it('is named when the source of a bind mount is missing', async () => {
    await using rig = await LauncherRig.open();
    const bind: Op = { op: 'bind', source: '/nowhere/at/all', target: '/data', recursive: true, readonly: false, propagation: 0 };
    await expect(rig.prepare({ setup: rig.root(bind) })).rejects.toEqual(failing({ step: 'bind', path: '/nowhere/at/all', errno: 'ENOENT' }));
    expect(existsSync(`${rig.rootfs}/data`)).toBe(false);
  });

  it.each([
    ['a link inside', '/srv'],
    ['a link outside', '/'],
    ['a dangling link', '/nowhere'],
  ])('is the mount of /proc when that is %s', async (_, target) => {
    await using rig = await LauncherRig.open();
    plant(rig, 'proc', target);
    await expect(rig.prepare()).rejects.toEqual(failing({ step: 'mount', path: '/proc' }));
  });

  it('is the mount of /proc when that is a file', async () => {
    await using rig = await LauncherRig.open();
    rmSync(`${rig.rootfs}/proc`, { recursive: true });
    writeFileSync(`${rig.rootfs}/proc`, '');
    await expect(rig.prepare()).rejects.toEqual(failing({ step: 'mount', path: '/proc', errno: 'ENOTDIR' }));
  });

  it.each(['an absolute', 'a climbing'])('makes nothing outside the root through %s link at /dev', async (kind) => {
    await using rig = await LauncherRig.open();
    plant(rig, 'dev', kind === 'an absolute' ? outside : `../../../../../../..${outside}`);
    const extra: Op[] = [
      { op: 'device', path: '/dev/zero', type: 'c', major: 1, minor: 5, mode: 0o666, uid: 0, gid: 0 },
      { op: 'symlink', target: '/x', path: '/dev/link' },
      { op: 'mkdir', path: '/dev/directory', mode: 0o755, uid: 0, gid: 0 },
      { op: 'bind', source: '/etc/passwd', target: '/dev/file', recursive: false, readonly: 'all', propagation: 0 },
    ];
    // With or without a mount on it first: the link leads nowhere inside, so the first step through it fails.
    const operations = rig.root().filter((op) => !('target' in op && op.target.startsWith('/dev')) && op.op !== 'device');
    for (const op of extra) {
      await expect(rig.prepare({ setup: [...operations.slice(0, -1), op, { op: 'pivot-root' }] })).rejects.toEqual(failing({ step: op.op }));
    }
    await expect(rig.prepare()).rejects.toThrow(/mount: \/dev/);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('never reaches outside while the targets are being replaced', async () => {
    await using rig = await LauncherRig.open();
    mkdirSync(`${rig.rootfs}/t`);
    symlinkSync(outside, `${rig.rootfs}/t.link`);
    const extra: Op[] = Array.from({ length: 40 }, (_, index) => ({ op: 'mkdir', path: `/t/a${index}/b`, mode: 0o755, uid: 0, gid: 0 }));
    const syscalls = createLinuxSyscalls();
    let swaps = 0;
    let swapping = true;
    const swap = (async () => {
      for (; swapping; await new Promise(setImmediate)) {
        for (let count = 0; count < 20; count++) syscalls.renameat2(AT.FDCWD, `${rig.rootfs}/t`, AT.FDCWD, `${rig.rootfs}/t.link`, RENAME.EXCHANGE);
        swaps += 20;
      }
    })();
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      const prepared = await rig.prepare({ setup: rig.root(...extra) }).catch(() => void refused++);
      await prepared?.abort();
    }
    swapping = false;
    await swap;
    expect(readdirSync(outside)).toEqual([]);
    expect(swaps).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(0);
  });

  it.each([
    ['is nowhere', ['/bin/nope', '/usr/bin/nope'], 'ENOENT', 127],
    ['is beneath a file', ['/bin/plain/x'], 'ENOENT', 127],
    ['is a directory', ['/srv'], 'EACCES', 126],
    ['is not executable', ['/bin/plain'], 'EACCES', 126],
    ['is made for another machine', ['/bin/foreign'], 'ENOEXEC', 126],
  ])('is exec when the program %s', async (_, candidates, errno, exitCode) => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare();
    await expect(prepared.go([{ op: 'exec', candidates, argv: ['x'], env: [] }])).rejects.toEqual(
      expect.objectContaining({ kind: 'InvalidArgument', details: expect.objectContaining({ step: 'exec', errno, exitCode }) as object }),
    );
  });

  it.each([
    ['a working directory that is missing', { op: 'cwd', path: '/nowhere' }, { step: 'cwd', errno: 'ENOENT', path: '/nowhere' }],
    ['a working directory that is a file', { op: 'cwd', path: '/etc/passwd' }, { step: 'cwd', errno: 'ENOTDIR' }],
    ['a damaged seccomp filter', { op: 'seccomp', filter: new Uint8Array(8), flags: 0 }, { step: 'seccomp', errno: 'EINVAL' }],
    ['a user the kernel does not have', { op: 'user', uid: 2 ** 32 - 1, gid: 0, groups: [] }, { step: 'user', errno: 'EINVAL' }],
  ] as const)('is that of %s', async (_, op, details) => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare();
    await expect(prepared.go([op, execOp('sh')])).rejects.toEqual(failing(details));
  });

  it('is the plan when its last operation runs no program', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare();
    await expect(prepared.go([{ op: 'umask', mask: 0 }])).rejects.toEqual(failing({ step: 'plan' }));
  });

  it('is the run directory when that is missing, and the namespace when nobody holds it', async () => {
    await using rig = await LauncherRig.open();
    const plan = rig.plan();
    await expect(rig.launcher.prepare({ ...plan, runDirectory: `${rig.directory}/absent` })).rejects.toEqual(
      failing({ step: 'run-directory', errno: 'ENOENT' }),
    );
    await expect(rig.prepare({ joinNamespaces: ['/proc/4194304/ns/net'] })).rejects.toEqual(failing({ step: 'join-namespace', errno: 'ENOENT' }));
    await expect(rig.prepare({ cgroup: { v1Tasks: [`${rig.directory}/none/tasks`] } })).rejects.toEqual(failing({ step: 'cgroup', errno: 'ENOENT' }));
  });
});
