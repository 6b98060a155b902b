import { describe, expect, it } from 'vitest';
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
  mounts: [{ type: 'bind', source: '/a', destination: '/b', readonly: true, propagation: 'rprivate' }],
  logPath: '/l',
  hostnamePath: '/h',
  hostsPath: '/hosts',
  resolvConfPath: '/r',
  network: { mode: 'none', ipAddress: '', prefixLength: 0, gateway: '', macAddress: '' },
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

  it('names the container of a damaged row', () => {
    const { database, records } = open();
    using _database = database;
    records.insert({ container, isStopRequested: false });
    database.run('UPDATE containers SET state = ?', '{}');
    expect(() => records.all()).toThrow(`the record of container ${container.id} is damaged`);
  });
});
