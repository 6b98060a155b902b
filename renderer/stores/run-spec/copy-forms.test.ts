import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitCommand } from '../../ui/command-words.ts';
import { apiCall } from './api-call.ts';
import { composeYaml } from './compose-yaml.ts';
import type { RunSpec } from './from-inspect.ts';

/** Everything that shells, JSON, YAML and Compose each read in their own way. */
const RICH: RunSpec = {
  name: 'web',
  body: {
    Image: 'registry.example:5000/shop/web:1.0',
    Hostname: 'host-name',
    User: '0:0',
    Tty: true,
    OpenStdin: true,
    Env: ["QUOTE=it's $HOME ${PATH}", 'EMPTY=', 'INHERITED', 'YAML=yes: [no] # "x"', 'LINES=one\ntwo', 'ÜMLAUT=ß'],
    Entrypoint: ['/bin/sh', '-c'],
    Cmd: ['echo "two  words" $$; exec sleep 1000', 'on', '8080', '-', ''],
    WorkingDir: '/tmp',
    Labels: { 'tier.name': 'front end', on: 'yes', 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'shop web' },
    StopSignal: 'INT',
    StopTimeout: 3,
    ExposedPorts: { '9000/tcp': {} },
    Volumes: { '/anonymous': {} },
    Healthcheck: { Test: ['CMD-SHELL', 'test "$X" = 1'], Interval: 90e9, Timeout: 1_500e6, Retries: 2 },
    HostConfig: {
      Binds: ['data:/data:ro', '/srv/$x:/srv'],
      Mounts: [
        { Type: 'bind', Source: '/home/a b', Target: '/home', ReadOnly: true },
        { Type: 'tmpfs', Target: '/scratch', TmpfsOptions: { SizeBytes: 1_048_576 } },
      ],
      NetworkMode: 'front',
      PortBindings: {
        '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '18080' }],
        '81/udp': [{ HostPort: '18081' }],
        '82/tcp': [{ HostIp: '::1', HostPort: '18082' }],
      },
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
      Memory: 67_108_864,
      NanoCpus: 500_000_000,
      PidsLimit: 40,
      BlkioWeight: 300,
      Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }],
      CapAdd: ['NET_ADMIN'],
      SecurityOpt: ['no-new-privileges'],
      ExtraHosts: ['db:10.0.0.9'],
      Dns: ['1.1.1.1'],
      Sysctls: { 'net.ipv4.ip_forward': '1' },
      Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nil', CgroupPermissions: 'r' }],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
      Init: true,
      ReadonlyRootfs: true,
      ShmSize: 8_388_608,
    },
    NetworkingConfig: { EndpointsConfig: { front: { Aliases: ['www'], IPAMConfig: { IPv4Address: '10.9.0.7' } }, back: {} } },
  },
};
const PLAIN: RunSpec = { name: 'plain', body: { Image: 'busybox:1' } };

describe('a copied API call', () => {
  it.each([RICH, PLAIN])('carries the same body and name, for a shell ($name)', ({ name, body }) => {
    const words = splitCommand(apiCall({ name, body }, "/run/it's here/engine.sock")) ?? [];
    const [first, second] = [words.slice(0, words.indexOf('&&')), words.slice(words.indexOf('&&') + 1)];
    expect(first.slice(0, 4)).toEqual(['curl', '-sS', '--unix-socket', "/run/it's here/engine.sock"]);
    const sent: unknown = JSON.parse(first[first.indexOf('-d') + 1] ?? '');
    expect(sent).toEqual(body);
    expect(first.at(-1)).toBe(`http://localhost/containers/create?name=${name}`);
    expect(second.at(-1)).toBe(`http://localhost/containers/${name}/start`);
  });

  it('starts nothing that has no name', () => {
    expect(splitCommand(apiCall({ ...PLAIN, name: '' }, '/s'))?.at(-1)).toBe('http://localhost/containers/create');
  });
});

