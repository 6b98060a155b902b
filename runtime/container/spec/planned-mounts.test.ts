import { describe, expect, it } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import type { Container, MountPoint } from '../container-service.ts';
import { mountPointOf } from './mount-points.ts';
import { userMountsOf } from './mounts.ts';
import { plannedMountsOf } from './planned-mounts.ts';

const giverHost: HostConfig = { Binds: ['/srv:/bound:rslave'] };
const volume: MountPoint = {
  type: 'volume',
  source: '/v/data/_data',
  destination: '/data',
  readonly: false,
  propagation: '',
  volume: { name: 'data', subpath: 'a', isAnonymous: false },
};
const giver = {
  hostConfig: giverHost,
  mounts: [...userMountsOf(giverHost).flatMap((mount) => (mount.type === 'volume' ? [] : [mountPointOf(mount)])), volume],
} as unknown as Container;

function plan(host: HostConfig, volumes: Record<string, object> | null = null) {
  return plannedMountsOf(userMountsOf(host), { Image: 'x', Volumes: volumes }, host, (ref) => {
    if (ref !== 'giver') throw new EngineError('NotFound', `No such container: ${ref}`);
    return giver;
  });
}

describe('plannedMountsOf', () => {
  it('takes binds and volumes of another container, own mounts before them', () => {
    expect(plan({ VolumesFrom: ['giver'] })).toMatchObject([
      { type: 'inherited', target: '/bound', point: { source: '/srv', readonly: false, inherited: { propagation: 'rslave', readonly: false } } },
      { type: 'inherited', target: '/data', point: volume },
    ]);
    expect(plan({ VolumesFrom: ['giver:ro,z'] })).toMatchObject([{ point: { readonly: true, inherited: { readonly: 'all' } } }, { point: { readonly: true } }]);
    expect(plan({ VolumesFrom: ['giver'], Binds: ['other:/data'] }).map(({ type, target }) => `${type} ${target}`)).toEqual([
      'inherited /bound',
      'volume /data',
    ]);
  });

  it('adds the volumes that are named by a target alone, where nothing else is', () => {
    const planned = plan({ VolumesFrom: ['giver'], Tmpfs: { '/run': '' }, VolumeDriver: 'local' }, { '/data/': {}, '/run': {}, '/new//': {} });
    expect(planned.map(({ type, target }) => `${type} ${target}`)).toEqual(['inherited /bound', 'inherited /data', 'tmpfs /run', 'volume /new']);
    expect(planned.at(-1)).toMatchObject({ name: '', driver: 'local', readonly: false, nocopy: false });
  });

  it.each([
    [{ VolumesFrom: ['nobody'] }, null, 'No such container: nobody'],
    [{ VolumesFrom: [''] }, null, 'malformed volumes-from specification: ""'],
    [{ VolumesFrom: ['giver:wo'] }, null, 'invalid mode: wo'],
    [{}, { relative: {} }, "invalid mount path: 'relative' mount path must be absolute"],
    [{}, { '/x/..': {} }, "destination can't be '/'"],
    [{}, { '/proc/sys': {} }, 'it is inside /proc'],
  ])('refuses %j %j', (host, volumes, text) => {
    expect(() => plan(host, volumes)).toThrow(text);
  });
});
