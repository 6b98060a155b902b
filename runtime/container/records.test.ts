import { describe, expect, it } from 'vitest';
import { ANY_PLACE, NO_PLACE } from '../network/endpoint/endpoint-values.ts';
import { Database } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { ContainerTableRecords } from '../store/records/containers.ts';
import type { Container } from './container-service.ts';
import { StoredContainers } from './records.ts';
import { CREATED } from './state.ts';

const container: Container = {
  id: 'ab'.repeat(32),
  name: 'web',
  createdAt: 1_795_234_964_123_456_789n,
  imageId: 'sha256:1',
  imageName: 'busybox:latest',
  config: { Image: 'busybox', Env: ['A=1'], Labels: { k: 'v' }, Kept: { unknown: true } },
  hostConfig: { NetworkMode: 'none', Memory: 2 ** 27 },
  path: 'sh',
  args: ['-c', 'true'],
  state: { ...CREATED, status: 'exited', exitCode: 3, startedAt: 5n, finishedAt: 7n },
  health: { status: 'unhealthy', failingStreak: 3, log: [{ start: 5n, end: 6n, exitCode: -1, output: 'x' }] },
  restartCount: 2,
  nextStartAt: 0n,
  mounts: [{ type: 'bind', source: '/a', destination: '/b', readonly: true, propagation: 'rprivate' }],
  logPath: '/l',
  hostnamePath: '/h',
  hostsPath: '/hosts',
  resolvConfPath: '/r',
  networks: [
    {
      network: 'web',
      networkId: 'ef'.repeat(32),
      settings: { ...ANY_PLACE, aliases: ['www'], driverOpts: { a: 'b' }, gatewayPriority: 3 },
      facts: { ...NO_PLACE, interfaceName: 'eth0', ipAddress: '10.0.0.2', prefixLength: 24 },
    },
  ],
  ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 }],
  execIds: [],
};

function open(): { readonly database: Database; readonly records: StoredContainers } {
  const database = new Database(':memory:', MIGRATIONS);
  return { database, records: new StoredContainers(new ContainerTableRecords(database)) };
}

describe('StoredContainers', () => {
  it('gives back what was stored, nanoseconds and unknown fields included', () => {
    const { database, records } = open();
    using _database = database;
    records.insert({ container, isStopRequested: true });
    expect(records.all()).toEqual([{ container, isStopRequested: true }]);
  });

  it('changes name and state, and removes', () => {
    const { database, records } = open();
    using _database = database;
    records.insert({ container, isStopRequested: false });
    const renamed = { ...container, name: 'new', restartCount: 3 };
    records.update({ container: renamed, isStopRequested: false });
    expect(records.all()[0]?.container).toEqual(renamed);
    records.remove(container.id);
    records.remove(container.id);
    expect(records.all()).toEqual([]);
  });

  it('has every name once', () => {
    const { database, records } = open();
    using _database = database;
    records.insert({ container, isStopRequested: false });
    expect(() => records.insert({ container: { ...container, id: 'cd'.repeat(32) }, isStopRequested: false })).toThrow('UNIQUE');
  });

  it.each([
    ['default', ['bridge']],
    ['none', ['none']],
    ['container:abc', []],
  ])('reads what was stored when a container had one network, %s', (mode, expected) => {
    const { database, records } = open();
    using _database = database;
    records.insert({ container, isStopRequested: false });
    const earlier = { mode, ipAddress: '172.29.0.2', prefixLength: 16, gateway: '172.29.0.1', macAddress: '02:42:ac:1d:00:02' };
    const state = database.get<{ state: string }>('SELECT state FROM containers')?.state ?? '';
    const { networks: _networks, ports: _ports, ...others } = JSON.parse(state) as Record<string, unknown>;
    database.run('UPDATE containers SET state = ?', JSON.stringify({ ...others, network: earlier }));
    const read = records.all()[0]?.container;
    expect(read?.networks.map(({ network }) => network)).toEqual(expected);
    expect(read?.networks.map(({ facts }) => facts.ipAddress)).toEqual(expected.map(() => '172.29.0.2'));
    expect(read?.ports).toEqual([]);
  });

  it('names the container of a damaged row', () => {
    const { database, records } = open();
    using _database = database;
    records.insert({ container, isStopRequested: false });
    database.run('UPDATE containers SET state = ?', '{}');
    expect(() => records.all()).toThrow(`the record of container ${container.id} is damaged`);
  });
});
