import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, hexOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { BuildDetails, CacheRecord } from '../../build/build-service.ts';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';
import type { BuildFeedMessage, BuildLogMessage } from '../types/build.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const RECORD: BuildDetails = {
  id: 'b1',
  status: 'completed',
  startedAt: 1_000_000_000n,
  finishedAt: 2_000_000_000n,
  error: '',
  image: digestOf('image'),
  tags: ['a:1'],
  target: '',
  dockerfileName: 'Dockerfile',
  contextName: '',
  steps: 2,
  cachedSteps: 1,
  dockerfile: 'FROM scratch',
  buildArgs: { A: '1' },
  warnings: [],
  vertices: [{ name: '[1/1] RUN x', stage: '', inputs: [], startedAt: 1_000_000_000n, completedAt: null, cached: false, miss: 'first time', error: '' }],
};

describe('POST /build', () => {
  it('t, dockerfile, target, platform, nocache, pull, networkmode, extrahosts, buildargs, labels and cachefrom are read', async () => {
    const query = new URLSearchParams([
      ['buildid', 'mine-1'],
      ['t', 'a:1'],
      ['t', 'b:2'],
      ['dockerfile', 'sub/Dockerfile'],
      ['target', 'web'],
      ['platform', 'linux/arm64'],
      ['nocache', '1'],
      ['pull', 'true'],
      ['networkmode', 'host'],
      ['extrahosts', 'a:1.2.3.4'],
      ['extrahosts', 'b:1.2.3.5'],
      ['buildargs', '{"A":"1","B":null}'],
      ['labels', '{"l":"v","none":null}'],
      ['cachefrom', '["x:1"]'],
    ]);
    await api.call('POST', `/build?${query}`, { body: 'tar' });
    expect(api.builds.requests.at(-1)).toMatchObject({
      id: 'mine-1',
      context: { kind: 'tar' },
      tags: ['a:1', 'b:2'],
      dockerfile: { path: 'sub/Dockerfile' },
      target: 'web',
      platform: 'linux/arm64',
      noCache: true,
      pull: true,
      networkMode: 'host',
      extraHosts: ['a:1.2.3.4', 'b:1.2.3.5'],
      buildArgs: { A: '1', B: null },
      labels: { l: 'v', none: '' },
      cacheFrom: ['x:1'],
      keepFailed: true,
      keepDone: false,
      allowInsecure: false,
    });
  });

  it('memory, memswap, cpushares, cpuperiod, cpuquota, cpusetcpus, cpusetmems, shmsize, ulimits and cgroupparent bound the steps', async () => {
    const ulimits = encodeURIComponent('[{"Name":"nofile","Soft":10,"Hard":20}]');
    await api.call(
      'POST',
      `/build?memory=8388608&memswap=-1&cpushares=5&cpuperiod=1000&cpuquota=500&cpusetcpus=0&cpusetmems=0&shmsize=4096&ulimits=${ulimits}&cgroupparent=/x&rm=0&forcerm=1`,
      { body: '' },
    );
    expect(api.builds.requests.at(-1)).toMatchObject({
      keepFailed: false,
      keepDone: false,
      resources: {
        Memory: 8_388_608,
        MemorySwap: -1,
        CpuShares: 5,
        CpuPeriod: 1000,
        CpuQuota: 500,
        CpusetCpus: '0',
        CpusetMems: '0',
        ShmSize: 4096,
        Ulimits: [{ Name: 'nofile', Soft: 10, Hard: 20 }],
        CgroupParent: '/x',
      },
    });
  });

  it('contexts names images and addresses, and directories are sent ahead', async () => {
    const contexts = { base: 'docker-image://x:1', files: 'https://example.test/x.tar' };
    await api.call('POST', `/build?contexts=${encodeURIComponent(JSON.stringify(contexts))}`, { body: '' });
    expect(api.builds.requests.at(-1)).toMatchObject({ namedContexts: contexts });
    expect((await api.call('PUT', '/slipway/v1/builds/mine/contexts?name=a/b', { body: 'tar' })).status).toBe(204);
    expect(api.builds.sent).toEqual(['mine a/b: tar']);
    expect((await api.call('PUT', '/slipway/v1/builds/-x/contexts?name=a', { body: 'tar' })).status).toBe(400);
    expect((await api.call('POST', `/build?contexts=${encodeURIComponent('{"context":"x"}')}`, { body: '' })).status).toBe(400);
  });

  it('X-Slipway-Build-Agents has the agents that steps may mount', async () => {
    await api.call('POST', '/build', { body: '', headers: { 'x-slipway-build-agents': base64({ default: '/run/agent' }) } });
    const { secrets } = api.builds.requests.at(-1) ?? expect.fail('nothing was built');
    expect([secrets.ssh('default'), secrets.ssh('other')]).toEqual(['/run/agent', undefined]);
    for (const wrong of ['%', base64([]), base64({ default: 'relative' })])
      expect((await api.call('POST', '/build', { body: '', headers: { 'x-slipway-build-agents': wrong } })).status).toBe(400);
  });

  it('what is not said has its default', async () => {
    await api.call('POST', '/build', { body: '' });
    expect(api.builds.requests.at(-1)).toMatchObject({
      dockerfile: { path: 'Dockerfile' },
      tags: [],
      resources: {},
      networkMode: 'default',
      target: '',
      pull: false,
    });
  });

  it('remote is an address instead of the body', async () => {
    await api.call('POST', '/build?remote=https://example.test/x.git');
    expect(api.builds.requests.at(-1)?.context).toEqual({ kind: 'remote', url: 'https://example.test/x.git' });
  });

  it.each([
    ['a map from registries', { 'reg.test:5000': { username: 'me', password: 'p' } }, 'reg.test:5000'],
    ['the old address of the hub', { 'https://index.docker.io/v1/': { username: 'me', password: 'p' } }, 'docker.io'],
  ])('X-Registry-Config is %s', async (_, config, host) => {
    await api.call('POST', '/build', { body: '', headers: { 'X-Registry-Config': base64(config) } });
    const credentials = api.builds.requests.at(-1)?.credentials;
    expect([credentials?.(host), credentials?.('other.test')]).toEqual([{ username: 'me', password: 'p' }, undefined]);
  });

  it('X-Slipway-Build-Secrets has what steps may mount as secrets', async () => {
    const given = { token: Buffer.from('hush').toString('base64') };
    await api.call('POST', '/build', { body: '', headers: { 'X-Slipway-Build-Secrets': Buffer.from(JSON.stringify(given)).toString('base64') } });
    const secrets = api.builds.requests.at(-1)?.secrets;
    expect([Buffer.from(secrets?.secret('token') ?? []).toString(), secrets?.secret('other')]).toEqual(['hush', undefined]);
  });

  it.each(['hush', Buffer.from('{"token":["hush"]}').toString('base64')])('X-Slipway-Build-Secrets is refused without a word of it: %s', async (header) => {
    const answer = await api.call('POST', '/build', { body: '', headers: { 'X-Slipway-Build-Secrets': header } });
    expect([answer.status, (answer.json as { message: string }).message]).toEqual([400, expect.not.stringContaining('hush')]);
  });

  it.each([
    ['version=2', 501, 'DOCKER_BUILDKIT=0'],
    ['version=3', 400, 'invalid version "3"'],
    ['remote=client-session', 501, 'DOCKER_BUILDKIT=0'],
    ['isolation=hyperv', 400, 'unsupported isolation: "hyperv"'],
    ['squash=1', 400, 'squash is only supported with experimental mode'],
    ['outputs=%5B%7B%7D%5D', 501, 'outputs: '],
    ['buildid=..%2Fx', 400, 'buildid: '],
    ['buildargs=x', 400, 'buildargs: not valid JSON'],
    ['buildargs=%7B%22A%22:1%7D', 400, 'buildargs.A: '],
    ['labels=%5B%5D', 400, 'labels: '],
    ['memory=x', 400, 'memory: "x" is not a whole number'],
    ['ulimits=%5B1%5D', 400, 'ulimits.0: '],
  ])('%s is refused', async (query, status, message) => {
    const answer = await api.call('POST', `/build?${query}`, { body: '' });
    expect([answer.status, (answer.json as { message: string }).message]).toEqual([status, expect.stringContaining(message)]);
  });

  it('answers in the classic stream, with the pull of a base', async () => {
    api.builds.events = [
      { type: 'context', progress: { id: 'Cloning x', status: 'Receiving objects', current: 1, total: 4, units: 'objects' } },
      { type: 'pull', reference: 'busybox:latest', progress: { id: 'latest', status: 'Pulling from library/busybox' } },
      { type: 'steps', steps: [{ text: 'FROM busybox', stage: '', vertex: null }] },
    ];
    api.builds.outcome = { id: digestOf('x'), names: ['a:1'], warnings: [] };
    const short = hexOf(digestOf('x')).slice(0, 12);
    expect(linesOf((await api.call('POST', '/build?t=a:1', { body: '' })).text)).toEqual([
      { status: 'Receiving objects', id: 'Cloning x', progressDetail: { current: 1, total: 4, units: 'objects' }, progress: '1/4 objects' },
      { status: 'Pulling from library/busybox', id: 'latest', progressDetail: {} },
      { stream: 'Step 1/1 : FROM busybox\n' },
      { stream: ` ---> ${short}\n` },
      { aux: { ID: digestOf('x') } },
      { stream: `Successfully built ${short}\n` },
      { stream: 'Successfully tagged a:1\n' },
    ]);
    expect(linesOf((await api.call('POST', '/build?q=1', { body: '' })).text)).toEqual([{ stream: `${digestOf('x')}\n` }]);
  });

  it('tells of a failure by its status as long as nothing was said, then by a line with the code', async () => {
    api.builds.events = [];
    api.builds.outcome = new EngineError('InvalidArgument', 'dockerfile parse error on line 1: unknown instruction: FOO');
    const early = await api.call('POST', '/build', { body: '' });
    expect([early.status, early.json]).toEqual([400, { message: 'dockerfile parse error on line 1: unknown instruction: FOO' }]);
    api.builds.events = [
      { type: 'steps', steps: [{ text: 'RUN false', stage: '', vertex: 0 }] },
      { type: 'started', vertex: 0, time: 0n },
      { type: 'completed', vertex: 0, time: 0n, cached: false, layers: [], error: 'x' },
    ];
    api.builds.outcome = new EngineError('InvalidArgument', 'process "/bin/sh -c false" did not complete successfully: exit code: 1', {
      details: { exitCode: 1 },
    });
    const late = await api.call('POST', '/build', { body: '' });
    const message = "The command '/bin/sh -c false' returned a non-zero code: 1";
    expect([late.status, linesOf(late.text).at(-1)]).toEqual([200, { errorDetail: { code: 1, message }, error: message }]);
  });

  it('tells a client whose build was canceled by another, and says to ours that nothing went wrong', async () => {
    const message = 'the build was canceled by another client';
    api.builds.outcome = new EngineError('Canceled', message);
    api.builds.events = [];
    const early = await api.call('POST', '/build', { body: '' });
    expect([early.status, early.json]).toEqual([499, { message }]);
    api.builds.events = [{ type: 'steps', steps: [{ text: 'FROM scratch', stage: '', vertex: 0 }] }];
    const late = await api.call('POST', '/build', { body: '' });
    expect([late.status, linesOf(late.text).at(-1)]).toEqual([200, { errorDetail: { message, kind: 'Canceled' }, error: message }]);
  });
});

