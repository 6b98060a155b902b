import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { ImageConfig } from '../formats/oci/config.ts';
import { formatPlatform, hostPlatform } from '../formats/platform.ts';
import type { ImageDetails, ImageService } from '../image/image-service.ts';
import { BuildRecords } from '../store/records/builds.ts';
import { directoryOf, SolveRig } from '../testkit/solve-rig.ts';
import type { BuildEvent } from './build-events.ts';
import type { BuildRequest, BuildService, BuiltImage } from './build-service.ts';
import type { BuildContexts } from './context.ts';
import { createBuildService } from './local-builds.ts';
import { NamedContexts } from './named-contexts.ts';
import { StepLogs } from './solve/step-logs.ts';
import { StoredHistory } from './solve/stored-history.ts';

const NOW = Date.UTC(2030, 0, 1);
const HOST = hostPlatform(process.arch);

type Recorded = { readonly config: ImageConfig; readonly tags: readonly string[]; readonly reuse: boolean };

/** A build service whose files, images and steps are pretended. */
class Rig implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'slipway-builds-'));
  readonly solving = new SolveRig();
  readonly history: StoredHistory;
  readonly recorded: Recorded[] = [];
  readonly pulled: { name: string; platform: string | undefined; username: string | undefined }[] = [];
  readonly fromLayouts: object[] = [];
  readonly here = new Map<string, ImageDetails>();
  readonly registry = new Map<string, ImageDetails>();
  readonly released: string[] = [];
  /** How many times another client removes an image as soon as it was pulled. */
  removals = 0;
  received = 0;
  open = 0;
  files: Record<string, string> = {};
  ignored: readonly string[] = [];
  readonly service: BuildService;

  constructor() {
    const now = this.solving.now;
    this.history = new StoredHistory({ records: new BuildRecords(this.solving.database), logs: new StepLogs(join(this.directory, 'logs')), now });
    const contexts: BuildContexts = {
      receive: () => {
        this.received++;
        this.open++;
        const tree = directoryOf(JSON.stringify(this.files)) as Extract<ReturnType<typeof directoryOf>, { kind: 'directory' }>;
        return Promise.resolve({ tree, ignored: this.ignored, [Symbol.asyncDispose]: () => Promise.resolve(void this.open--) });
      },
      read: (_, path) => {
        const text = this.files[path];
        return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
      },
      release: (buildId) => void this.released.push(buildId),
    };
    const images: Pick<ImageService, 'inspect' | 'pull' | 'fromLayout' | 'record'> = {
      fromLayout: (_, { choice, platform }) => {
        this.fromLayouts.push({ ...choice, platform: formatPlatform(platform) });
        const { id, config, diffIds } = this.image('layout');
        if (choice.tag === 'missing') return Promise.reject(new EngineError('NotFound', 'the layout has no image "missing"'));
        return Promise.resolve({ id, config, layers: diffIds });
      },
      inspect: (name) => {
        const found = this.here.get(name);
        if (found === undefined) throw new EngineError('NotFound', `No such image: ${name}`);
        return found;
      },
      pull: (name, { platform, credentials, onProgress }) => {
        this.pulled.push({ name, platform, username: credentials?.username });
        const found = this.registry.get(name);
        if (found === undefined) return Promise.reject(new EngineError('NotFound', `${name}: not found`));
        onProgress?.({ status: 'Pulling' });
        if (this.removals-- <= 0) for (const key of [name, found.id]) this.here.set(key, found);
        return Promise.resolve({ id: found.id, digest: found.id, name });
      },
      record: (config, { tags, reuse }) => {
        this.recorded.push({ config, tags, reuse });
        return Promise.resolve({ id: digestOf(JSON.stringify(config)), names: tags });
      },
    };
    const { solver, leases } = this.solving;
    const cache = { cache: () => Promise.resolve([]), prune: () => Promise.resolve({ deleted: [], reclaimed: 0 }) };
    this.service = createBuildService({ contexts, named: new NamedContexts(contexts), solver, cache, history: this.history, images, leases, now: () => NOW });
  }

  image(name: string): ImageDetails {
    const layer = this.solving.layer(name);
    const config: ImageConfig = {
      ...HOST,
      created: '2020-01-01T00:00:00Z',
      config: { Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [layer] },
      history: [{ created_by: 'base' }],
    };
    return { id: digestOf(name), parentId: '', repoTags: [name], repoDigests: [], created: 0, size: 1, labels: {}, config, diffIds: [layer] };
  }

  async build(dockerfile: string | null, request: Partial<BuildRequest> = {}, signal = new AbortController().signal) {
    if (dockerfile !== null) this.files['Dockerfile'] = dockerfile;
    const events: BuildEvent[] = [];
    const built = await this.service.build({ ...REQUEST, ...request }, { signal, onEvent: (event) => void events.push(event) });
    return { ...built, events };
  }

  /** Of the image made last. */
  get config(): ImageConfig {
    return this.recorded.at(-1)?.config ?? expect.fail('no image was recorded');
  }

  [Symbol.dispose](): void {
    this.solving[Symbol.dispose]();
    rmSync(this.directory, { recursive: true });
  }
}

