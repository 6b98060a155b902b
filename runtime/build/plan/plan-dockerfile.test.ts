import { describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { parseDockerfile } from '../../formats/dockerfile/parse.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import { formatPlatform, hostPlatform, type Platform } from '../../formats/platform.ts';
import type { FileAction, Operation } from '../graph.ts';
import type { BaseResolver, Plan, PlanRequest, ResolvedBase } from './plan.ts';
import { planDockerfile } from './plan-dockerfile.ts';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const HOST = formatPlatform(hostPlatform(process.arch));

const IMAGES: Readonly<Record<string, NonNullable<ImageConfig['config']>>> = {
  busybox: { Cmd: ['sh'], Env: ['PATH=/bin'] },
  app: { Env: ['PATH=/bin', 'MODE=base'], WorkingDir: '/srv', User: 'app', Entrypoint: ['/app'], Cmd: ['serve'], Labels: { a: 'base', b: 'base' } },
  triggered: { OnBuild: ['COPY . /src', 'RUN make -C /src'] },
};

class FakeImages implements BaseResolver {
  readonly asked: string[] = [];

  resolve(reference: string, platform: Platform): Promise<ResolvedBase> {
    this.asked.push(`${reference} ${formatPlatform(platform)}`);
    const config = IMAGES[reference];
    if (config === undefined) {
      return Promise.reject(
        new EngineError('NotFound', `${reference}: failed to resolve source metadata for docker.io/library/${reference}:latest: not found`),
      );
    }
    const layers: Digest[] = [digestOf(`layer of ${reference}`)];
    return Promise.resolve({
      id: digestOf(reference),
      config: { architecture: 'amd64', os: 'linux', config, rootfs: { type: 'layers', diff_ids: layers }, history: [{ created_by: `ADD ${reference}` }] },
      layers,
    });
  }
}

const REQUEST: PlanRequest = {
  target: '',
  buildArgs: {},
  labels: {},
  namedContexts: {},
  platform: '',
  noCache: false,
  noCacheStages: [],
  networkMode: 'default',
  allowInsecure: false,
  dockerfileName: 'Dockerfile',
};

async function planned(text: string, request: Partial<PlanRequest> = {}): Promise<Plan & { readonly asked: readonly string[] }> {
  const images = new FakeImages();
  const plan = await planDockerfile(parseDockerfile(text, { fileName: 'Dockerfile' }), { ...REQUEST, ...request }, images);
  return { ...plan, asked: images.asked };
}

const operations = ({ graph }: Plan): Operation[] => graph.vertices.map(({ operation }) => operation);
const runs = (plan: Plan): (Operation & { readonly kind: 'run' })[] => operations(plan).filter((operation) => operation.kind === 'run');
const copies = (plan: Plan): (FileAction & { readonly kind: 'copy' })[] =>
  operations(plan).flatMap((operation) => (operation.kind === 'file' ? operation.actions.filter((action) => action.kind === 'copy') : []));
const names = ({ graph }: Plan): string[] => graph.vertices.map(({ name }) => name);
const historyOf = ({ image }: Plan): string[] => image.history.map(({ createdBy }) => createdBy);

async function failure(text: string, request: Partial<PlanRequest> = {}): Promise<EngineError> {
  return planned(text, request).then(
    () => expect.fail('it was planned'),
    (error: unknown) => error as EngineError,
  );
}

describe('history and configuration after', () => {
  it.each<readonly [string, string, string, object]>([
    ['ENV', 'ENV A=1 B="two words"', 'ENV A=1 B=two words', { Env: ['PATH=/bin', 'A=1', 'B=two words'] }],
    ['ENV in the old form', 'ENV A some words', 'ENV A=some words', { Env: ['PATH=/bin', 'A=some words'] }],
    ['LABEL', 'LABEL a=1 "b c"=2', 'LABEL a=1 b c=2', { Labels: { a: '1', 'b c': '2' } }],
    ['CMD as list', 'CMD ["a", "b c"]', 'CMD ["a" "b c"]', { Cmd: ['a', 'b c'] }],
    ['CMD as line', 'CMD a b', 'CMD ["/bin/sh" "-c" "a b"]', { Cmd: ['/bin/sh', '-c', 'a b'] }],
    ['ENTRYPOINT', 'ENTRYPOINT ["/x"]', 'ENTRYPOINT ["/x"]', { Entrypoint: ['/x'], Cmd: null }],
    ['EXPOSE', 'EXPOSE 443 80/udp', 'EXPOSE [443/tcp 80/udp]', { ExposedPorts: { '443/tcp': {}, '80/udp': {} } }],
    ['USER', 'USER 1:2', 'USER 1:2', { User: '1:2' }],
    ['VOLUME', 'VOLUME /a /b', 'VOLUME [/a /b]', { Volumes: { '/a': {}, '/b': {} } }],
    ['STOPSIGNAL', 'STOPSIGNAL SIGUSR1', 'STOPSIGNAL SIGUSR1', { StopSignal: 'SIGUSR1' }],
    ['SHELL', 'SHELL ["/bin/ash", "-c"]', 'SHELL [/bin/ash -c]', { Shell: ['/bin/ash', '-c'] }],
    [
      'HEALTHCHECK',
      'HEALTHCHECK --interval=90s --retries=3 CMD true',
      `HEALTHCHECK &{["CMD-SHELL" "true"] "1m30s" "0s" "0s" "0s" '\\x03'}`,
      { Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 90e9, Retries: 3 } },
    ],
    ['HEALTHCHECK NONE', 'HEALTHCHECK NONE', `HEALTHCHECK &{["NONE"] "0s" "0s" "0s" "0s" '\\x00'}`, { Healthcheck: { Test: ['NONE'] } }],
    ['WORKDIR', 'WORKDIR /a/../b', 'WORKDIR /a/../b', { WorkingDir: '/b' }],
    ['ARG', 'ARG A=1 B', 'ARG A=1 B', {}],
    ['WORKDIR below another', 'WORKDIR a/../b', 'WORKDIR /b', { WorkingDir: '/b' }],
    ['COPY', 'COPY a b/ /c/', 'COPY a b/ /c/ # buildkit', {}],
    ['COPY with flags', 'COPY --chown=1:2 --chmod=755 a /c', 'COPY --chown=1:2 --chmod=755 a /c # buildkit', {}],
    ['ADD', 'ADD a /c', 'ADD a /c # buildkit', {}],
    ['RUN', 'RUN echo hello', 'RUN /bin/sh -c echo hello # buildkit', {}],
    ['RUN as list', 'RUN ["echo", "a b"]', 'RUN echo a b # buildkit', {}],
  ])('%s', async (_, line, history, config) => {
    const plan = await planned(`FROM busybox\n${line}\n`);
    expect(historyOf(plan)).toEqual([history]);
    expect(plan.image.config).toMatchObject(config);
    expect(plan.image.baseHistory).toEqual([{ created_by: 'ADD busybox' }]);
  });

  it.each<readonly [string, string, readonly string[], object]>([
    ['ONBUILD, which is nothing yet', 'ONBUILD RUN make', [], { OnBuild: ['RUN make'] }],
    ['WORKDIR of a variable that is not set', 'WORKDIR $NOPE', ['WORKDIR /'], { WorkingDir: '/' }],
    ['a port without its protocol', 'EXPOSE 80/', ['EXPOSE [80/tcp]'], { ExposedPorts: { '80/tcp': {} } }],
    ['a command of any form', 'CMD a', ['CMD ["/bin/sh" "-c" "a"]'], { ArgsEscaped: true }],
    ['a script for a shell that takes the tabs away', 'RUN <<-E sh\n\tx\n\tE', ['RUN /bin/sh -c <<-E sh\n\tx\nE # buildkit'], {}],
    ['a script that is the command', 'RUN <<-E\n\tx\n\tE', ['RUN /bin/sh -c x\n # buildkit'], {}],
    ['COPY from nothing that is named', 'COPY --from= a /b', ['COPY a /b # buildkit'], {}],
    ['COPY to a variable that is not set', 'COPY a $NOPE', ['COPY a  # buildkit'], {}],
    ['COPY of several to one name', 'COPY a b /c', ['COPY a b /c # buildkit'], {}],
  ])('as BuildKit has it after %s', async (_, line, history, config) => {
    const plan = await planned(`FROM busybox\n${line}\n`);
    expect(historyOf(plan)).toEqual(history);
    expect(plan.image.config).toMatchObject(config);
  });

  it('nothing at all begins in its root', async () => {
    expect((await planned('FROM scratch')).image.config.WorkingDir).toBe('/');
    expect((await planned('FROM busybox')).image.config.WorkingDir).toBeUndefined();
  });

  it('MAINTAINER is the author', async () => {
    expect((await planned('FROM busybox\nMAINTAINER me')).image.author).toBe('me');
  });

  it('ENTRYPOINT keeps a CMD of the same stage and drops one of the base', async () => {
    expect((await planned('FROM app\nENTRYPOINT ["/b"]')).image.config).toMatchObject({ Entrypoint: ['/b'], Cmd: null });
    expect((await planned('FROM app\nCMD ["c"]\nENTRYPOINT ["/b"]')).image.config).toMatchObject({ Entrypoint: ['/b'], Cmd: ['c'] });
    expect((await planned('FROM app\nCMD ["c"]')).image.config).toMatchObject({ Entrypoint: ['/app'], Cmd: ['c'] });
  });

  it('labels of the request go before those of the file', async () => {
    const { image } = await planned('FROM app\nLABEL b=file c=file', { labels: { c: 'asked' } });
    expect(image.config.Labels).toEqual({ a: 'base', b: 'file', c: 'asked' });
  });

  it('a base without a PATH gets one', async () => {
    expect((await planned('FROM scratch')).image.config.Env).toEqual([PATH]);
  });
});

