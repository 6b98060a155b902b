import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const create = (body: object) => api.call('POST', '/volumes/create', { body });
const names = async (query = ''): Promise<string[]> =>
  ((await api.call('GET', `/volumes${query}`)).json as { Volumes: { Name: string }[] }).Volumes.map(({ Name }) => Name);
const filters = (value: object): string => `?filters=${encodeURIComponent(JSON.stringify(value))}`;

it('POST /volumes/create answers 201 with the volume, and again for the same one', async () => {
  const made = await create({ Name: 'data', Driver: 'local', DriverOpts: null, Labels: { a: 'b' } });
  expect([made.status, made.json]).toMatchObject([201, { Name: 'data', Driver: 'local', Scope: 'local', Labels: { a: 'b' }, Options: null }]);
  const again = await create({ Name: 'data' });
  expect([again.status, again.json]).toEqual([201, made.json]);
  expect((await api.call('GET', '/volumes/data')).json).toEqual(made.json);
});

it('POST /volumes/create keeps what is to be mounted, which is tried when a container starts', async () => {
  const options = { type: 'nfs', device: ':/x', o: 'addr=192.0.2.1' };
  expect(await create({ Name: 'remote', DriverOpts: options })).toMatchObject({ status: 201, json: { Name: 'remote', Options: options } });
});

it('POST /volumes/create without a body makes an anonymous volume', async () => {
  const made = await api.call('POST', '/volumes/create');
  expect([made.status, made.json]).toMatchObject([
    201,
    { Name: expect.stringMatching(/^[0-9a-f]{64}$/) as string, Labels: { 'com.docker.volume.anonymous': '' } },
  ]);
});

it.each([
  [{ Name: 'a/b' }, 400, 'create a/b: "a/b" includes invalid characters for a local volume name'],
  [{ Name: 'a'.repeat(256) }, 400, 'volume name is too long'],
  [{ Name: 7 }, 400, 'Name: '],
  [{ Labels: ['a'] }, 400, 'Labels: '],
  [{ Name: 'vol', Driver: 'rexray' }, 404, 'error looking up volume plugin rexray: plugin "rexray" not found'],
  [{ Name: 'vol', DriverOpts: { color: 'red' } }, 400, 'invalid option: "color"'],
  [{ Name: 'vol', DriverOpts: { type: 'n fs', device: ':/x' } }, 400, 'option "type": "n fs" is no name of a file system'],
  [{ Name: 'taken', DriverOpts: { type: 'tmpfs', device: 'tmpfs' } }, 409, 'it exists with other driver options'],
  [{ Name: 'vol', ClusterVolumeSpec: {} }, 501, 'ClusterVolumeSpec'],
])('POST /volumes/create refuses %j by %i', async (body, status, text) => {
  await create({ Name: 'taken' });
  const refused = await create(body);
  expect([refused.status, refused.text]).toEqual([status, expect.stringContaining(JSON.stringify(text).slice(1, -1))]);
  expect(await names()).toEqual(['taken']);
});

it('GET /volumes takes filters in both forms', async () => {
  await create({ Name: 'one', Labels: { color: 'red' } });
  await create({ Name: 'two', Labels: { color: 'blue', size: '1' } });
  expect(await names()).toEqual(['one', 'two']);
  expect(await names(filters({ label: { 'color=red': true } }))).toEqual(['one']);
  expect(await names(filters({ label: ['color', 'size=1'] }))).toEqual(['two']);
  expect(await names(filters({ name: ['^on', 'w'] }))).toEqual(['one', 'two']);
  expect(await names(filters({ name: ['('] }))).toEqual([]);
  expect(await names(filters({ dangling: ['false'] }))).toEqual([]);
  for (const bad of [{ odd: ['1'] }, { dangling: ['maybe'] }]) expect((await api.call('GET', `/volumes${filters(bad)}`)).status).toBe(400);
});

it('DELETE /volumes/{name} answers 204, and 404 for one that is not there unless force', async () => {
  await create({ Name: 'data' });
  expect((await api.call('DELETE', '/volumes/data')).status).toBe(204);
  const missing = await api.call('DELETE', '/volumes/data');
  expect([missing.status, missing.json]).toEqual([404, { message: 'get data: no such volume' }]);
  expect((await api.call('DELETE', '/volumes/data?force=1')).status).toBe(204);
  expect((await api.call('GET', '/volumes/data')).json).toEqual({ message: 'get data: no such volume' });
});

it('POST /volumes/prune spares named volumes since 1.42, and tells what it did', async () => {
  await create({ Name: 'named', Labels: { keep: '' } });
  await create({ Labels: { keep: '' } });
  expect((await api.call('POST', `/volumes/prune${filters({ 'label!': ['keep'] })}`)).json).toEqual({ VolumesDeleted: [], SpaceReclaimed: 0 });
  expect((await api.call('POST', '/volumes/prune')).json).toEqual({ VolumesDeleted: [expect.stringMatching(/^[0-9a-f]{64}$/)], SpaceReclaimed: 0 });
  expect(await names()).toEqual(['named']);
  expect((await api.call('POST', '/v1.41/volumes/prune')).json).toMatchObject({ VolumesDeleted: ['named'] });
  await create({ Name: 'named' });
  expect((await api.call('POST', `/volumes/prune${filters({ all: ['1'] })}`)).json).toMatchObject({ VolumesDeleted: ['named'] });
  expect((await api.call('POST', `/volumes/prune${filters({ until: ['1h'] })}`)).status).toBe(400);
  expect(
    api.events
      .past()
      .filter(({ type, action }) => type === 'volume' && action === 'prune')
      .map(({ attributes }) => attributes),
  ).toEqual(Array.from({ length: 4 }, () => ({ reclaimed: '0' })));
});

it('GET /system/df has volumes with UsageData', async () => {
  await create({ Name: 'data' });
  await create({ Name: 'elsewhere', DriverOpts: { type: 'tmpfs', device: 'tmpfs' } });
  expect((await api.call('GET', '/system/df')).json).toMatchObject({
    Volumes: [
      { Name: 'data', UsageData: { Size: 0, RefCount: 0 } },
      { Name: 'elsewhere', UsageData: { Size: -1, RefCount: 0 } },
    ],
  });
});
