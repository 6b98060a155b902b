import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { makeSmallDebianArchive } from '../testkit/debian-base.ts';
import { type CommandResult, RealEngine, runCommand } from '../testkit/real-engine.ts';

const DOCKERFILES = join(import.meta.dirname, '..', 'testkit', 'dockerfiles');
const MINUTES = 60_000;

let engine: RealEngine;

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start('busybox:1');
  const archive = join(engine.directory, 'debian.tar');
  await makeSmallDebianArchive(archive, 'debian:bookworm-slim');
  await docker('load', '-q', '-i', archive);
}, 5 * MINUTES);
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args);

/** `docker build` as the classic builder's clients do it. */
function build(name: string, ...options: string[]): Promise<CommandResult> {
  const env = { ...engine.dockerEnvironment, DOCKER_BUILDKIT: '0' };
  return runCommand('docker', ['build', ...options, join(DOCKERFILES, name)], { env });
}

/** The output of a build by the tag of its name. Throws unless it succeeds. */
async function built(name: string, ...options: string[]): Promise<string> {
  const { code, out, err } = await build(name, '-t', `${name}:1`, ...options);
  if (code !== 0) throw new Error(`docker build ${name}: ${code}\n${out}\n${err}`);
  return out;
}

const ran = (image: string, ...args: string[]): Promise<string> => docker('run', '--rm', '--network', 'none', image, ...args);

/** A container in the background that the test ends with. */
async function running(
  image: string,
  ...options: string[]
): Promise<AsyncDisposable & { readonly id: string; readonly run: (...args: string[]) => Promise<string> }> {
  const id = (await docker('run', '-d', ...(options.length > 0 ? options : ['--network', 'none']), image)).trim();
  return { id, run: (...args) => docker('exec', id, ...args), [Symbol.asyncDispose]: async () => void (await docker('rm', '-f', '-v', id)) };
}

/** The body of a page, by means of bash alone. */
const page = (port: number, path: string): string[] => [
  'bash',
  '-c',
  `until exec 3<>/dev/tcp/127.0.0.1/${port}; do read -t 0.1 < <(:) || true; done 2>/dev/null; printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3; sed '1,/^\\r$/d' <&3`,
];

const healthy = (id: string): Promise<void> =>
  expect.poll(() => docker('inspect', '--format', '{{.State.Health.Status}}', id), { timeout: MINUTES, interval: 200 }).toBe('healthy\n');

/** Undefined while nobody answers. */
const statusOf = (url: string): Promise<number | undefined> =>
  fetch(url).then(
    ({ status }) => status,
    () => undefined,
  );

interface Inspected {
  readonly Config: Record<string, unknown>;
  readonly Size: number;
  readonly RootFS: { readonly Layers: readonly string[] };
}
const inspected = async (image: string): Promise<Inspected> => (JSON.parse(await docker('image', 'inspect', image)) as [Inspected])[0];