describe('build arguments', () => {
  it.each<readonly [string, string, Partial<PlanRequest>, readonly string[], string]>([
    ['have a default', 'FROM busybox\nARG A=1\nRUN x', {}, ['A=1'], '|1 A=1'],
    ['are given', 'FROM busybox\nARG A=1\nRUN x', { buildArgs: { A: '2' } }, ['A=2'], '|1 A=2'],
    ['are given without a value', 'FROM busybox\nARG A=1\nRUN x', { buildArgs: { A: null } }, ['A=1'], '|1 A=1'],
    ['without a value are not set', 'FROM busybox\nARG A\nRUN x', {}, [], '|1 A='],
    ['before FROM reach a stage that declares them', 'ARG A=g\nFROM busybox\nARG A\nRUN x', {}, ['A=g'], '|1 A=g'],
    ['before FROM do not reach one that does not', 'ARG A=g\nFROM busybox\nRUN x', { buildArgs: { A: '1' } }, [], ''],
    ['use earlier ones', 'ARG A=g\nARG B=${A}b\nFROM busybox\nARG B\nARG C=$B-c\nRUN x', {}, ['B=gb', 'C=gb-c'], '|2 B=gb C=gb-c'],
    ['are replaced by a later ENV', 'FROM busybox\nARG A=1\nENV A=env\nRUN x', {}, ['A=env'], '|1 A=env'],
    ['of a parent stage stay known', 'FROM busybox AS p\nARG A=1\nFROM p\nRUN x', {}, ['A=1'], '|1 A=1'],
    ['that nobody declares are not set', 'FROM busybox\nRUN x', { buildArgs: { A: '1' } }, [], ''],
    ['tell the platform', 'FROM busybox\nARG TARGETPLATFORM\nRUN x', {}, [`TARGETPLATFORM=${HOST}`], `|1 TARGETPLATFORM=${HOST}`],
    ['tell the stage', 'FROM busybox AS web\nARG TARGETSTAGE\nRUN x', { target: 'web' }, ['TARGETSTAGE=web'], '|1 TARGETSTAGE=web'],
  ])('%s', async (_, text, request, env, told) => {
    const plan = await planned(text, request);
    expect(runs(plan).at(-1)?.env).toEqual(['PATH=/bin', ...env]);
    expect(historyOf(plan).at(-1)).toBe(`RUN ${told === '' ? '' : `${told} `}/bin/sh -c x # buildkit`);
  });

  it('proxies reach commands but neither key nor history, unless the file declares them', async () => {
    const buildArgs = { HTTP_PROXY: 'http://p', no_proxy: 'n' };
    const plan = await planned('FROM busybox\nRUN x', { buildArgs });
    const proxies = ['HTTP_PROXY=http://p', 'http_proxy=http://p', 'NO_PROXY=n', 'no_proxy=n'];
    expect(runs(plan)[0]).toMatchObject({ env: ['PATH=/bin', ...proxies], uncachedEnv: proxies });
    expect(historyOf(plan)).toEqual(['RUN /bin/sh -c x # buildkit']);
    const declared = await planned('FROM busybox\nARG HTTP_PROXY\nRUN x', { buildArgs });
    expect(runs(declared)[0]).toMatchObject({ uncachedEnv: proxies.slice(1) });
  });

  it('SOURCE_DATE_EPOCH is read, and refused when it is no number', async () => {
    expect((await planned('FROM scratch', { buildArgs: { SOURCE_DATE_EPOCH: '12' } })).sourceDateEpoch).toBe(12);
    expect(await failure('FROM scratch', { buildArgs: { SOURCE_DATE_EPOCH: 'x' } })).toMatchObject({ kind: 'InvalidArgument' });
  });
});