const REQUEST: BuildRequest = {
  context: { kind: 'remote', url: 'https://example.test/x.tar' },
  namedContexts: {},
  dockerfile: { path: 'Dockerfile' },
  target: '',
  buildArgs: {},
  labels: {},
  tags: [],
  platform: '',
  noCache: false,
  noCacheStages: [],
  cacheFrom: [],
  pull: false,
  networkMode: 'default',
  extraHosts: [],
  resources: {},
  secrets: { secret: () => undefined, ssh: () => undefined },
  credentials: () => undefined,
  allowInsecure: false,
  keepFailed: false,
  keepDone: false,
  checkOnly: false,
};

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => {
  expect([rig.open, rig.solving.leases.owners().filter((owner) => !owner.startsWith('cache/'))]).toEqual([0, []]);
  rig[Symbol.dispose]();
});

const failureOf = (work: Promise<unknown>): Promise<EngineError> =>
  work.then(
    () => expect.fail('it was built'),
    (error: unknown) => error as EngineError,
  );

it('has the id that its client gives it, which no other build may have', async () => {
  await rig.build('FROM scratch\nENV A=1', { id: 'mine' });
  expect(rig.history.list().map(({ id }) => id)).toEqual(['mine']);
  expect(await failureOf(rig.build(null, { id: 'mine' }))).toMatchObject({ kind: 'Conflict', message: 'buildid: there is a build mine already' });
  await rig.build(null);
  expect(rig.history.list()).toHaveLength(2);
});

describe('an image', () => {
  it('has layers of its base and its steps, and a history that goes with them', async () => {
    rig.here.set('busybox', rig.image('busybox'));
    await rig.build('FROM busybox\nENV A=1\nRUN make\nCOPY a /\nCMD ["x"]', { tags: ['app', 'reg.test/app:2'] });
    const { config } = rig;
    expect(config).toMatchObject({ ...HOST, created: '2030-01-01T00:00:00.000Z', config: { Env: ['PATH=/bin', 'A=1'], Cmd: ['x'] } });
    expect(config.rootfs.diff_ids).toHaveLength(3);
    expect(config.history?.map(({ created_by, empty_layer }) => [created_by, empty_layer])).toEqual([
      ['base', undefined],
      ['ENV A=1', true],
      ['RUN /bin/sh -c make # buildkit', undefined],
      ['COPY a / # buildkit', undefined],
      ['CMD ["x"]', true],
    ]);
    expect(rig.recorded.at(-1)?.tags).toEqual(['docker.io/library/app:latest', 'reg.test/app:2']);
  });

  it('is the one that is here when no step had to be carried out', async () => {
    rig.here.set('busybox', rig.image('busybox'));
    await rig.build('FROM busybox\nRUN make');
    await rig.build('FROM busybox\nRUN make');
    await rig.build('FROM busybox\nRUN make', { noCache: true });
    expect(rig.recorded.map(({ reuse }) => reuse)).toEqual([false, true, false]);
  });

  it('has the times that SOURCE_DATE_EPOCH says', async () => {
    await rig.build('FROM scratch\nCOPY a /', { buildArgs: { SOURCE_DATE_EPOCH: '60' } });
    expect([rig.config.created, rig.config.history?.[0]?.created]).toEqual(['1970-01-01T00:01:00.000Z', '1970-01-01T00:01:00.000Z']);
  });

  it('of nothing but a configuration has no layers', async () => {
    await rig.build('FROM scratch\nLABEL a=b');
    expect(rig.config).toMatchObject({ rootfs: { diff_ids: [] }, config: { Labels: { a: 'b' } } });
  });

  it('carries the keys of its steps where inline cache is asked for', async () => {
    await rig.build('FROM scratch\nCOPY a /', { buildArgs: { BUILDKIT_INLINE_CACHE: '1' } });
    expect(rig.config).toHaveProperty(['slipway.build-cache.v1', 0, 'layers'], 1);
  });
});

