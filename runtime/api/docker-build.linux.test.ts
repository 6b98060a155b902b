import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { DockerBuilds } from '../testkit/docker-build.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
const CLASSIC = { DOCKER_BUILDKIT: '0' };

let engine: RealEngine;
let builds: DockerBuilds;

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  builds = new DockerBuilds(engine, IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args);
const idOf = async (image: string): Promise<string> => (await docker('image', 'inspect', '--format', '{{.Id}}', image)).trim();

describe.skipIf(!canRunDocker)('docker build', () => {
  it('tells its steps, and the image runs', async () => {
    const { code, out, err } = await builds.run('FROM base\nENV A=1\nRUN echo made > /made; echo telling\nCOPY f /f\nCMD ["cat", "/made", "/f"]', {
      files: { f: 'copied\n' },
      args: ['-t', 'first:1', '-t', 'first:2'],
    });
    expect([code, err]).toEqual([0, expect.stringContaining('legacy builder')]);
    expect(
      out
        .replace(/\b[0-9a-f]{12}\b/g, 'ID')
        .replace(/^[^]*?(?=Step 1)/, '')
        .split('\n'),
    ).toEqual([
      `Step 1/5 : FROM ${IMAGE}`,
      ' ---> ID',
      'Step 2/5 : ENV A=1',
      ' ---> ID',
      'Step 3/5 : RUN echo made > /made; echo telling',
      ' ---> Running in ID',
      'telling',
      'Removing intermediate container ID',
      ' ---> ID',
      'Step 4/5 : COPY f /f',
      ' ---> ID',
      'Step 5/5 : CMD ["cat", "/made", "/f"]',
      ' ---> ID',
      'Successfully built ID',
      'Successfully tagged first:1',
      'Successfully tagged first:2',
      '',
    ]);
    expect(await docker('run', '--rm', '--network', 'none', 'first:2')).toBe('made\ncopied\n');
  });

  it('uses its cache until something changes, and gives the same image', async () => {
    const text = 'FROM base\nCOPY a /a\nRUN cat /a > /b\nLABEL x=y';
    const first = await builds.image(text, { files: { a: '1' } });
    const { out } = await builds.run(text, { files: { a: '1' }, args: ['-t', 'again'] });
    expect(out.match(/Using cache/g)).toHaveLength(2);
    expect(await idOf('again')).toBe(await idOf(first));
    const changed = await builds.run(text, { files: { a: '2' }, args: ['-t', 'changed'] });
    expect(changed.out).not.toContain('Using cache');
    expect(await builds.shell('changed', 'cat /b')).toBe('2');
  });

  it('nocache carries every step out again', async () => {
    const text = 'FROM base\nRUN cat /proc/sys/kernel/random/uuid > /id';
    const first = await builds.output(text, 'cat /id');
    expect(await builds.output(text, 'cat /id')).toBe(first);
    expect(await builds.output(text, 'cat /id', { args: ['--no-cache'] })).not.toBe(first);
  });

  it('q prints the id alone', async () => {
    const { out } = await builds.run('FROM base\nRUN echo telling', { args: ['-q', '-t', 'quiet'] });
    expect(out).toBe(`${await idOf('quiet')}\n`);
  });

  it('buildargs are given, also by the environment, and have defaults', async () => {
    const text = 'ARG TAG=1\nFROM demo/busybox:$TAG\nARG A=default\nARG B\nARG C\nRUN echo $A $B $C > /args';
    expect(await builds.output(text, 'cat /args', { args: ['--build-arg', 'A=given', '--build-arg', 'B'], env: { B: 'environment' } })).toBe(
      'given environment\n',
    );
    expect(await builds.output(text, 'cat /args', { args: ['--build-arg', 'B'] })).toBe('default\n');
  });

  it('labels of the request go to the image', async () => {
    const image = await builds.image('FROM base\nLABEL a=file b=file', { args: ['--label', 'b=asked', '--label', 'c=asked'] });
    expect(JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config.Labels}}', image))).toEqual({ a: 'file', b: 'asked', c: 'asked' });
  });

  it('target ends with a stage, and those it does not need are not built', async () => {
    const text = 'FROM base AS one\nRUN echo one > /one\nFROM base AS broken\nRUN exit 1\nFROM one AS last\nRUN echo last > /last';
    const { out } = await builds.run(text, { args: ['--target', 'one', '-t', 'target:one'] });
    expect(out).toContain('Step 2/2');
    expect(await builds.output(text, 'cat /one /last')).toBe('one\nlast\n');
  });

  it('dockerfile is any file, of the context or outside of it', async () => {
    const dockerfile = builds.withBase('FROM base\nCOPY sub/a /a');
    const files = { 'sub/My.dockerfile': dockerfile, 'sub/a': 'here' };
    expect(await builds.shell(await builds.image(null, { files, dockerfile: 'sub/My.dockerfile' }), 'cat /a')).toBe('here');
    const outside = join(engine.directory, 'Outside.dockerfile');
    writeFileSync(outside, dockerfile);
    expect(await builds.shell(await builds.image(null, { files: { 'sub/a': 'there' }, args: ['-f', outside] }), 'cat /a')).toBe('there');
  });

  it('takes a lone Dockerfile and a packed context from stdin', async () => {
    const dockerfile = builds.withBase('FROM base\nRUN echo alone > /a');
    const alone = await engine.docker(['build', '--network', 'none', '-t', 'alone', '-'], dockerfile, CLASSIC);
    expect(alone).toMatchObject({ code: 0 });
    expect(await builds.shell('alone', 'cat /a')).toBe('alone\n');
  });

  it('has the limits of the request: memory, memswap, shmsize, ulimits, cpushares, cpuquota, cpuperiod, cpusetcpus and extrahosts', async () => {
    const { out, code, err } = await builds.run(
      'FROM base\nRUN df -k /dev/shm | tail -1 | awk "{print \\"shm\\", \\$2}"; echo nofile $(ulimit -n); grep other /etc/hosts; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.shares /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null; true',
      {
        args: [
          '--shm-size',
          '4m',
          '--ulimit',
          'nofile=77:88',
          '--add-host',
          'other:10.1.2.3',
          '-m',
          '64m',
          '--memory-swap',
          '128m',
          '--cpu-shares',
          '512',
          '--cpu-quota',
          '50000',
          '--cpu-period',
          '100000',
          '--cpuset-cpus',
          '0',
        ],
      },
    );
    expect([code, err.includes('rror')]).toEqual([0, false]);
    expect(out).toContain('shm 4096\n');
    expect(out).toContain('nofile 77\n');
    expect(out).toMatch(/10\.1\.2\.3\s+other/);
  });

  it('networkmode none has no network, and the default one has', async () => {
    const text = 'FROM base\nRUN ls /sys/class/net | tr "\\n" " " > /net';
    expect((await builds.output(text, 'cat /net', { args: ['--network', 'none'] })).trim()).toBe('lo');
    expect((await builds.output(text, 'cat /net', { args: ['--network', 'default', '--no-cache'] })).trim().split(' ')).toContain('eth0');
  });

  it('a failed step leaves its container behind, unless forcerm says otherwise', async () => {
    const text = 'FROM base\nRUN touch /left; exit 3';
    const left = async (): Promise<string[]> => (await docker('ps', '-aq')).split('\n').filter(Boolean);
    await builds.failure(text, { args: ['--force-rm'] });
    expect(await left()).toEqual([]);
    await builds.failure(text);
    const [container = ''] = await left();
    expect(await docker('diff', container)).toContain('A /left');
    // What people do with it: look at it from a shell in an image of it.
    await docker('commit', container, 'failed:1');
    expect(await docker('run', '--rm', '--network', 'none', 'failed:1', 'ls', '/left')).toBe('/left\n');
    await docker('rm', container);
    await docker('rmi', 'failed:1');
  });

  it('rm=0 keeps the containers of steps that went well too, by the ids that were told', async () => {
    const { out } = await builds.run('FROM base\nENV A=1\nRUN echo kept > /first\nRUN rm /first', { args: ['--rm=false', '-t', 'kept:1'] });
    const told = Array.from(out.matchAll(/Running in ([0-9a-f]{12})\n/g), ([, id = '']) => id);
    expect(out).not.toContain('Removing intermediate');
    expect((await docker('ps', '-aq')).trim().split('\n')).toEqual(told.toReversed());
    const [first = '', second = ''] = told;
    expect(await docker('ps', '-a', '--format', '{{.Command}} {{.Status}}', '--no-trunc', '--filter', `id=${first}`)).toMatch(
      /"\/bin\/sh -c 'echo kept > \/first'" Exited \(0\)/,
    );
    await docker('rmi', 'kept:1');
    await docker('builder', 'prune', '-af');
    expect(await docker('cp', `${first}:/first`, '-').then((tar) => tar.includes('kept'))).toBe(true);
    await docker('start', '-a', second).catch(() => undefined);
    await docker('rm', first, second);
    await builds.run('FROM base\nRUN echo gone > /first', { args: ['--rm=false', '--force-rm'] });
    expect(await docker('ps', '-aq')).toBe('');
  });

  it('a client that goes away ends its build', async () => {
    const client = spawn('docker', ['build', '--network', 'none', '-'], {
      env: { ...engine.dockerEnvironment, ...CLASSIC },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    client.stdin.end(builds.withBase('FROM base\nRUN sleep 1000'));
    const running = (): Promise<string> => docker('ps', '-q');
    await expect.poll(running, { timeout: 20_000 }).not.toBe('');
    client.kill('SIGKILL');
    await once(client, 'close');
    await expect.poll(running, { timeout: 20_000 }).toBe('');
  });

  it('events tell of the image and its tags', async () => {
    const since = String(Math.floor(Date.now() / 1000));
    await builds.run('FROM base\nLABEL of=events', { args: ['-t', 'events:1'] });
    const until = String((Date.now() + 200) / 1000);
    const events = await docker(
      'events',
      '--since',
      since,
      '--until',
      until,
      '--filter',
      'type=image',
      '--format',
      '{{.Action}} {{index .Actor.Attributes "name"}}',
    );
    expect(events.trim().split('\n').slice(-2)).toEqual([expect.stringMatching(/^create sha256:/), 'tag events:1']);
  });

  it('history and inspect are those of the instructions', async () => {
    const image = await builds.image('FROM base\nENV A=1\nWORKDIR /w\nRUN touch f\nENTRYPOINT ["/bin/e"]');
    const history = await docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', image);
    expect(history.split('\n').slice(0, 4)).toEqual(['ENTRYPOINT ["/bin/e"]', 'RUN /bin/sh -c touch f # buildkit', 'WORKDIR /w', 'ENV A=1']);
  });

  it('the cache is told of and pruned', async () => {
    await builds.image('FROM base\nRUN echo of the cache > /c');
    expect(await docker('system', 'df')).toMatch(/Build Cache +[1-9]/);
    expect(await docker('builder', 'prune', '--all', '--force')).toContain('Total reclaimed space:');
    expect(await docker('system', 'df')).toMatch(/Build Cache +0/);
    const { out } = await builds.run('FROM base\nRUN echo of the cache > /c');
    expect(out).not.toContain('Using cache');
  });

  it('the history of builds has them, with output and the reason why a step ran', async () => {
    await builds.image('FROM base\nRUN echo of the history', { args: ['-t', 'history:1'] });
    const rows = (await engine.call('GET', '/slipway/v1/builds')).json as { id: string; tags: string[]; status: string }[];
    const [row] = rows.filter(({ tags }) => tags.includes('history:1'));
    expect(row?.status).toBe('completed');
    const view = (await engine.call('GET', `/slipway/v1/builds/${row?.id}`)).json as { vertices: { name: string; miss: string; cached: boolean }[] };
    const step = view.vertices.findIndex(({ name }) => name.includes('RUN'));
    expect(view.vertices[step]).toMatchObject({ cached: false, miss: 'first time' });
    expect((await engine.call('GET', `/slipway/v1/builds/${row?.id}/logs?step=${step}`)).json).toMatchObject([{ stream: 'stdout', text: 'of the history\n' }]);
  });
});