describe('stages', () => {
  const TEXT = 'FROM busybox AS a\nRUN one\nFROM nowhere AS b\nRUN two\nFROM scratch AS c\nCOPY --from=a /x /y\nFROM c AS d\nRUN three';

  it('that the target does not need are neither planned nor resolved', async () => {
    const plan = await planned(TEXT);
    expect(plan.asked).toEqual([`busybox ${HOST}`]);
    expect(names(plan)).toEqual(['[a 1/2] FROM docker.io/library/busybox:latest', '[a 2/2] RUN one', '[c 1/1] COPY --from=a /x /y', '[d 1/1] RUN three']);
    expect(plan.steps.map(({ text, vertex }) => [text, vertex])).toEqual([
      ['FROM busybox AS a', 0],
      ['RUN one', 1],
      ['FROM scratch AS c', null],
      ['COPY --from=a /x /y', 2],
      ['FROM c AS d', null],
      ['RUN three', 3],
    ]);
  });

  it.each([
    ['c', 1],
    ['C', 1],
    ['2', 1],
    ['a', 1],
    ['0', 1],
  ])('target %s', async (target) => {
    const plan = await planned(TEXT, { target });
    expect(names(plan).some((name) => name.includes('three'))).toBe(false);
  });

  it('a parent is planned once', async () => {
    const plan = await planned('FROM busybox AS a\nRUN one\nFROM a AS b\nRUN two\nFROM a AS c\nCOPY --from=b /x /\nRUN three');
    expect(names(plan).filter((name) => name.includes('RUN one'))).toHaveLength(1);
  });

  it('only one has no name in its steps', async () => {
    expect(names(await planned('FROM busybox\nRUN x'))).toEqual(['[1/2] FROM docker.io/library/busybox:latest', '[2/2] RUN x']);
  });

  it('files come from images and from stages by number', async () => {
    const plan = await planned('FROM scratch\nCOPY c /b\nFROM busybox\nCOPY --from=app /a /\nCOPY --from=0 /b /');
    expect(names(plan)).toEqual([
      '[stage-1 1/3] FROM docker.io/library/busybox:latest',
      'FROM docker.io/library/app:latest',
      '[stage-1 2/3] COPY --from=app /a /',
      '[internal] load build context',
      '[stage-0 1/1] COPY c /b',
      '[stage-1 3/3] COPY --from=0 /b /',
    ]);
  });

  it('the name of the image may have variables', async () => {
    expect((await planned('ARG BASE=app\nARG P\nFROM ${BASE}')).asked).toEqual([`app ${HOST}`]);
    expect((await planned('FROM --platform=linux/arm/v7 app')).asked).toEqual(['app linux/arm/v7']);
    expect((await planned('FROM --platform=$BUILDPLATFORM app', { platform: 'linux/s390x' })).asked).toEqual([`app ${HOST}`]);
  });

  it('what a base keeps for its children comes first', async () => {
    const plan = await planned('FROM triggered\nRUN own');
    expect(names(plan).slice(1)).toEqual(['[internal] load build context', '[2/4] COPY . /src', '[3/4] RUN make -C /src', '[4/4] RUN own']);
    expect(plan.image.config.OnBuild).toBeNull();
  });

  it('named contexts go before images', async () => {
    expect((await planned('FROM base', { namedContexts: { base: 'docker-image://app' } })).asked).toEqual([`app ${HOST}`]);
    const plan = await planned('FROM busybox\nCOPY --from=files a /', { namedContexts: { files: 'https://example.test/x.tar' } });
    expect(operations(plan)[1]).toEqual({ kind: 'context', name: 'files' });
  });

  it('named contexts go before stages, and mean an image by its short name too', async () => {
    const text = 'FROM nowhere AS Built\nRUN never\nFROM scratch\nCOPY --from=built a /\nCOPY --from=docker.io/library/tools:latest b /';
    const plan = await planned(text, { namedContexts: { built: 'sent:', tools: 'sent:' } });
    expect(plan.asked).toEqual([]);
    expect(operations(plan).filter(({ kind }) => kind === 'context')).toEqual([
      { kind: 'context', name: 'built' },
      { kind: 'context', name: 'tools' },
    ]);
    const image = await planned('FROM nowhere AS built\nRUN never\nFROM built\nRUN x', { namedContexts: { built: 'docker-image://app' } });
    expect([image.asked, image.image.config.WorkingDir, runs(image).length]).toEqual([[`app ${HOST}`], '/srv', 1]);
  });

  it('steps are not cached where that is asked for', async () => {
    const text = 'FROM busybox AS a\nRUN x\nFROM busybox\nCOPY --from=a / /\nRUN y';
    const fresh = async (request: Partial<PlanRequest>): Promise<string[]> =>
      (await planned(text, request)).graph.vertices.filter(({ ignoreCache }) => ignoreCache).map(({ name }) => name);
    expect(await fresh({ noCacheStages: ['a'] })).toEqual(['[a 2/2] RUN x']);
    expect(await fresh({ noCache: true })).toHaveLength(3);
    expect(await fresh({})).toEqual([]);
  });
});