describe('a base', () => {
  it('comes from a registry when it is not here, with the credentials of its host', async () => {
    rig.registry.set('reg.test/base:1', rig.image('reg.test/base:1'));
    const { events } = await rig.build('FROM reg.test/base:1', { credentials: (host) => (host === 'reg.test' ? { username: 'me' } : undefined) });
    expect(rig.pulled).toEqual([{ name: 'reg.test/base:1', platform: `linux/${HOST.architecture}`, username: 'me' }]);
    expect(events.map(({ type }) => type).slice(0, 2)).toEqual(['pull', 'steps']);
  });

  it('is pulled although it is here when that is asked for', async () => {
    rig.here.set('busybox', rig.image('busybox'));
    rig.registry.set('busybox', rig.image('busybox'));
    await rig.build('FROM busybox', { pull: true });
    expect(rig.pulled).toHaveLength(1);
  });

  it('that another client removes as soon as it is here is pulled again, and not for ever', async () => {
    rig.registry.set('busybox', rig.image('busybox'));
    rig.removals = 1;
    await rig.build('FROM busybox');
    expect(rig.pulled).toHaveLength(2);
    rig.here.clear();
    rig.removals = 100;
    expect((await failureOf(rig.build('FROM busybox'))).message).toContain('not found');
    expect(rig.pulled).toHaveLength(5);
  });

  it('for another platform is not the one that is here', async () => {
    rig.here.set('busybox', rig.image('busybox'));
    await failureOf(rig.build('FROM --platform=linux/s390x busybox'));
    expect(rig.pulled).toMatchObject([{ platform: 'linux/s390x' }]);
  });

  it('may be an id', async () => {
    const image = rig.image('busybox');
    rig.here.set(image.id, image);
    await rig.build(`FROM ${image.id}`);
    expect((await failureOf(rig.build(`FROM ${digestOf('other')}`))).message).toContain('not found');
    expect(rig.pulled).toEqual([]);
  });
});

describe('a failure', () => {
  it.each<readonly [string, string, string]>([
    ['of the text', 'FROM scratch\nFOO bar', 'unknown instruction: FOO'],
    ['of the plan', 'FROM scratch\nEXPOSE x', 'invalid containerPort: x'],
    ['of a base', 'FROM scratch AS a\nFROM nosuch', 'nosuch: failed to resolve source metadata for docker.io/library/nosuch:latest: nosuch: not found'],
  ])('%s has its place and the lines around it', async (_, text, message) => {
    const { message: told } = await failureOf(rig.build(text));
    expect(told).toContain(message);
    expect(told).toMatch(/\(Dockerfile:2:1\)\nDockerfile:2\n-+\n/);
    expect(told).toMatch(/^ +2 \| >>> /m);
  });

  it('of a step has the place of its instruction', async () => {
    rig.solving.executor.before = () => Promise.reject(new EngineError('InvalidArgument', '"/a": not found'));
    expect((await failureOf(rig.build('FROM scratch\nCOPY a /'))).message).toMatch(/^"\/a": not found \(Dockerfile:2:1\)\n/);
  });

  it('to read the Dockerfile keeps it as it is, for who looks at the build', async () => {
    const text = 'FROM scratch\nRUNN x\n';
    expect((await failureOf(rig.build(text))).message).toContain('unknown instruction: RUNN');
    const [build] = rig.service.history();
    expect(rig.service.details(build?.id ?? '')).toMatchObject({ status: 'failed', dockerfile: text });
  });

  it('of a command keeps its words', async () => {
    const words = 'process "/bin/sh -c x" did not complete successfully: exit code: 3';
    rig.solving.executor.before = () => Promise.reject(new EngineError('InvalidArgument', words, { details: { exitCode: 3 } }));
    expect(await failureOf(rig.build('FROM scratch\nRUN x'))).toMatchObject({ message: words, details: { exitCode: 3, line: 2 } });
  });

  it('to find the Dockerfile names it', async () => {
    rig.files['dockerfile'] = 'FROM scratch';
    expect((await rig.build(null)).names).toEqual([]);
    expect((await failureOf(rig.build(null, { dockerfile: { path: 'x/Dockerfile' } }))).message).toContain('Cannot locate specified Dockerfile: x/Dockerfile');
  });

  it.each(['A:1', 'a@sha256:'.padEnd(73, '0')])('of the name %s comes before anything is read', async (tag) => {
    expect(await failureOf(rig.build('FROM scratch', { tags: [tag] }))).toMatchObject({ kind: 'InvalidArgument' });
    expect(rig.received).toBe(0);
  });

  it('of a context that only a client can send is told in words', async () => {
    const error = await failureOf(rig.build('FROM scratch\nCOPY --from=files a /', { namedContexts: { files: '/home' } }));
    expect(error).toMatchObject({ kind: 'Unsupported', message: expect.stringContaining('"files"') as string });
  });
});