describe('the build cache', () => {
  const row: CacheRecord = {
    id: 'c1',
    parents: ['c0'],
    type: 'regular',
    description: 'RUN x',
    inUse: false,
    shared: true,
    size: 7,
    createdAt: 1_000_000_000n,
    lastUsedAt: null,
    usageCount: 2,
  };

  it('is pruned with all, keep-storage, reserved-space and filters', async () => {
    api.builds.cached = [row];
    const filters = encodeURIComponent('{"until":["24h"],"type":{"regular":true}}');
    const answer = await api.call('POST', `/build/prune?all=1&keep-storage=5&filters=${filters}`);
    expect(answer.json).toEqual({ CachesDeleted: ['c1'], SpaceReclaimed: 7 });
    expect(api.builds.prunes.at(-1)).toEqual({ all: true, keepStorage: 5, filters: { until: ['24h'], type: ['regular'] } });
    await api.call('POST', '/build/prune?reserved-space=9&keep-storage=5');
    expect(api.builds.prunes.at(-1)).toEqual({ all: false, keepStorage: 9, filters: {} });
    const deprecated = encodeURIComponent('{"unused-for":["24h"],"id!":["c2"]}');
    expect((await api.call('POST', `/build/prune?filters=${deprecated}`)).status).toBe(200);
    expect(api.builds.prunes.at(-1)).toMatchObject({ filters: { 'unused-for': ['24h'], 'id!': ['c2'] } });
    expect((await api.call('POST', '/build/prune?filters=%5B%5D')).status).toBe(400);
  });

  it('is told of by /system/df', async () => {
    api.builds.cached = [row];
    const df = async (version: string): Promise<unknown> => ((await api.call('GET', `/${version}/system/df`)).json as { BuildCache: unknown }).BuildCache;
    const common = {
      ID: 'c1',
      Type: 'regular',
      Description: 'RUN x',
      InUse: false,
      Shared: true,
      Size: 7,
      CreatedAt: '1970-01-01T00:00:01.000Z',
      LastUsedAt: null,
      UsageCount: 2,
    };
    expect(await df('v1.47')).toEqual([{ ...common, Parents: ['c0'] }]);
    expect(await df('v1.41')).toEqual([{ ...common, Parent: 'c0' }]);
  });
});

