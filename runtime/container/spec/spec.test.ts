import { describe, expect, it } from 'vitest';
import type { ContainerConfig, HostConfig } from '../../formats/docker/container-config.ts';
import { specOf } from './spec.ts';

const ID = 'abcdef012345'.padEnd(64, '6');
const FACTS = { hostname: 'desk', cpus: 2 };
const spec = (config: Partial<ContainerConfig> = {}, host: HostConfig = {}) => specOf(ID, { Image: 'x', Cmd: ['true'], ...config }, host, FACTS);

describe('specOf', () => {
  it('has the defaults of a plain container', () => {
    expect(spec()).toMatchObject({
      argv: ['true'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOSTNAME=abcdef012345'],
      cwd: '/',
      hostname: 'abcdef012345',
      shmSize: 67_108_864,
      maskedPaths: null,
      stopSignal: 15,
      stopTimeout: 10,
      log: { driver: 'json-file', maxSize: 0, maxFiles: 1 },
      capabilities: { add: [], drop: [] },
    });
  });

  it('has the host name of the host on its network', () => {
    expect(spec({}, { NetworkMode: 'host' }).hostname).toBe('desk');
    expect(spec({ Hostname: 'own' }, { NetworkMode: 'host' }).hostname).toBe('own');
  });

  it('hides nothing from a privileged container', () => {
    expect(spec({}, { Privileged: true, CapDrop: ['ALL'] })).toMatchObject({
      maskedPaths: [],
      readonlyPaths: [],
      capabilities: { add: ['ALL'], drop: [] },
      security: { seccomp: 'unconfined' },
    });
  });

  it('reads where namespaces come from', () => {
    const { namespaces } = spec({}, { NetworkMode: 'container:web', IpcMode: 'host', PidMode: 'container:ab' });
    expect(namespaces).toEqual({
      network: { kind: 'container', ref: 'web' },
      ipc: { kind: 'host' },
      pid: { kind: 'container', ref: 'ab' },
      uts: { kind: 'own' },
      cgroup: { kind: 'own' },
      isWithoutSharedMemory: false,
    });
  });

  it.each<[Partial<ContainerConfig>, HostConfig, string]>([
    [{ WorkingDir: 'rel' }, {}, "the working directory 'rel' is invalid, it needs to be an absolute path"],
    [{ Cmd: ['a\0b'] }, {}, 'Cmd: an argument contains a NUL byte'],
    [{ Hostname: 'a b' }, {}, 'invalid hostname format: a b'],
    [{ Hostname: '-a' }, {}, 'invalid hostname format: -a'],
    [{ StopSignal: 'NOPE' }, {}, 'invalid signal: NOPE'],
    [{}, { PidMode: 'odd' }, 'invalid PID mode: odd'],
    [{}, { UTSMode: 'container:x' }, 'invalid UTS mode: container:x'],
    [{}, { OomScoreAdj: 2000 }, 'Invalid value 2000, range for oom score adj is [-1000, 1000]'],
    [{}, { Devices: [{ PathOnHost: '/dev/x', CgroupPermissions: 'rx' }] }, 'Devices: invalid device mode: rx'],
    [{}, { ShmSize: -1 }, 'ShmSize: SHM size can not be less than 0'],
    [{}, { MaskedPaths: ['proc'] }, 'MaskedPaths: proc is not an absolute path'],
  ])('refuses %j %j', (config, host, text) => {
    expect(() => spec(config, host)).toThrow(text);
  });
});