describe('a copied Compose file', () => {
  it('says no more than what was asked for', () => {
    expect(composeYaml(PLAIN)).toBe('services:\n  plain:\n    image: busybox:1\n    container_name: plain\n    network_mode: bridge\n');
  });

  it('uses networks and volumes that are there, and leaves out what Compose itself wrote', () => {
    const yaml = composeYaml(RICH);
    expect(yaml).toContain('networks:\n  front:\n    external: true\n  back:\n    external: true\n');
    expect(yaml).toContain('volumes:\n  data:\n    external: true\n');
    expect(yaml).toMatch(/^services:\n {2}shop-web:\n/);
    expect(yaml).not.toContain('com.docker.compose');
  });
});

const PLUGIN = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway/compose/docker-compose');

describe.skipIf(!existsSync(PLUGIN))('Compose itself', () => {
  const state = { home: '' };
  beforeAll(async () => {
    state.home = await mkdtemp(join(tmpdir(), 'copy-forms-'));
  });
  afterAll(() => rm(state.home, { recursive: true, force: true }));

  it('reads every value of the file as it is in the container', { timeout: 60_000 }, async () => {
    const file = join(state.home, 'compose.yml');
    await writeFile(file, composeYaml(RICH));
    const env = { HOME: state.home, PATH: process.env['PATH'], X: 'wrong', INHERITED: 'from outside' };
    const { stdout } = await promisify(execFile)(PLUGIN, ['-f', file, '-p', 'copied', 'config', '--format', 'json'], { env });
    const { services } = JSON.parse(stdout) as { services: Record<string, Record<string, unknown>> };
    const { body } = RICH;
    // What `config` prints is a Compose file again, with each dollar doubled.
    const literal = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll('$', '$$$$'));
    expect(services['shop-web']).toMatchObject({
      image: body.Image,
      container_name: 'web',
      hostname: 'host-name',
      user: '0:0',
      tty: true,
      stdin_open: true,
      environment: literal({
        QUOTE: "it's $HOME ${PATH}",
        EMPTY: '',
        INHERITED: 'from outside',
        YAML: 'yes: [no] # "x"',
        LINES: 'one\ntwo',
        ÜMLAUT: 'ß',
      }),
      entrypoint: body.Entrypoint,
      command: literal(body.Cmd),
      working_dir: '/tmp',
      labels: { 'tier.name': 'front end', on: 'yes' },
      stop_signal: 'INT',
      stop_grace_period: '3s',
      expose: ['9000/tcp'],
      healthcheck: { test: literal(body.Healthcheck?.Test), interval: '1m30s', timeout: '1.5s', retries: 2 },
      volumes: [
        { type: 'volume', source: 'data', target: '/data', read_only: true },
        { type: 'bind', source: literal('/srv/$x'), target: '/srv' },
        { type: 'volume', target: '/anonymous' },
        { type: 'bind', source: '/home/a b', target: '/home', read_only: true },
        { type: 'tmpfs', target: '/scratch', tmpfs: { size: '1048576' } },
      ],
      ports: [
        { host_ip: '127.0.0.1', target: 80, published: '18080', protocol: 'tcp' },
        { target: 81, published: '18081', protocol: 'udp' },
        { host_ip: '::1', target: 82, published: '18082', protocol: 'tcp' },
      ],
      restart: 'on-failure:3',
      mem_limit: '67108864',
      cpus: 0.5,
      pids_limit: 40,
      blkio_config: { weight: 300 },
      ulimits: { nofile: { soft: 100, hard: 200 } },
      cap_add: ['NET_ADMIN'],
      security_opt: ['no-new-privileges'],
      extra_hosts: ['db=10.0.0.9'],
      dns: ['1.1.1.1'],
      sysctls: { 'net.ipv4.ip_forward': '1' },
      devices: [{ source: '/dev/null', target: '/dev/nil', permissions: 'r' }],
      logging: { driver: 'json-file', options: { 'max-size': '10m' } },
      init: true,
      read_only: true,
      shm_size: '8388608',
      networks: { front: { aliases: ['www'], ipv4_address: '10.9.0.7' } },
    });
    expect(Object.keys(services['shop-web']?.['networks'] ?? {}).sort()).toEqual(['back', 'front']);
  });
});