describe('builds that were', () => {
  it('are listed, shown with their graph and output, and forgotten', async () => {
    api.builds.change(RECORD);
    expect((await api.call('GET', '/slipway/v1/builds')).json).toMatchObject([{ id: 'b1', startedAt: 1000, finishedAt: 2000, image: digestOf('image') }]);
    expect((await api.call('GET', '/slipway/v1/builds/b1')).json).toMatchObject({
      dockerfile: 'FROM scratch',
      buildArgs: { A: '1' },
      vertices: [{ name: '[1/1] RUN x', startedAt: 1000, completedAt: 0, cached: false, miss: 'first time' }],
    });
    expect((await api.call('GET', '/slipway/v1/builds/b1/logs?step=3')).json).toEqual([{ stream: 'stdout', time: 1_700_000_000_000, text: 'b1 3' }]);
    expect((await api.call('DELETE', '/slipway/v1/builds/b1')).status).toBe(204);
    expect((await api.call('GET', '/slipway/v1/builds/b1')).status).toBe(404);
  });

  it('are canceled while they run, and not afterwards', async () => {
    api.builds.change({ ...RECORD, id: 'b2', status: 'running' });
    expect((await api.call('POST', '/slipway/v1/builds/b2/cancel')).status).toBe(204);
    expect(api.builds.records.get('b2')?.status).toBe('canceled');
    const late = await api.call('POST', '/slipway/v1/builds/b2/cancel');
    expect([late.status, late.json]).toEqual([409, { message: 'build b2 has ended already' }]);
    expect((await api.call('POST', '/slipway/v1/builds/nobody/cancel')).status).toBe(404);
    api.builds.records.delete('b2');
  });

  it('send the output of a step as it comes, and end with it', async () => {
    api.builds.change(RECORD);
    const bytes = Buffer.from('ünd\n');
    const piece = (data: Buffer) => [{ stream: 1, time: 1_000_000n, data }] as const;
    api.builds.follow = async function* (vertex) {
      yield piece(Buffer.from(`step ${vertex} `));
      // A character that comes in two pieces.
      yield piece(bytes.subarray(0, 1));
      yield piece(bytes.subarray(1));
      await Promise.resolve();
    };
    const lines = linesOf((await api.call('GET', '/slipway/v1/builds/b1/logs/follow?step=3')).text) as BuildLogMessage[];
    expect(lines.flatMap(({ pieces }) => pieces)).toEqual(['step 3 ', '', 'ünd\n'].map((text) => ({ stream: 'stdout', time: 1, text })));
    expect((await api.call('GET', '/slipway/v1/builds/nobody/logs/follow')).status).toBe(404);
  });

  it('begin their feed with every one, then tell what has changed', async () => {
    api.builds.change(RECORD);
    const { promise, resolve, reject } = Promise.withResolvers<readonly BuildFeedMessage[]>();
    const sent = request({ socketPath: api.socket, path: '/slipway/v1/builds/feed', agent: false }, (answer) => {
      let text = '';
      answer.on('error', reject);
      answer.on('data', (chunk: Buffer) => {
        if (text === '') for (const steps of [3, 4]) api.builds.change({ ...RECORD, status: 'running', steps });
        text += chunk.toString();
        const lines = linesOf(text) as BuildFeedMessage[];
        if (lines.length > 1) resolve(lines);
      });
    });
    sent.end();
    try {
      expect(await promise).toMatchObject([
        { seq: 0, snapshot: [{ id: 'b1', steps: 2 }] },
        { seq: 1, changes: [{ id: 'b1', status: 'running', steps: 4 }] },
      ]);
    } finally {
      sent.destroy();
    }
  });
});