describe('RUN', () => {
  it('has the user, directory and variables of its stage', async () => {
    const plan = await planned('FROM app\nENV X=1\nWORKDIR sub\nSHELL ["/bin/ash", "-ec"]\nRUN a $X');
    expect(runs(plan)[0]).toMatchObject({
      argv: ['/bin/ash', '-ec', 'a $X'],
      cwd: '/srv/sub',
      user: 'app',
      env: ['PATH=/bin', 'MODE=base', 'X=1'],
      network: 'default',
      security: 'sandbox',
    });
  });

  it.each<readonly [string, string, readonly string[]]>([
    ['alone is the script', 'RUN <<EOF\none\ntwo\nEOF', ['/bin/sh', '-c', 'one\ntwo\n']],
    ['of a program is for the shell', 'RUN cat <<EOF > /x\none\nEOF', ['/bin/sh', '-c', 'cat <<EOF > /x\none\nEOF']],
    ['may be several', 'RUN cat <<A <<B\n1\nA\n2\nB', ['/bin/sh', '-c', 'cat <<A <<B\n1\nA\n2\nB']],
    ['with an interpreter is a file', 'RUN <<EOF\n#!/bin/busybox sh\nx\nEOF', ['/bin/sh', '-c', '/dev/pipes/EOF']],
  ])('a here-document %s', async (_, line, argv) => {
    expect(runs(await planned(`FROM busybox\n${line}\n`))[0]?.argv).toEqual(argv);
  });

  it('a here-document with an interpreter is mounted', async () => {
    const plan = await planned('FROM busybox\nRUN <<EOF\n#!/bin/sh\nx\nEOF\n');
    const [mount] = runs(plan)[0]?.mounts ?? [];
    expect(mount).toMatchObject({ type: 'bind', target: '/dev/pipes', source: '/', readonly: true });
    expect(operations(plan)[mount?.from ?? -1]).toMatchObject({ kind: 'file', base: null, actions: [{ sources: [{ name: 'EOF' }], chmod: '0755' }] });
  });

  it.each<readonly [string, object]>([
    ['type=bind,source=a,target=/t', { type: 'bind', source: '/a', target: '/t', readonly: true, from: 1 }],
    ['type=bind,from=app,src=/a,dst=t,rw', { type: 'bind', source: '/a', target: '/t', readonly: false, from: 1 }],
    ['type=cache,target=/c', { type: 'cache', target: '/c', id: '/c', sharing: 'shared', readonly: false }],
    ['type=cache,target=/c,id=$N,sharing=locked,mode=0700,uid=5,gid=6', { id: 'named', sharing: 'locked', mode: 0o700, uid: 5, gid: 6 }],
    ['type=tmpfs,target=/t,size=2m', { type: 'tmpfs', target: '/t', size: 2 * 1024 * 1024 }],
    ['type=secret,id=s', { type: 'secret', id: 's', target: '/run/secrets/s', required: false }],
    ['type=secret,id=s,env=S,required', { type: 'secret', id: 's', target: '', env: 'S', required: true }],
    ['type=ssh', { type: 'ssh', id: 'default', target: '/run/buildkit/ssh_agent.0' }],
  ])('--mount=%s', async (flag, mount) => {
    const plan = await planned(`FROM busybox\nENV N=named\nRUN --mount=${flag} x`);
    expect(runs(plan)[0]?.mounts).toMatchObject([mount]);
  });

  it('agents are counted among themselves', async () => {
    const plan = await planned('FROM busybox\nRUN --mount=type=tmpfs,target=/t --mount=type=ssh --mount=type=ssh,id=b,uid=5,mode=0660 x');
    expect(runs(plan)[0]?.mounts.slice(1)).toMatchObject([
      { target: '/run/buildkit/ssh_agent.0' },
      { id: 'b', target: '/run/buildkit/ssh_agent.1', uid: 5, mode: 0o660 },
    ]);
  });

  it('network and security are refused unless they are allowed', async () => {
    expect(await failure('FROM busybox\nRUN --network=host x')).toMatchObject({
      kind: 'PermissionDenied',
      message: expect.stringContaining('network.host is not allowed') as string,
    });
    expect(await failure('FROM busybox\nRUN --security=insecure x')).toMatchObject({
      message: expect.stringContaining('security.insecure is not allowed') as string,
    });
    const plan = await planned('FROM busybox\nRUN --network=host --security=insecure x', { allowInsecure: true });
    expect(runs(plan)[0]).toMatchObject({ network: 'host', security: 'insecure' });
    expect(runs(await planned('FROM busybox\nRUN --network=none x'))[0]).toMatchObject({ network: 'none' });
  });
});