describe('contexts sent ahead', () => {
  async function* tar(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.alloc(1024));
  }

  it.each([
    ['well', 'FROM scratch\nCOPY --from=files a /'],
    ['badly', 'FROM scratch\nFOO'],
  ])('are read by the build they are for, and gone when it ends %s', async (_, text) => {
    await rig.service.sendContext('mine', 'files', tar(), new AbortController().signal);
    expect(rig.open).toBe(1);
    await rig.build(text, { id: 'mine' }).catch(() => undefined);
    expect(rig.open).toBe(0);
    expect(await failureOf(rig.build('FROM scratch\nCOPY --from=files a /', { id: 'mine-2' }))).toMatchObject({
      message: expect.stringContaining('files') as string,
    });
  });

  it('are refused while it runs', async () => {
    let error: unknown;
    rig.solving.executor.before = async () => {
      error = await rig.service.sendContext('mine', 'files', tar(), new AbortController().signal).catch((refused: unknown) => refused);
    };
    await rig.build('FROM scratch\nCOPY a /', { id: 'mine' });
    expect(error).toMatchObject({ kind: 'Conflict' });
  });

  it('are images where the request calls them layouts, whoever asks for them and for which platform', async () => {
    const text = 'FROM base AS a\nRUN make\nFROM --platform=linux/s390x base\nCOPY --from=a x /\nCOPY --from=base y /';
    await rig.service.sendContext('mine', 'base', tar(), new AbortController().signal);
    const { events } = await rig.build(text, { id: 'mine', namedContexts: { base: 'oci-layout://./images:v2' } });
    expect(new Set(rig.fromLayouts)).toEqual(new Set([HOST.architecture, 's390x'].map((architecture) => ({ tag: 'v2', platform: `linux/${architecture}` }))));
    expect(rig.config.history?.[0]?.created_by).toBe('base');
    const names = events.flatMap((event) => (event.type === 'graph' ? event.vertices.map(({ name }) => name) : []));
    expect(names).toContain('[stage-1 1/3] FROM oci-layout://base');
  });

  it('say what a layout does not have, and are refused as layouts that nobody sent', async () => {
    await rig.service.sendContext('mine', 'base', tar(), new AbortController().signal);
    const missing = await failureOf(rig.build('FROM base', { id: 'mine', namedContexts: { base: 'oci-layout://./images:missing' } }));
    const place = 'oci-layout://./images:missing';
    expect(missing).toMatchObject({
      kind: 'NotFound',
      message: expect.stringContaining(`${place}: failed to resolve source metadata for ${place}: the layout has no image "missing"`) as string,
    });
    const unsent = await failureOf(rig.build('FROM scratch\nCOPY --from=files a /', { namedContexts: { files: 'oci-layout:///home/x' } }));
    expect(unsent).toMatchObject({ kind: 'Unsupported', message: expect.stringContaining('sends its directory ahead') as string });
  });
});