describe.skipIf(!canRunDocker)('Dockerfiles as people write them', { timeout: 4 * MINUTES }, () => {
  it('a Node service: tested in a stage of its own, run by a user of its own, with a health check', async () => {
    await built('node-api');
    await using service = await running('node-api:1');
    await healthy(service.id);
    const fetched = (path: string): Promise<string> =>
      service.run('node', '-e', `fetch('http://127.0.0.1:8080${path}').then((a) => a.text()).then((t) => process.stdout.write(t))`);
    expect(await fetched('/')).toBe('orders 1.4.2 as 1001 in production\n');
    expect(await fetched('/total?price=1&price=2.5')).toBe('3.5\n');
    expect((await service.run('ls', '-A', '/app')).split('\n')).toEqual(['package.json', 'src', '']);
    await docker('stop', service.id);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', service.id)).toBe('0\n');
  });

  it('a Python program: packages from a cache, one file at the end', async () => {
    await built('python-report');
    expect(await ran('python-report:1')).toBe('usage: report FILE.csv\n');
    const { out } = await engine.docker(
      ['run', '--rm', '-i', '--network', 'none', 'python-report:1', '/dev/stdin'],
      'place,amount\nOslo,1\nRome,2\nOslo,3.5\n',
    );
    expect(out).toBe('Oslo 4.5\nRome 2.0\n');
    expect((await inspected('python-report:1')).Config['Labels']).toEqual({
      'org.opencontainers.image.title': 'report',
      'org.opencontainers.image.description': 'Sums of a table, "as text"',
    });
  });

  it('a compiled program alone on nothing', async () => {
    await built('static-scratch', '--build-arg', 'VERSION=1.2');
    const platform = process.arch === 'x64' ? 'amd64' : process.arch;
    expect(await ran('static-scratch:1')).toBe(`hello world, this is 1.2 for linux/${platform} as 65534\n`);
    const { Size, RootFS } = await inspected('static-scratch:1');
    expect(RootFS.Layers).toHaveLength(2);
    expect(Size).toBeLessThan(3e6);
  });

  it('Debian with tools from its packages, a shell of its own and odd quotes', async () => {
    await built('debian-tools');
    expect(await ran('debian-tools:1')).toBe(`bolts: 12\nnuts: 7\nit's fine a "b" c in /srv/jq\n`);
    const { Config } = await inspected('debian-tools:1');
    expect(Config).toMatchObject({ StopSignal: 'SIGINT', Volumes: { '/srv/out': {}, '/srv/other out': {} }, WorkingDir: '/srv/jq' });
    expect(Config['Cmd']).toEqual(['/bin/bash', '-o', 'errexit', '-o', 'pipefail', '-c', 'make --silent']);
  });

  it('pages made in one stage and served by nginx from another', async () => {
    await built('nginx-site', '--build-arg', 'SITE_NAME=Ours');
    await using site = await running('nginx-site:1', '-p', '127.0.0.1::80');
    const address = `http://${(await docker('port', site.id, '80/tcp')).trim()}`;
    await expect.poll(() => statusOf(`${address}/health`), { timeout: MINUTES, interval: 100 }).toBe(204);
    const about = await (await fetch(`${address}/about.html`)).text();
    expect(about).toBe('<!doctype html><title>Ours</title><link rel=stylesheet href=/style.css>\n<p>Two lines</p>\n<p>about us</p>\n');
    expect((await fetch(`${address}/draft.txt`)).status).toBe(404);
    expect(await site.run('stat', '-c', '%n %a %U', '/var/www/html/index.html', '/var/www/html/style.css')).toBe(
      '/var/www/html/index.html 644 www-data\n/var/www/html/style.css 644 root\n',
    );
    await docker('stop', site.id);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', site.id)).toBe('0\n');
  });

  it('sources compiled for a virtual machine, with a backtick for the escape', async () => {
    await built('bytecode');
    expect(await ran('bytecode:1')).toBe('second of Lua 5.4\n');
    expect(await docker('run', '--rm', '--network', 'none', '--entrypoint', 'find', 'bytecode:1', '/opt/app', '-type', 'f')).toBe(
      '/opt/app/lib/collections/stack.luac\n/opt/app/main.luac\n',
    );
  });

  it('a Ruby service with its gems, from a context where everything is ignored but what is named', async () => {
    await built('ruby-web');
    await using service = await running('ruby-web:1');
    expect(await service.run(...page(4567, '/'))).toBe('production by 2000:2000');
    expect(await service.run(...page(4567, '/files'))).toBe('server.rb');
  });

  it('a store that gives its rights away, on a volume', async () => {
    await built('redis-store');
    await using store = await running('redis-store:1');
    await healthy(store.id);
    expect(await store.run('redis-cli', 'set', 'key', 'value')).toBe('OK\n');
    expect(await store.run('redis-cli', 'get', 'key')).toBe('value\n');
    expect(await store.run('grep', '^Uid:', '/proc/1/status')).toBe('Uid:\t999\t999\t999\t999\n');
    expect(await ran('redis-store:1', 'id', '-u')).toBe('0\n');
  });

  it('here-documents for files, scripts and programs', async () => {
    await built('heredocs');
    expect(await ran('heredocs:1', 'week', 'all')).toBe('backup: week by slip\nbackup: all by slip\n');
    const read = await docker(
      'run',
      '--rm',
      '--network',
      'none',
      '--entrypoint',
      'cat',
      'heredocs:1',
      '/etc/app/settings.ini',
      '/etc/app/crontab',
      '/var/spool/app/log',
    );
    expect(read.split('\n')).toEqual([
      '[backup]',
      'depth = 3',
      'price = $5',
      '0 3 * * * backup all',
      '30 4 * * 0 backup week',
      'made by /bin/sh',
      'depth 3',
      '2 arguments: one two',
      'read',
      'done',
      'awk 42',
      '',
    ]);
  });

  it('a framework that acts when something is built on it, and several targets of one file', async () => {
    await build('onbuild-base', '-t', 'framework:1');
    const options = ['--build-arg', 'APP_VERSION=7'];
    expect((await build('onbuild-app', '-t', 'onbuild-app:dev', '--target', 'development', ...options)).code).toBe(0);
    expect(await ran('onbuild-app:dev')).toBe('development 7 config.example run.sh version \ndebugging here\n');
    await built('onbuild-app', ...options);
    expect(await ran('onbuild-app:1')).toBe('production 7 run.sh version \n');
    expect((await inspected('onbuild-app:1')).Config).toMatchObject({ User: '1000', Labels: { version: '7' }, Cmd: ['./run.sh'] });
    const broken = await build('onbuild-app', '--target', 'broken', ...options);
    expect(broken).toMatchObject({ code: 1, err: expect.stringContaining("The command '/bin/sh -c exit 1' returned a non-zero code: 1") as string });
  });
});