describe('COPY and ADD', () => {
  it.each<readonly [string, object]>([
    ['COPY a /b', { sources: [{ path: 'a', unpack: false, allowEmpty: false }], destination: '/b' }],
    ['COPY a .', { destination: '/srv/' }],
    ['COPY a b/', { destination: '/srv/b/' }],
    ['COPY a*.txt $MODE/', { sources: [{ path: 'a*.txt', allowEmpty: true }], destination: '/srv/base/' }],
    ['COPY ../../etc/passwd /b', { sources: [{ path: 'etc/passwd' }] }],
    ['COPY . /b', { sources: [{ path: '.' }] }],
    ['COPY --exclude=*.md --exclude=$MODE a /b', { exclude: ['*.md', 'base'] }],
    ['COPY --parents a/./b /c/', { parents: true, sources: [{ path: 'a/./b' }] }],
    ['COPY --chown=$MODE --chmod=u+x a /b', { chown: 'base', chmod: 'u+x' }],
    ['COPY <<EOF /b\n$MODE\nEOF', { sources: [{ name: 'EOF', inline: 'base\n' }] }],
    ['COPY <<"EOF" /b\n$MODE\nEOF', { sources: [{ name: 'EOF', inline: '$MODE\n' }] }],
    ['ADD a.tar /b', { sources: [{ path: 'a.tar', unpack: true }] }],
    ['ADD --unpack=false a.tar /b', { sources: [{ path: 'a.tar', unpack: false }] }],
    ['ADD https://example.test/x/f.tgz /b', { sources: [{ path: 'f.tgz', unpack: false }] }],
    ['ADD https://example.test/ /b', { sources: [{ path: 'download' }] }],
  ])('%s', async (line, action) => {
    expect(copies(await planned(`FROM app\n${line}\n`))).toMatchObject([action]);
  });

  it.each<readonly [string, object]>([
    ['ADD https://example.test/f /b', { kind: 'http', url: 'https://example.test/f', fileName: 'f' }],
    [`ADD --checksum=sha256:${'0'.repeat(64)} https://example.test/f /b`, { kind: 'http', checksum: `sha256:${'0'.repeat(64)}` }],
    ['ADD https://example.test/r.git#v1:sub /b', { kind: 'git', url: 'https://example.test/r.git', ref: 'v1', subdirectory: 'sub', keepGitDir: false }],
    ['ADD --keep-git-dir=true git@example.test:r /b', { kind: 'git', url: 'git@example.test:r', ref: '', keepGitDir: true }],
  ])('%s is fetched', async (line, operation) => {
    expect(operations(await planned(`FROM busybox\n${line}\n`))[1]).toMatchObject(operation);
  });

  it('--link puts files that stand on nothing above the rest', async () => {
    const plan = await planned('FROM busybox\nCOPY --link a /b');
    expect(operations(plan).slice(2)).toMatchObject([
      { kind: 'file', base: null },
      { kind: 'merge', base: 0, upper: 2 },
    ]);
    expect(plan.result).toBe(3);
  });
});