describe('the history', () => {
  it('has what was built, what failed and what was canceled', async () => {
    await rig.build('FROM scratch\nCOPY a /', { tags: ['a:1'], buildArgs: { A: '1' } });
    await failureOf(rig.build('FROM scratch\nEXPOSE x'));
    const canceling = new AbortController();
    rig.solving.executor.before = (_, { signal }) => {
      canceling.abort(new EngineError('Canceled', 'gone'));
      signal.throwIfAborted();
      return Promise.resolve();
    };
    expect(await failureOf(rig.build('FROM scratch\nCOPY b /', {}, canceling.signal))).toMatchObject({ kind: 'Canceled' });
    expect(rig.released).toHaveLength(3);
    const list = rig.service.history();
    expect(list.map(({ status }) => status)).toEqual(['canceled', 'failed', 'completed']);
    const [, , first] = list;
    expect(rig.service.details(first?.id ?? '')).toMatchObject({ tags: ['a:1'], dockerfile: 'FROM scratch\nCOPY a /', buildArgs: { A: '1' }, steps: 2 });
  });

  it('findings of the checks are told with the image, and end a build that wants none', async () => {
    rig.ignored = ['notes'];
    const text = 'FROM scratch AS One\nCOPY notes /\nWORKDIR /$NOWHERE';
    const rulesOf = ({ warnings }: BuiltImage): string[] => warnings.map(({ rule }) => rule);
    expect(rulesOf(await rig.build(text))).toEqual(['StageNameCasing', 'CopyIgnoredFile', 'UndefinedVar']);
    expect(rulesOf(await rig.build(text, { checkOnly: true }))).toEqual(['StageNameCasing', 'CopyIgnoredFile']);
    const strict = { buildArgs: { BUILDKIT_DOCKERFILE_CHECK: 'skip=CopyIgnoredFile,StageNameCasing;error=true' } };
    await expect(rig.build(text, strict)).rejects.toMatchObject({ kind: 'InvalidArgument', message: 'lint violation found for rules: UndefinedVar' });
  });

  it('checks alone make nothing', async () => {
    const { id } = await rig.build('FROM scratch\nCOPY a /', { checkOnly: true });
    expect([id, rig.recorded, rig.pulled]).toEqual([null, [], []]);
  });
});

/** A build whose only command waits until it is aborted. */
function stuckBuild(): { readonly begun: Promise<void>; readonly failing: Promise<EngineError> } {
  const begun = Promise.withResolvers<void>();
  rig.solving.executor.before = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      begun.resolve();
    });
  return { begun: begun.promise, failing: failureOf(rig.build('FROM scratch\nRUN x')) };
}

describe('a build that another client cancels', () => {
  it('tells who asked for it, and has ended when that is told', async () => {
    const { begun, failing } = stuckBuild();
    await begun;
    const [{ id = '' } = {}] = rig.service.history();
    await rig.service.cancel(id);
    expect(rig.service.history()[0]).toMatchObject({ status: 'canceled', error: 'the build was canceled by another client' });
    expect(await failing).toMatchObject({ kind: 'Canceled', message: 'the build was canceled by another client' });
    await expect(rig.service.cancel(id)).rejects.toMatchObject({ kind: 'Conflict' });
    await expect(rig.service.cancel('nobody')).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('ends although its client reads nothing', async () => {
    const told = Promise.withResolvers<void>();
    rig.solving.executor.before = (_, context) => Promise.resolve(context.log(1, Buffer.from('much')));
    rig.files['Dockerfile'] = 'FROM scratch\nRUN x';
    const onEvent = ({ type }: BuildEvent): Promise<void> | undefined => {
      if (type !== 'log') return undefined;
      told.resolve();
      return new Promise(() => undefined);
    };
    const failing = failureOf(rig.service.build(REQUEST, { signal: new AbortController().signal, onEvent }));
    await told.promise;
    await rig.service.cancel(rig.service.history()[0]?.id ?? '');
    expect(await failing).toMatchObject({ kind: 'Canceled' });
  });
});

it('the end of the engine ends builds', async () => {
  const { begun, failing } = stuckBuild();
  await begun;
  await rig.service[Symbol.asyncDispose]();
  expect(await failing).toMatchObject({ kind: 'Canceled' });
});
