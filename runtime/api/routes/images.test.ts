import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';
import { eventually } from '../../testkit/raw-client.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const message = (answer: { json: unknown }): string => (answer.json as { message: string }).message;
const lines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

describe('images', () => {
  it('are loaded with progress, or quietly', async () => {
    const loud = lines((await api.call('POST', '/images/load', { body: 'one:1\nlibrary/two:2\n' })).text);
    expect(loud).toEqual([
      { id: 'archive', status: 'Reading archive', progressDetail: { current: 20 }, progress: '20B' },
      { stream: 'Loaded image: one:1\n' },
      { stream: 'Loaded image: library/two:2\n' },
    ]);
    expect(lines((await api.call('POST', '/images/load?quiet=1', { body: 'three:3' })).text)).toEqual([{ stream: 'Loaded image: three:3\n' }]);
  });

  it('that cannot be loaded are told of by status, or at the end of what was begun', async () => {
    expect(await api.call('POST', '/images/load?quiet=1', { body: 'broken' })).toMatchObject({ status: 400, json: { message: 'the archive is truncated' } });
    const late = await api.call('POST', '/images/load', { body: 'broken' });
    expect([late.status, lines(late.text).at(-1)]).toEqual([200, { errorDetail: { message: 'the archive is truncated' }, error: 'the archive is truncated' }]);
  });

  it('that are refused while they are still being sent are told why', async () => {
    const body = Buffer.alloc(20_000_000);
    body.write('broken');
    for (const query of ['', '?quiet=1']) expect((await api.call('POST', `/images/load${query}`, { body })).text).toContain('the archive is truncated');
  });

  it('stop loading when the client is gone', async () => {
    const sent = request({ socketPath: api.socket, method: 'POST', path: '/images/load', headers: { 'Transfer-Encoding': 'chunked' } });
    sent.on('error', () => undefined);
    sent.write('half of an');
    await eventually(() => api.images.loading === 1, 'the load has begun');
    sent.destroy();
    await eventually(() => api.images.loading === 0, 'the load has ended');
    expect((await api.call('GET', '/images/half/json')).status).toBe(404);
  });

  it('are imported from a root file system', async () => {
    const answer = await api.call('POST', '/images/create?fromSrc=-&repo=rootfs&tag=1', { body: 'tar' });
    expect(lines(answer.text)).toEqual([{ status: expect.stringMatching(/^sha256:/) as string }]);
    expect((await api.call('GET', '/images/rootfs:1/json')).status).toBe(200);
  });

  it('are imported by a name that holds the tag, as the CLI sends it', async () => {
    expect((await api.call('POST', '/images/create?fromSrc=-&repo=whole%3A2&tag=', { body: 'tar' })).status).toBe(200);
    expect((await api.call('DELETE', '/images/whole:2')).status).toBe(200);
  });

  it('that are pulled tell how it goes, a failure on the way in the last line', async () => {
    const pulled = await api.call('POST', '/images/create?fromImage=pulled&tag=1');
    expect([pulled.status, lines(pulled.text)]).toEqual([
      200,
      [{ status: 'Pulling from test', id: 'latest', progressDetail: {} }, { status: expect.stringMatching(/^Digest: sha256:/) as string }],
    ]);
    expect((await api.call('DELETE', '/images/pulled:1')).status).toBe(200);
    await api.call('POST', '/images/create?fromImage=whole');
    for (const name of ['whole:1', 'whole:2']) expect((await api.call('DELETE', `/images/${name}`)).status).toBe(200);
    const broken = await api.call('POST', '/images/create?fromImage=broken');
    expect([broken.status, lines(broken.text).at(-1)]).toEqual([200, { errorDetail: { message: 'the download broke off' }, error: 'the download broke off' }]);
  });

  it('that are pulled for a platform which they are not for stay, and the pull says so', async () => {
    const text = 'image with reference pulled:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64';
    const pulled = await api.call('POST', '/images/create?fromImage=pulled&tag=1&platform=linux/arm64');
    expect([pulled.status, lines(pulled.text).at(-1)]).toEqual([200, { errorDetail: { message: text }, error: text }]);
    expect((await api.call('DELETE', '/images/pulled:1')).status).toBe(200);
    const bothTags = await api.call('POST', '/images/create?fromImage=pulled:1&tag=2&platform=linux/amd64');
    expect([bothTags.status, (await api.call('DELETE', '/images/pulled:2')).status]).toEqual([200, 200]);
  });

  it('are inspected, and their history is told, for the platform that is asked for', async () => {
    const platform = encodeURIComponent(JSON.stringify({ os: 'linux', architecture: 'arm64', variant: 'v8' }));
    for (const what of ['json', 'history']) {
      expect((await api.call('GET', `/images/one:1/${what}?platform=linux/amd64`)).status).toBe(200);
      expect((await api.call('GET', `/images/one:1/${what}?platform=${platform}`)).status).toBe(404);
    }
  });

  it('tell what removing them would free', async () => {
    expect((await api.call('POST', '/slipway/v1/images/reclaimable', { body: { ids: ['a', 'b'] } })).json).toEqual({ bytes: 2 });
    expect(await api.call('POST', '/slipway/v1/images/reclaimable', { body: { ids: 'a' } })).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(/^ids: /) as string },
    });
  });

  it('need credentials that a registry lets in', async () => {
    const login = (body: object): ReturnType<ApiFixture['call']> => api.call('POST', '/auth', { body });
    expect(await login({ username: 'me', password: 'secret' })).toMatchObject({ status: 200, json: { Status: 'Login Succeeded', IdentityToken: 'token' } });
    expect((await login({ username: 'me', password: 'wrong' })).status).toBe(401);
    expect(await login({ username: 7 })).toMatchObject({ status: 400, json: { message: expect.stringMatching(/^AuthConfig: username: /) as string } });
    expect(await login({})).toMatchObject({ status: 400, json: { message: 'username: a value is required' } });
  });

  it.each([
    ['/images/create?fromImage=missing&tag=latest', 404, /^manifest for missing:latest not found: manifest unknown/],
    ['/images/create?fromSrc=http://x/y.tar', 501, /^fromSrc: only the request body/],
    ['/images/create', 400, /^fromSrc: a value is required/],
    ['/images/create?fromSrc=-&repo=x&platform=x', 400, /^platform: "x" is not os/],
    ['/images/create?fromSrc=-&repo=x&platform=windows/amd64', 400, /^platform: operating system is not supported/],
    ['/images/create?fromSrc=-&repo=x&changes=FROM+x', 400, /^FROM is not a valid change command/],
    ['/images/one:1/tag', 400, /^repo: a value is required/],
    ['/images/nobody/tag?repo=x', 404, /^No such image: nobody/],
    ['/images/one:1/tag?repo=x&tag=a/b', 400, /^invalid tag format: "a\/b"/],
    ['/images/one:1/tag?repo=sha256&tag=abc', 400, /^refusing to create an ambiguous tag/],
    ['/images/create?fromSrc=-&repo=sha256:abc', 400, /^refusing to create an ambiguous tag/],
    ['/images/create?fromImage=x&tag=a/b', 400, /^invalid tag format/],
    ['/images/create?fromImage=x&platform=x', 400, /^platform: "x" is not os/],
    ['/images/one:1/push?platform=x', 400, /^platform: "x" is not os/],
    ['/images/one:1/push?platform=%7B%22os%22:%22linux%22%7D', 400, /^platform: failed to parse/],
    [
      '/images/one/push?tag=1&platform=%7B%22os%22:%22linux%22,%22architecture%22:%22arm64%22%7D',
      404,
      /does not match the specified platform: wanted linux\/arm64/,
    ],
  ])('POST %s is refused', async (path, status, text) => {
    const answer = await api.call('POST', path);
    expect([answer.status, message(answer)]).toEqual([status, expect.stringMatching(text)]);
  });

  it('are listed, newer and older clients each in their form', async () => {
    const [row] = (await api.call('GET', `/v1.47/images/json?filters=${encodeURIComponent('{"reference":["one"]}')}`)).json as object[];
    expect(row).toEqual({
      Id: expect.stringMatching(/^sha256:/) as string,
      ParentId: '',
      RepoTags: ['one:1'],
      RepoDigests: [],
      Created: 1_700_000_000,
      Size: 1000,
      SharedSize: -1,
      Labels: {},
      Containers: 0,
    });
    expect((await api.call('GET', '/v1.43/images/json')).json).toMatchObject([{ VirtualSize: 1000 }, {}, {}, {}, {}]);
    expect((await api.call('GET', `/images/json?filters=${encodeURIComponent('{"color":["red"]}')}`)).status).toBe(400);
    expect((await api.call('GET', '/images/json?filters=null')).status).toBe(200);
    expect((await api.call('GET', `/images/json?filters=${encodeURIComponent('{"dangling":["maybe"]}')}`)).status).toBe(400);
  });

  it('are inspected by names with slashes', async () => {
    expect((await api.call('GET', '/images/library/two:2/json')).json).toMatchObject({
      RepoTags: ['library/two:2'],
      Architecture: 'amd64',
      Os: 'linux',
      Config: { Cmd: ['sleep'], Entrypoint: null },
      RootFS: { Type: 'layers', Layers: [expect.stringMatching(/^sha256:/)] },
    });
    expect((await api.call('GET', '/images/one:1/history')).json).toMatchObject([{ CreatedBy: 'COPY . /', Size: 1000, Tags: null }]);
  });

  it('are tagged and removed', async () => {
    expect((await api.call('POST', '/images/one:1/tag?repo=again&tag=2')).status).toBe(201);
    expect((await api.call('POST', '/images/one:1/tag?repo=again')).status).toBe(201);
    expect((await api.call('DELETE', '/images/again:latest')).json).toEqual([
      { Untagged: 'one:1' },
      { Untagged: 'again:2' },
      { Untagged: 'again:latest' },
      { Deleted: expect.stringMatching(/^sha256:/) as string },
      { Deleted: digestOf('layer') },
    ]);
    expect((await api.call('DELETE', '/images/again:latest')).status).toBe(404);
  });
});

