import { describe, expect, it } from 'vitest';
import { checkForm } from './check.ts';
import { dotEnvText, mergedEnv, parseDotEnv } from './dot-env.ts';
import { emptyForm, exposedPorts, type RunForm } from './form.ts';
import { durationNanoseconds, parsePort } from './parse.ts';
import { shownBody } from './to-body.ts';

const NOTHING = { takenNames: new Set<string>(), heldPorts: new Map<string, string>() };
const form = (change: Partial<RunForm>): RunForm => ({ ...emptyForm('busybox'), ...change });
const errors = (change: Partial<RunForm>, around = NOTHING) => Object.keys(checkForm(form(change), around).errors ?? {});
const row = (name: string, value: string, key = 1) => ({ key, name, value });
const mount = (source: string, target: string, key = 1, kind: 'bind' | 'volume' | 'tmpfs' = 'bind') => ({ key, kind, source, target, readonly: true });
const port = (host: string, container: string, key = 1) => ({ key, host, container, protocol: 'tcp' as const });
const secret = (kind: 'file' | 'env', name: string, source: string, key = 1) => ({ key, kind, name, source });
const health = (change: Partial<RunForm['health']>) => ({ health: { ...emptyForm('').health, mode: 'command' as const, command: 'true', ...change } });

describe('checkForm', () => {
  it('makes a request of what is filled in', () => {
    const { body } = checkForm(
      form({
        command: "sh -c 'sleep 9'",
        env: [row('A', 'b=c'), row('', '', 2)],
        mounts: [mount('/srv/data', '/data'), mount('', '', 2), mount('cache', '/cache', 3, 'volume'), mount('64m', '/tmp', 4, 'tmpfs')],
        ports: [port('8080', '80'), port('127.0.0.1:81', '80', 2), port('', '9000', 3)],
        secrets: [secret('file', 'key', '/home/me/key'), secret('env', 'TOKEN', 'hush', 2)],
        networks: [
          { key: 1, network: 'front', aliases: 'web www' },
          { key: 2, network: 'back', aliases: '' },
        ],
        labels: [row('tier', 'front')],
        restart: 'on-failure',
        retries: '3',
        memory: '512m',
        cpus: '1.5',
        pids: '64',
        capAdd: 'net_admin, SYS_TIME',
        devices: '/dev/fuse\n/dev/a:/dev/b:r',
        tty: true,
        privileged: true,
        ...health({ interval: '1m30s', retries: '2' }),
      }),
      NOTHING,
    );
    expect(body).toEqual({
      Image: 'busybox',
      Cmd: ['sh', '-c', 'sleep 9'],
      Env: ['A=b=c', 'TOKEN=hush'],
      Labels: { tier: 'front' },
      Tty: true,
      Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 90e9, Retries: 2 },
      HostConfig: {
        NetworkMode: 'front',
        Mounts: [
          { Type: 'bind', Source: '/srv/data', Target: '/data', ReadOnly: true },
          { Type: 'volume', Source: 'cache', Target: '/cache', ReadOnly: true },
          { Type: 'tmpfs', Target: '/tmp', TmpfsOptions: { SizeBytes: 64 * 2 ** 20 } },
          { Type: 'bind', Source: '/home/me/key', Target: '/run/secrets/key', ReadOnly: true },
        ],
        PortBindings: { '80/tcp': [{ HostPort: '8080' }, { HostIp: '127.0.0.1', HostPort: '81' }], '9000/tcp': [{ HostPort: '' }] },
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
        Memory: 512 * 2 ** 20,
        NanoCpus: 1.5e9,
        PidsLimit: 64,
        CapAdd: ['NET_ADMIN', 'SYS_TIME'],
        Devices: [
          { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' },
          { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' },
        ],
        Privileged: true,
      },
      NetworkingConfig: { EndpointsConfig: { front: { Aliases: ['web', 'www'] }, back: {} } },
    });
  });
  it('takes an image alone, and leaves everything else to it', () => expect(checkForm(emptyForm('busybox'), NOTHING).body).toEqual({ Image: 'busybox' }));
  it.each<[string, Partial<RunForm>, string]>([
    ['no image', { image: ' ' }, 'image'],
    ['a short name', { name: 'a' }, 'name'],
    ['a name with a slash', { name: 'a/b' }, 'name'],
    ['an open quote', { command: 'echo "a' }, 'command'],
    ['an open quote in the entrypoint', { entrypoint: "'" }, 'entrypoint'],
    ['a value without a name', { env: [row('', 'x', 7)] }, 'env.7'],
    ['an equals sign in a name', { env: [row('A=B', '', 8)] }, 'env.8'],
    ['a relative source', { mounts: [mount('data', '/d', 3)] }, 'mounts.3'],
    ['a mount over the root', { mounts: [mount('/srv', '/', 4)] }, 'mounts.4'],
    ['two mounts at one place', { mounts: [mount('/a', '/d', 4), mount('/b', '/d', 5)] }, 'mounts.5'],
    ['a slash in the name of a volume', { mounts: [mount('a/b', '/d', 4, 'volume')] }, 'mounts.4'],
    ['a size in words', { mounts: [mount('much', '/d', 4, 'tmpfs')] }, 'mounts.4'],
    ['a port that is none', { ports: [port('8080', '80808', 2)] }, 'ports.2'],
    ['a host port that is none', { ports: [port('x', '80', 2)] }, 'ports.2'],
    ['a port twice', { ports: [port('80', '80', 2), port('80', '81', 3)] }, 'ports.3'],
    ['ports without a network', { networkMode: 'none', ports: [port('80', '80', 2)] }, 'networkMode'],
    ['a network twice', { networks: [1, 2].map((key) => ({ key, network: 'n', aliases: '' })) }, 'networks.2'],
    ['a secret without a name', { secrets: [secret('env', '', 'x', 3)] }, 'secrets.3'],
    ['a secret in a relative file', { secrets: [secret('file', 'a', 'x', 3)] }, 'secrets.3'],
    ['a label without a name', { labels: [row('', 'x', 2)] }, 'labels.2'],
    ['a capability that is no word', { capAdd: 'net-admin' }, 'capAdd'],
    ['a device that is no path', { devices: 'fuse' }, 'devices'],
    ['a restart of what is removed', { autoRemove: true, restart: 'always' }, 'restart'],
    ['a host name with a space', { hostname: 'a b' }, 'hostname'],
    ['memory in words', { memory: 'lots' }, 'memory'],
    ['too little memory', { memory: '1m' }, 'memory'],
    ['no cpu', { cpus: '0' }, 'cpus'],
    ['cpus in words', { cpus: 'all' }, 'cpus'],
    ['half a process', { pids: '1.5' }, 'pids'],
    ['no process', { pids: '0' }, 'pids'],
    ['a health check without a command', health({ command: '' }), 'health.command'],
    ['an interval in words', health({ interval: 'often' }), 'health.interval'],
    ['no retries', health({ retries: '0' }), 'health.retries'],
  ])('refuses %s', (_, change, field) => expect(errors(change)).toEqual([field]));
  it('refuses a name in use', () => expect(errors({ name: 'web' }, { ...NOTHING, takenNames: new Set(['web']) })).toEqual(['name']));
  it('says who holds a port', () => {
    const around = { ...NOTHING, heldPorts: new Map([['80/tcp', 'taken by web']]) };
    expect(checkForm(form({ ports: [port('127.0.0.1:80', '80')] }), around).errors).toEqual({ 'ports.1': 'taken by web' });
  });
});

describe('shownBody', () => {
  it('hides the values of secrets', () => expect(shownBody(form({ secrets: [secret('env', 'TOKEN', 'hush')] })).Env).toEqual(['TOKEN=***']));
});

describe('exposedPorts', () => {
  it('are those of the image', () => {
    expect(exposedPorts({ Config: { ExposedPorts: { '80/tcp': {}, '53/udp': {}, '7000-7009': {} } } })).toEqual([
      { host: '80', container: '80', protocol: 'tcp' },
      { host: '53', container: '53', protocol: 'udp' },
    ]);
    expect([exposedPorts(null), exposedPorts({ Config: null }), exposedPorts({ Config: { ExposedPorts: null } })]).toEqual([[], [], []]);
  });
});

describe('parsePort', () => {
  it('reads numbers and addresses', () => {
    expect([parsePort('8080'), parsePort('127.0.0.1:80'), parsePort('[::1]:80')]).toEqual([
      { address: '', port: 8080 },
      { address: '127.0.0.1', port: 80 },
      { address: '::1', port: 80 },
    ]);
  });
  it('refuses the rest', () => expect(['0', '65536', 'x', '300.1.1.1:80', '1:2', ''].map(parsePort)).toEqual(new Array(6).fill(null)));
});

describe('durationNanoseconds', () => {
  it('reads what Go reads, and seconds', () => expect(['30s', '1m30s', '500ms', '2', '1.5h'].map(durationNanoseconds)).toEqual([30e9, 90e9, 5e8, 2e9, 5.4e12]));
  it('refuses the rest', () => expect(['', 's', '1x', '-1s', '1 s'].map(durationNanoseconds)).toEqual(new Array(5).fill(null)));
});

describe('parseDotEnv', () => {
  const rows = [
    { name: 'DB_HOST', value: 'localhost' },
    { name: 'DB_PASS', value: 'a b\n' },
    { name: 'X', value: '$raw # no' },
    { name: 'Y', value: '1' },
  ];
  it('reads lines, comments and quotes', () => {
    expect(parseDotEnv('# db\nexport DB_HOST=localhost\nDB_PASS="a b\\n"\nX=\'$raw # no\' \n\nY=1 # one\n')).toEqual(rows);
  });
  it('reads what is written of rows', () =>
    expect(parseDotEnv(dotEnvText([...rows, { name: 'Q', value: `it's "so"` }]))).toEqual([...rows, { name: 'Q', value: `it's "so"` }]));
  it('takes the place of variables of the same name, and adds the others', () => {
    const env = [
      { name: 'X', value: 'old' },
      { name: '', value: '' },
      { name: 'KEPT', value: '' },
    ];
    expect(mergedEnv(env, [...rows.slice(2), { name: 'Y', value: '2' }])).toEqual([
      { name: 'X', value: '$raw # no' },
      { name: 'KEPT', value: '' },
      { name: 'Y', value: '2' },
    ]);
  });
  it('is null for other text', () => expect([parseDotEnv('hello'), parseDotEnv(''), parseDotEnv('A=1\nnot a line')]).toEqual([null, null, null]));
});
