import { describe, expect, it } from 'vitest';
import type { ContainerConfig, HostConfig } from '../../formats/docker/container-config.ts';
import { CLONE, MS } from '../../sys/constants.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import { tmpfsOptions } from '../../sys/tmpfs-options.ts';
import { specOf } from '../spec/spec.ts';
import type { CgroupHierarchy } from './default-mounts.ts';
import { finalOps } from './final-ops.ts';
import { type LaunchResources, planOf } from './plan.ts';

const ID = 'ab'.repeat(32);
const V2: readonly CgroupHierarchy[] = [{ name: '', fstype: 'cgroup2', data: '' }];
const V1: readonly CgroupHierarchy[] = [
  { name: 'cpu,cpuacct', fstype: 'cgroup', data: 'cpu,cpuacct' },
  { name: 'systemd', fstype: 'cgroup', data: 'name=systemd' },
];

function plan(config: Partial<ContainerConfig> = {}, host: HostConfig = {}, made: Partial<LaunchResources> = {}) {
  const spec = specOf(ID, { Image: 'x', Cmd: ['true'], ...config }, host, { hostname: 'desk', cpus: 2 });
  return planOf(spec, {
    runDirectory: '/run/x',
    overlay: { lower: ['/l2', '/l1'], upper: '/u', work: '/w' },
    volatile: false,
    cgroup: { v1Tasks: [] },
    hierarchies: V2,
    storage: [],
    etcFiles: [{ source: '/c/hosts', target: '/etc/hosts' }],
    logPath: '/c/log',
    logAttributes: '',
    devices: [],
    hostMasks: [],
    network: { inside: [Uint8Array.of(1)], outside: [], sysctls: [] },
    joinNamespaces: [],
    sharedMemory: null,
    isOomProtected: false,
    ...made,
  });
}
const targets = (setup: readonly Op[]) => setup.flatMap((op) => (op.op === 'mount' || op.op === 'bind' ? [op.target] : []));
const names = (setup: readonly Op[]) => setup.map(({ op }) => op).filter((op, index, all) => op !== all[index - 1]);

describe('planOf', () => {
  it('goes through the steps in their order', () => {
    expect(names(plan({ Tty: true, Domainname: 'lan' }, { ReadonlyRootfs: true, OomScoreAdj: 5 }).setup)).toEqual([
      'oom-score-adj',
      'netlink',
      'slave-root',
      'overlay',
      'mount',
      'bind',
      'device',
      'symlink',
      'pivot-root',
      'readonly-path',
      'mask',
      'sysctl',
      'hostname',
      'domainname',
      'console',
      'readonly-root',
    ]);
  });

  it('takes the sources of shared binds first and mounts them last, where nothing can come to lie on them', () => {
    const { setup } = plan({ Tty: true }, { Binds: ['/h:/data:rshared', '/p:/p'], ReadonlyRootfs: true });
    expect(setup.find(({ op }) => op === 'slave-root')).toEqual({ op: 'slave-root', shared: [{ source: '/h', recursive: true }] });
    expect(setup.slice(-3)).toEqual([
      { op: 'console' },
      { op: 'bind', source: '/h', target: '/data', recursive: true, readonly: false, propagation: MS.SHARED | MS.REC },
      { op: 'readonly-root' },
    ]);
  });

  it('mounts what Docker mounts, in its order', () => {
    expect(targets(plan().setup)).toEqual(['/proc', '/dev', '/dev/pts', '/sys', '/sys/fs/cgroup', '/dev/mqueue', '/dev/shm', '/etc/hosts']);
    const sysfs = plan().setup.find((op) => op.op === 'mount' && op.fstype === 'sysfs');
    expect(sysfs).toMatchObject({ flags: MS.RDONLY | MS.NOSUID | MS.NODEV | MS.NOEXEC, realDirectory: true });
    expect(plan().setup.find((op) => op.op === 'mount' && op.fstype === 'proc')).toMatchObject({ realDirectory: true });
  });

  it('shows every v1 hierarchy read-only with links for merged names', () => {
    const { setup } = plan({}, {}, { hierarchies: V1 });
    expect(targets(setup).filter((target) => target.startsWith('/sys/fs'))).toEqual(['/sys/fs/cgroup', '/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup/systemd']);
    for (const op of setup) if (op.op === 'mount' && op.fstype === 'cgroup') expect(op.flags & MS.RDONLY).toBe(MS.RDONLY);
    expect(setup).toContainEqual({ op: 'symlink', target: 'cpu,cpuacct', path: '/sys/fs/cgroup/cpuacct' });
  });

  it('has own namespaces unless told otherwise', () => {
    const all = CLONE.NEWNS | CLONE.NEWUTS | CLONE.NEWIPC | CLONE.NEWPID | CLONE.NEWNET;
    expect(plan().cloneFlags).toBe(all);
    expect(plan({}, { NetworkMode: 'host', PidMode: 'host', IpcMode: 'host', UTSMode: 'host' }).cloneFlags).toBe(CLONE.NEWNS);
    expect(plan({}, { CgroupnsMode: 'host' })).toMatchObject({ newCgroupNamespace: false });
  });

  it('gives the user’s mounts precedence and puts parents first', () => {
    const { setup } = plan(
      {},
      { Binds: ['/h:/etc/hosts', '/d:/data/deep:ro'], Tmpfs: { '/data': 'size=1m,exec' }, Mounts: [{ Type: 'tmpfs', Target: '/dev/shm' }] },
    );
    expect(targets(setup).slice(-4)).toEqual(['/data', '/etc/hosts', '/data/deep', '/dev/shm']);
    expect(targets(setup).filter((target) => target === '/dev/shm')).toHaveLength(1);
    expect(setup).toContainEqual({ op: 'bind', source: '/d', target: '/data/deep', recursive: true, readonly: 'all', propagation: MS.PRIVATE | MS.REC });
    expect(setup).toContainEqual({
      op: 'mount',
      fstype: 'tmpfs',
      source: 'tmpfs',
      target: '/data',
      flags: MS.NOSUID | MS.NODEV,
      data: 'size=1m',
      inheritMode: true,
      create: 0o755,
    });
  });

  it('hides and protects by default, nothing when privileged', () => {
    const { setup } = plan({}, {}, { hostMasks: ['/sys/devices/system/cpu/cpu0/thermal_throttle'] });
    expect(setup).toContainEqual({ op: 'mask', path: '/proc/kcore' });
    expect(setup).toContainEqual({ op: 'mask', path: '/sys/devices/system/cpu/cpu0/thermal_throttle' });
    expect(setup).toContainEqual({ op: 'readonly-path', path: '/proc/sys' });
    const privileged = plan({}, { Privileged: true }).setup;
    expect(names(privileged)).not.toContain('mask');
    expect(names(privileged)).not.toContain('readonly-path');
    expect(privileged.find((op) => op.op === 'mount' && op.fstype === 'sysfs')).toMatchObject({ flags: MS.NOSUID | MS.NODEV | MS.NOEXEC });
  });

  it('leaves /dev alone when the user mounts his own', () => {
    const { setup } = plan({}, { Binds: ['/dev:/dev'] });
    expect(names(setup)).not.toContain('device');
    expect(targets(setup).filter((target) => target.startsWith('/dev'))).toEqual(['/dev']);
  });

  it('has no log for the driver none and rotates as told', () => {
    expect(plan({}, { LogConfig: { Type: 'none' } }).log).toBeUndefined();
    expect(plan({}, { LogConfig: { Config: { 'max-size': '1k', 'max-file': '2' } } }).log).toEqual({
      path: '/c/log',
      maxSize: 1000,
      maxFiles: 2,
      attributes: '',
    });
  });

  it('does not hand its own protection from the out-of-memory killer on', () => {
    expect(plan({}, {}, { isOomProtected: true }).setup[0]).toEqual({ op: 'oom-score-adj', value: 0 });
    expect(names(plan().setup)).not.toContain('oom-score-adj');
  });
});