describe('prune', () => {
  it('removes stopped containers and unused images, and what there is none of', async () => {
    await api.call('POST', '/containers/create?name=old', { body: { Image: 'busybox', Labels: { keep: 'no' } } });
    await api.call('POST', '/containers/create?name=kept', { body: { Image: 'busybox', Labels: { keep: 'yes' } } });
    const filters = encodeURIComponent(JSON.stringify({ 'label!': ['keep=yes'] }));
    expect((await api.call('POST', `/containers/prune?filters=${filters}`)).json).toEqual({ ContainersDeleted: [expect.any(String)], SpaceReclaimed: 1234 });
    const all = encodeURIComponent(JSON.stringify({ dangling: { false: true } }));
    const answer = (await api.call('POST', `/images/prune?filters=${all}`)).json as { ImagesDeleted: { Untagged?: string }[]; SpaceReclaimed: number };
    expect(answer.ImagesDeleted.map((row) => row.Untagged).filter(Boolean)).not.toContain('busybox:latest');
    expect(answer.SpaceReclaimed).toBe(3000);
    for (const what of ['networks', 'volumes', 'build']) expect((await api.call('POST', `/${what}/prune`)).status).toBe(200);
  });
});

describe('the engine', () => {
  it('tells of itself', async () => {
    expect((await api.call('GET', '/version')).json).toMatchObject({ Version: '0.0.0', ApiVersion: '1.47', MinAPIVersion: '1.24', Os: 'linux' });
    expect((await api.call('GET', '/info')).json).toMatchObject({
      ID: 'fixture',
      Containers: 1,
      Images: 1,
      Driver: 'overlay2',
      CgroupVersion: '2',
      OSType: 'linux',
      ServerVersion: '0.0.0',
    });
    expect((await api.call('GET', '/slipway/v1/status')).json).toMatchObject({ version: '0.0.0', apiVersion: '1.47', pid: process.pid });
    expect((await api.call('GET', '/system/df')).json).toMatchObject({
      LayersSize: 1000,
      Images: [{ Containers: 1 }],
      Containers: [{ SizeRw: 1234 }],
      Volumes: [],
    });
  });

  it('has the networks every engine has', async () => {
    const names = ((await api.call('GET', '/networks')).json as { Name: string; Driver: string }[]).map((one) => `${one.Name} ${one.Driver}`);
    expect(names).toEqual(['bridge bridge', 'host host', 'none null']);
    const filters = encodeURIComponent('{"name":["ho"]}');
    expect((await api.call('GET', `/networks?filters=${filters}`)).json).toMatchObject([{ Name: 'host' }]);
    await api.call('POST', '/containers/kept/start');
    const bridge = (await api.call('GET', '/networks/bridge')).json as { Id: string; Containers: object };
    expect(bridge.Containers).toEqual({});
    expect((await api.call('GET', `/networks/${bridge.Id.slice(0, 12)}`)).json).toMatchObject({ Name: 'bridge' });
    expect((await api.call('GET', '/volumes')).json).toEqual({ Volumes: [], Warnings: [] });
  });
});
