import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/networks:1';
/** Others on the machine may test at the same time. */
const TEN = `10.${100 + (process.pid % 50)}`;
const LINK = `slwn${process.pid % 100_000}`;

interface NetworkJson {
  readonly Id: string;
  readonly Name: string;
  readonly Containers: Record<string, { readonly Name: string; readonly IPv4Address: string }>;
  readonly [field: string]: unknown;
}

let engine: RealEngine;
beforeAll(async () => {
  if (canRunDocker) engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args).then((out) => out.trim());
const network = async (name: string): Promise<NetworkJson> => (await engine.call('GET', `/networks/${name}`)).json as NetworkJson;
const names = async (...filters: string[]): Promise<string[]> =>
  (await docker('network', 'ls', '--format', '{{.Name}}', ...filters.flatMap((one) => ['--filter', one])))
    .split('\n')
    .filter((line) => line !== '')
    .sort();
const bridgeOf = ({ Id }: NetworkJson): string => `br-${Id.slice(0, 12)}`;

describe.skipIf(!canRunDocker)('networks', () => {
  it('are created with everything that inspect shows, have a bridge at once, and leave nothing', async () => {
    await docker(
      ...[
        'network',
        'create',
        '--label',
        'team=a',
        '--attachable',
        '--ipv6',
        '-o',
        'com.docker.network.driver.mtu=1400',
        '-o',
        `com.docker.network.bridge.name=${LINK}`,
      ],
      ...['--subnet', `${TEN}.0.0/24`, '--ip-range', `${TEN}.0.128/25`, '--gateway', `${TEN}.0.9`, '--aux-address', `nas=${TEN}.0.130`, 'full'],
    );
    const made = await network('full');
    expect(made).toMatchObject({
      Name: 'full',
      Driver: 'bridge',
      Scope: 'local',
      EnableIPv4: true,
      EnableIPv6: true,
      Attachable: true,
      Internal: false,
      Labels: { team: 'a' },
      Options: { 'com.docker.network.driver.mtu': '1400', 'com.docker.network.bridge.name': LINK },
      Containers: {},
    });
    const { Config } = made['IPAM'] as { Config: Record<string, unknown>[] };
    expect(Config[0]).toEqual({ Subnet: `${TEN}.0.0/24`, IPRange: `${TEN}.0.128/25`, Gateway: `${TEN}.0.9`, AuxiliaryAddresses: { nas: `${TEN}.0.130` } });
    expect(Config[1]?.['Subnet']).toMatch(/^fd.*\/64$/);
    expect(readFileSync(`/sys/class/net/${LINK}/mtu`, 'utf8').trim()).toBe('1400');
    expect(readFileSync(`/proc/sys/net/ipv6/conf/${LINK}/accept_ra`, 'utf8').trim()).toBe('0');
    expect(execFileSync('ip', ['-o', 'addr', 'show', LINK], { encoding: 'utf8' })).toContain(`${TEN}.0.9/24`);
    await docker('network', 'rm', 'full');
    expect(existsSync(`/sys/class/net/${LINK}`)).toBe(false);
    expect((await engine.call('GET', '/networks/full')).status).toBe(404);
  });

  it('are found by name, id and its beginning', async () => {
    const id = await docker('network', 'create', 'found');
    for (const ref of ['found', id, id.slice(0, 12)]) expect((await network(ref)).Name).toBe('found');
    await docker('network', 'rm', id.slice(0, 12));
    expect(await names('name=found')).toEqual([]);
  });

  it('ls by the filters name, id, driver, label, scope, type and dangling', async () => {
    const id = await docker('network', 'create', '--label', 'team=b', '--label', 'x', 'first');
    await docker('network', 'create', '--internal', 'second');
    await docker('create', '--name', 'holder', '--network', 'second', IMAGE);
    expect(await names('name=first')).toEqual(['first']);
    expect(await names(`id=${id.slice(0, 6)}`)).toEqual(['first']);
    expect(await names('label=team=b', 'label=x')).toEqual(['first']);
    expect(await names('label=team=c')).toEqual([]);
    expect(await names('driver=host', 'driver=null')).toEqual(['host', 'none']);
    expect(await names('type=custom')).toEqual(['first', 'second']);
    expect(await names('type=builtin', 'scope=local')).toEqual(['bridge', 'host', 'none']);
    expect(await names('scope=swarm')).toEqual([]);
    expect(await names('dangling=true')).toEqual(['first']);
    expect(await names('dangling=false')).toEqual(['bridge', 'host', 'none', 'second']);
    expect((await engine.docker(['network', 'ls', '--filter', 'color=red'])).err).toContain("invalid filter 'color'");
    await docker('rm', 'holder');
    await docker('network', 'rm', 'first', 'second');
  });

  it('prune takes those that no container has, label and until choose', async () => {
    await docker('network', 'create', '--label', 'keep=1', 'kept');
    await docker('network', 'create', 'used');
    await docker('network', 'create', 'unused');
    await docker('create', '--name', 'holder', '--network', 'used', IMAGE);
    expect(await docker('network', 'prune', '-f', '--filter', 'until=1h')).toBe('');
    expect(await docker('network', 'prune', '-f', '--filter', 'label!=keep')).toBe('Deleted Networks:\nunused');
    expect(await names('type=custom')).toEqual(['kept', 'used']);
    await docker('rm', 'holder');
    expect((await docker('network', 'prune', '-f')).split('\n').slice(1).sort()).toEqual(['kept', 'used']);
  });

  it('tell of create, connect, disconnect, destroy and prune by events', async () => {
    const since = String(Date.now() / 1000);
    await docker('network', 'create', 'told');
    await docker('create', '--name', 'teller', '--network', 'told', IMAGE, 'true');
    await docker('start', '-a', 'teller');
    await docker('rm', 'teller');
    await docker('network', 'rm', 'told');
    await docker('network', 'prune', '-f');
    const until = String((Date.now() + 200) / 1000);
    const events = await docker(
      'events',
      '--since',
      since,
      '--until',
      until,
      '--filter',
      'type=network',
      '--format',
      '{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}',
    );
    expect(events.split('\n')).toEqual([
      'create told bridge',
      'connect told bridge',
      'disconnect told bridge',
      'destroy told bridge',
      'prune <no value> <no value>',
    ]);
  });

  it('in use are not removed, and the answer names who uses them', async () => {
    await docker('network', 'create', 'busy');
    await docker('run', '-d', '--name', 'user', '--network', 'busy', IMAGE, 'sleep', '100');
    const { Containers } = await network('busy');
    expect(Object.values(Containers)).toMatchObject([{ Name: 'user', IPv4Address: expect.stringMatching(/\.2\/\d+$/) as string }]);
    const answer = await engine.call('DELETE', '/networks/busy');
    expect(answer.status).toBe(403);
    expect(answer.json).toEqual({ message: expect.stringMatching(/network busy has active endpoints \(name:"user" id:"[0-9a-f]{12}"\)/) as string });
    expect(existsSync(`/sys/class/net/${bridgeOf(await network('busy'))}`)).toBe(true);
    await docker('rm', '-f', 'user');
    await docker('network', 'rm', 'busy');
  });

  it('outlive the engine, and come back with their containers when a restart of the machine has taken their links', async () => {
    const id = await docker('network', 'create', '--subnet', `${TEN}.1.0/24`, '--label', 'a=b', 'lasting');
    await docker('run', '-d', '--name', 'lives', '--network', 'lasting', IMAGE, 'sleep', '100');
    await engine.stop('SIGKILL');
    await engine.start();
    expect(await network('lasting')).toMatchObject({ Id: id, Labels: { a: 'b' } });
    expect(Object.values((await network('lasting')).Containers)).toMatchObject([{ Name: 'lives', IPv4Address: `${TEN}.1.2/24` }]);
    expect(await docker('run', '--rm', '--network', 'lasting', IMAGE, 'ping', '-c', '1', 'lives')).toContain('1 packets received');
    await docker('rm', '-f', 'lives');
    await engine.stop('SIGKILL');
    execFileSync('ip', ['link', 'del', bridgeOf(await Promise.resolve({ Id: id } as NetworkJson))]);
    await engine.start();
    expect(await docker('run', '--rm', '--network', 'lasting', IMAGE, 'ping', '-c', '1', `${TEN}.1.1`)).toContain('1 packets received');
    await docker('network', 'rm', 'lasting');
    expect(existsSync(`/sys/class/net/br-${id.slice(0, 12)}`)).toBe(false);
  });

  it('a bridge that was there before is used and left', async () => {
    execFileSync('ip', ['link', 'add', LINK, 'type', 'bridge']);
    try {
      await docker('network', 'create', '-o', `com.docker.network.bridge.name=${LINK}`, 'foreign');
      expect(await docker('run', '--rm', '--network', 'foreign', IMAGE, 'ip', '-o', 'addr', 'show', 'eth0')).toContain('inet ');
      await docker('network', 'rm', 'foreign');
      expect(existsSync(`/sys/class/net/${LINK}`)).toBe(true);
    } finally {
      execFileSync('ip', ['link', 'del', LINK]);
    }
  });
});

describe.skipIf(!canRunDocker)('what is wrong with a network is said, and nothing is left', () => {
  beforeAll(async () => {
    if (canRunDocker) await docker('network', 'create', '--subnet', `${TEN}.8.0/24`, 'there');
  });
  afterAll(async () => {
    if (canRunDocker) await docker('network', 'rm', 'there');
  });

  const ipam = (...Config: object[]): object => ({ IPAM: { Config } });

  it.each<[object, number, string]>([
    [{ Name: 'there' }, 409, 'network with name there already exists'],
    [{ Name: '' }, 400, 'network name cannot be empty'],
    [{ Name: 'a/b' }, 400, 'invalid network name: "a/b"'],
    [{ Name: 'bridge' }, 403, 'operation is not permitted on predefined bridge network'],
    [{ Name: 'default' }, 403, 'operation is not permitted on predefined default network'],
    [{ Driver: 'host' }, 403, 'only one instance of "host" network is allowed'],
    [{ Driver: 'null' }, 403, 'only one instance of "null" network is allowed'],
    [{ Driver: 'nothing' }, 404, 'plugin "nothing" not found'],
    [{ Driver: 'overlay' }, 503, 'This node is not a swarm manager'],
    [{ Scope: 'swarm' }, 503, 'This node is not a swarm manager'],
    [{ Ingress: true }, 503, 'This node is not a swarm manager'],
    [{ ConfigOnly: true }, 501, 'ConfigOnly'],
    [{ EnableIPv4: false }, 400, 'IPv4 or IPv6 must be enabled'],
    [{ IPAM: { Driver: 'dhcp' } }, 404, 'ipam driver "dhcp" not found'],
    [ipam({ Subnet: `${TEN}.9.0` }), 400, `invalid subnet ${TEN}.9.0: invalid CIDR block notation`],
    [ipam({ Subnet: `${TEN}.9.1/24` }), 400, `invalid subnet ${TEN}.9.1/24: it should be ${TEN}.9.0/24`],
    [ipam({ Subnet: `${TEN}.8.0/25` }), 403, 'Pool overlaps with other one on this address space'],
    [ipam({ Subnet: `${TEN}.9.0/24` }, { Subnet: `${TEN}.9.128/25` }), 403, 'Pool overlaps with other one on this address space'],
    [ipam({ Subnet: '127.0.0.0/8' }), 400, 'invalid subnet 127.0.0.0/8'],
    [ipam({ Subnet: `${TEN}.9.0/24`, Gateway: `${TEN}.10.1` }), 400, `invalid gateway ${TEN}.10.1: parent subnet ${TEN}.9.0/24 doesn't contain this address`],
    [
      ipam({ Subnet: `${TEN}.9.0/24`, IPRange: `${TEN}.10.0/25` }),
      400,
      `invalid ip-range ${TEN}.10.0/25: parent subnet ${TEN}.9.0/24 doesn't contain ip-range`,
    ],
    [ipam({ Subnet: `${TEN}.9.0/24`, AuxiliaryAddresses: { nas: 'x' } }), 400, 'invalid auxiliary address nas: invalid address'],
    [{ Options: { colour: 'red' } }, 400, 'unknown option "colour" of network driver bridge'],
    [{ Options: { 'com.docker.network.driver.mtu': 'big' } }, 400, 'invalid value for network option com.docker.network.driver.mtu: "big"'],
    [{ Options: { 'com.docker.network.bridge.enable_icc': 'maybe' } }, 400, 'com.docker.network.bridge.enable_icc: "maybe"'],
    [{ Options: { 'com.docker.network.bridge.name': 'a name that is too long' } }, 400, 'com.docker.network.bridge.name'],
    [{ Options: { 'com.docker.network.bridge.gateway_mode_ipv4': 'odd' } }, 400, 'com.docker.network.bridge.gateway_mode_ipv4: "odd"'],
    [{ Options: { 'com.docker.network.bridge.gateway_mode_ipv4': 'routed' } }, 400, 'gateway_mode_ipv4: routed is not supported'],
    [{ Options: { 'com.docker.network.bridge.gateway_mode_ipv6': 'nat-unprotected' } }, 400, 'gateway_mode_ipv6: nat-unprotected is not supported'],
    [{ Driver: 'macvlan', Options: { macvlan_mode: 'odd' } }, 400, 'macvlan_mode: "odd"'],
    [{ Driver: 'macvlan', Options: { parent: 'nolink0' } }, 400, 'invalid subinterface vlan name nolink0, example formatting is eth0.10'],
    [{ Driver: 'ipvlan', Options: { ipvlan_mode: 'l4' } }, 400, 'ipvlan_mode: "l4"'],
    [{ Labels: { a: 1 } }, 400, 'Labels.a'],
  ])('%j', async (body, status, words) => {
    const answer = await engine.call('POST', '/networks/create', { Name: 'wrong', ...body });
    expect([answer.status, answer.json]).toEqual([status, { message: expect.stringContaining(words) as string }]);
    expect(await names('type=custom')).toEqual(['there']);
  });

  it.each(['bridge', 'host', 'none'])('the predefined network %s stays', async (name) => {
    const answer = await engine.call('DELETE', `/networks/${name}`);
    expect([answer.status, answer.json]).toEqual([403, { message: `${name} is a pre-defined network and cannot be removed` }]);
  });

  it('a network that is not there is 404', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/connect'],
    ] as const) {
      const answer = await engine.call(method, `/networks/nowhere${path}`, method === 'POST' ? { Container: 'x' } : undefined);
      expect([answer.status, answer.json]).toEqual([404, { message: 'network nowhere not found' }]);
    }
  });
});