describe('finalOps', () => {
  const step = {
    argv: ['ls'] as const,
    env: ['PATH=/bin'],
    cwd: '/srv',
    user: { uid: 0, gid: 0, groups: [0], home: '/root' },
    capabilities: { bounding: 7n, permitted: 7n },
    seccomp: Uint8Array.of(1),
    noNewPrivileges: false,
    rlimits: [{ resource: 7, soft: 1n, hard: 2n }],
    createCwd: true,
    init: false,
  };

  it('filters while privileged, drops, changes the user and enters the directory as that user', () => {
    expect(finalOps(step).map(({ op }) => op)).toEqual(['umask', 'rlimit', 'cwd', 'seccomp', 'bounding', 'user', 'capabilities', 'cwd', 'exec']);
    expect(finalOps(step)[6]).toEqual({ op: 'capabilities', permitted: 7n, effective: 7n, inheritable: 0n, ambient: 0n });
  });

  it('filters last with no_new_privs', () => {
    const ops = finalOps({ ...step, noNewPrivileges: true, createCwd: false }).map(({ op }) => op);
    expect(ops).toEqual(['umask', 'rlimit', 'bounding', 'user', 'capabilities', 'no-new-privs', 'cwd', 'seccomp', 'exec']);
  });

  it('puts an init right before the program', () => {
    expect(
      finalOps({ ...step, init: true })
        .slice(-2)
        .map(({ op }) => op),
    ).toEqual(['init', 'exec']);
  });

  it('gives another user than root no capabilities', () => {
    const ops = finalOps({ ...step, user: { uid: 33, gid: 33, groups: [33], home: '/' } });
    expect(ops.find(({ op }) => op === 'capabilities')).toMatchObject({ permitted: 0n, effective: 0n });
    expect(ops.find(({ op }) => op === 'bounding')).toMatchObject({ keep: 7n });
  });
});

describe('tmpfsOptions', () => {
  it('starts from the safe flags', () => {
    expect(tmpfsOptions([])).toEqual({ flags: MS.NOSUID | MS.NODEV | MS.NOEXEC, data: '' });
    expect(tmpfsOptions(['ro', 'suid', 'size=1m', 'mode=700', 'size=2m'])).toEqual({ flags: MS.RDONLY | MS.NODEV | MS.NOEXEC, data: 'size=2m,mode=700' });
  });

  it.each(['lowerdir=/', 'size=1m,2', 'toString', 'mode='])('refuses %s', (option) => {
    expect(() => tmpfsOptions([option])).toThrow('invalid tmpfs option');
  });
});