describe('is refused with its place:', () => {
  it.each<readonly [string, string, string, number]>([
    ['an image that is nowhere', 'FROM nosuch', 'nosuch: failed to resolve source metadata for docker.io/library/nosuch:latest: not found', 1],
    ['an image for files that is nowhere', 'FROM busybox\nCOPY --from=nosuch /a /b', 'nosuch: failed to resolve source metadata', 2],
    ['a stage that needs itself', 'FROM busybox AS a\nCOPY --from=a /x /y', 'circular dependency detected on stage: a', 2],
    [
      'a later stage',
      'FROM busybox AS a\nCOPY --from=b /x /y\nFROM busybox AS b\nFROM a',
      'cannot copy from stage "b", it needs to be defined before current stage "a"',
      2,
    ],
    [
      'a later stage in a mount',
      'FROM busybox AS a\nRUN --mount=from=b,target=/m x\nFROM busybox AS b\nFROM a',
      'cannot mount from stage "b" to "/m", stage needs to be defined before current command',
      2,
    ],
    ['a stage number that is none', 'FROM busybox\nCOPY --from=7 /x /y', 'invalid stage index 7', 2],
    ['a base without a name', 'ARG X\nFROM ${X}', 'base name (${X}) should not be blank', 2],
    ['a platform without a value', 'FROM --platform=$X busybox', 'empty platform value from expression $X', 1],
    ['a platform that is none', 'FROM --platform=x busybox', 'is not os/architecture', 1],
    ['a checksum of a local file', `FROM busybox\nADD --checksum=sha256:${'0'.repeat(64)} a /b`, 'checksum requires HTTP(S) or Git sources', 2],
    ['a port', 'FROM busybox\nEXPOSE 99999', 'invalid containerPort: 99999', 2],
    ['a signal', 'FROM busybox\nSTOPSIGNAL ?', 'invalid signal: ?', 2],
    ['a signal that nobody has', 'FROM busybox\nSTOPSIGNAL NOPE', 'invalid signal: NOPE', 2],
    ['no signal', 'FROM busybox\nSTOPSIGNAL 0', 'invalid signal: 0', 2],
    ['variables in --from', 'ARG S=a\nFROM busybox\nCOPY --from=$S /x /y', 'variables are not put in where files come from', 3],
    ['a mount over the root', 'FROM busybox\nRUN --mount=type=cache,target=/ x', 'invalid mount target', 2],
    ['a value that must be there', 'FROM busybox\nWORKDIR ${X:?say where}', 'say where', 2],
  ])('%s', async (_, text, message, line) => {
    const error = await failure(text);
    expect(error.message).toContain(message);
    expect(error.details).toMatchObject({ file: 'Dockerfile', line, picture: expect.stringContaining('>>>') as string });
  });

  it('a target that is none', async () => {
    expect((await failure('FROM scratch AS web', { target: 'wbe' })).message).toBe('target stage "wbe" could not be found (stages are: web)');
  });
});
