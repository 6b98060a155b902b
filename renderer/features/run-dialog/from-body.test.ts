import { describe, expect, it } from 'vitest';
import type { CreateBody } from '../../../electron/ipc/contract/create-body.ts';
import { checkForm } from './check.ts';
import { formOf, memoryText } from './from-body.ts';

const again = (body: CreateBody) => checkForm(formOf({ name: 'web', body }, 'web-2'), { takenNames: new Set(), heldPorts: new Map() });

describe('formOf', () => {
  it.each<[string, CreateBody]>([
    ['nothing', { Image: 'a' }],
    [
      'words',
      {
        Image: 'a',
        Cmd: ['sh', '-c', 'echo "a  b" \'c\''],
        Entrypoint: ['/x y', ''],
        User: '1:2',
        WorkingDir: '/w',
        Hostname: 'h',
        Tty: true,
        OpenStdin: true,
      },
    ],
    ['maps', { Image: 'a', Env: ['A=b=c', 'B='], Labels: { x: 'y', empty: '' } }],
    [
      'mounts',
      {
        Image: 'a',
        HostConfig: {
          Mounts: [
            { Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true },
            { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1025 } },
          ],
        },
      },
    ],
    [
      'what the form cannot show',
      {
        Image: 'a',
        StopSignal: 'SIGINT',
        Volumes: { '/v': {} },
        HostConfig: {
          Binds: ['/a:/b:ro,rslave'],
          ShmSize: 1,
          Dns: ['1.1.1.1'],
          Mounts: [{ Type: 'volume', Source: 'v', Target: '/v', VolumeOptions: { NoCopy: true } }],
        },
      },
    ],
    [
      'ports',
      { Image: 'a', HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }, { HostIp: '::1', HostPort: '81' }], '53/udp': [{ HostPort: '' }] } } },
    ],
    ['a network', { Image: 'a', HostConfig: { NetworkMode: 'front' } }],
    [
      'networks',
      {
        Image: 'a',
        HostConfig: { NetworkMode: 'front' },
        NetworkingConfig: { EndpointsConfig: { front: { Aliases: ['w'], IPAMConfig: { IPv4Address: '10.0.0.2' } }, back: {} } },
      },
    ],
    ['a mode', { Image: 'a', HostConfig: { NetworkMode: 'container:abc' } }],
    ['the host', { Image: 'a', HostConfig: { NetworkMode: 'host' } }],
    [
      'limits',
      { Image: 'a', HostConfig: { Memory: 7 * 2 ** 20 + 1, NanoCpus: 5e8, PidsLimit: 9, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } } },
    ],
    [
      'rights',
      {
        Image: 'a',
        HostConfig: {
          CapAdd: ['A'],
          CapDrop: ['ALL'],
          Privileged: true,
          ReadonlyRootfs: true,
          Init: true,
          AutoRemove: true,
          Devices: [{ PathOnHost: '/d', PathInContainer: '/e', CgroupPermissions: 'r' }],
        },
      },
    ],
    ['a health check', { Image: 'a', Healthcheck: { Test: ['CMD', 'a', 'b c'], Interval: 15e8, Retries: 2 } }],
    ['no health check', { Image: 'a', Healthcheck: { Test: ['NONE'] } }],
  ])('loses nothing of %s', (_, body) => {
    const { body: made, errors } = again(body);
    expect(errors).toBeNull();
    expect(made).toEqual(body);
  });
  it('shows simple binds as mounts', () => {
    expect(again({ Image: 'a', HostConfig: { Binds: ['/a:/b:ro', 'v:/c'] } }).body?.HostConfig?.Mounts).toEqual([
      { Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true },
      { Type: 'volume', Source: 'v', Target: '/c' },
    ]);
  });
});

describe('memoryText', () => {
  it('is exact', () => expect([2 ** 30, 1536 * 2 ** 20, 1025, 0, undefined].map(memoryText)).toEqual(['1g', '1536m', '1025', '', '']));
});
