import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn as spawnPty } from 'node-pty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, startApi } from '../testkit/api-fixture.ts';
import { eventually } from '../testkit/raw-client.ts';

const hasDocker = spawnSync('docker', ['--version']).status === 0;
if (!hasDocker) console.warn('skipped: the docker CLI is not installed');

let api: ApiFixture;
let home: string;
beforeAll(async () => {
  api = await startApi();
  home = mkdtempSync(join(tmpdir(), 'slipway-docker-home-'));
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(home, { recursive: true });
});

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], HOME: home, DOCKER_HOST: `unix://${api.socket}`, DOCKER_CLI_HINTS: 'false' });

async function docker(args: readonly string[], input?: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn('docker', args, { env: environment() });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin.end(input);
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

describe.skipIf(!hasDocker)('the docker CLI', () => {
  it.each([
    [['run', '--rm', 'busybox', 'echo', 'hello'], undefined, { code: 0, out: 'hello\n', err: '' }],
    [['run', 'busybox', 'fail', 'oops'], undefined, { code: 3, out: '', err: 'oops\n' }],
    [['run', '-i', 'busybox', 'cat'], 'piped in', { code: 0, out: 'piped in', err: '' }],
    [['run', 'busybox', 'missing'], undefined, { code: 127, out: '', err: expect.stringContaining('executable file not found in $PATH') as string }],
    [['run', 'busybox', '/etc'], undefined, { code: 126, out: '', err: expect.stringContaining('permission denied') as string }],
    [['run', 'nobody/missing'], undefined, { code: 125, out: '', err: expect.stringContaining('manifest for nobody/missing:latest not found') as string }],
    [['inspect', 'hc/t:1'], undefined, { code: 1, out: '[]\n', err: expect.stringContaining('No such object: hc/t:1') as string }],
    [['load'], 'a:1\nb:2', { code: 0, out: 'Loaded image: a:1\nLoaded image: b:2\n', err: '' }],
    [['load'], 'broken', { code: 1, out: '', err: expect.stringContaining('the archive is truncated') as string }],
    [['rmi', 'a:1'], undefined, { code: 0, out: expect.stringMatching(/^Untagged: a:1\nDeleted: sha256:/) as string, err: '' }],
    [['system', 'df'], undefined, { code: 0, out: expect.stringContaining('Build Cache') as string, err: '' }],
    [['info', '--format', '{{.Driver}} {{.CgroupVersion}}'], undefined, { code: 0, out: 'overlay2 2\n', err: '' }],
    [['network', 'ls', '--format', '{{.Name}}'], undefined, { code: 0, out: 'bridge\nhost\nnone\n', err: '' }],
    [['volume', 'ls', '-q'], undefined, { code: 0, out: '', err: '' }],
    [['events', '--since', '1', '--until', '1700'], undefined, { code: 0, out: '', err: '' }],
  ])('docker %j', async (args, input, result) => expect(await docker(args, input)).toEqual(result));

  it('drives a container through its life', async () => {
    expect((await docker(['run', '-d', '--name', 'box', '--label', 'a=b', 'busybox', 'sleep'])).out).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await docker(['ps', '--format', '{{.Names}} {{.State}}'])).out).toContain('box running\n');
    expect(await docker(['exec', 'box', 'echo', 'inside'])).toEqual({ code: 0, out: 'inside\n', err: '' });
    expect(await docker(['exec', '-i', 'box', 'cat'], 'abc')).toEqual({ code: 0, out: 'abc', err: '' });
    expect(await docker(['exec', 'box', 'missing'])).toMatchObject({ code: 127, out: expect.stringContaining('executable file not found') as string });
    expect((await docker(['stats', '--no-stream', '--format', '{{.Name}} {{.CPUPerc}} {{.MemUsage}}'])).out).toBe('box 50.00% 2MiB / 512MiB\n');
    expect((await docker(['top', 'box'])).out).toContain('4242');
    expect((await docker(['inspect', '--format', '{{.State.Status}} {{.Config.Labels.a}}', 'box'])).out).toBe('running b\n');
    api.containers.processOf('box').write(1, 'logged\n');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await docker(['logs', '--tail', '1', 'box'])).out).toBe('logged\n');
    expect((await docker(['rename', 'box', 'crate'])).code).toBe(0);
    for (const verb of ['pause', 'unpause', 'restart', 'stop', 'start', 'kill', 'rm'])
      expect(await docker([verb, 'crate'])).toMatchObject({ code: 0, err: '' });
    expect((await docker(['container', 'prune', '-f'])).code).toBe(0);
  });

  it('has a terminal whose size follows', async () => {
    const terminal = spawnPty('docker', ['run', '-it', '--name', 'term', 'busybox', 'cat'], {
      cols: 91,
      rows: 27,
      env: environment(),
    });
    let seen = '';
    terminal.onData((data) => {
      seen += data;
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await eventually(() => api.containers.resizes.includes('term 27x91'), 'the size is told');
    terminal.write('typed');
    await eventually(() => seen.includes('typed'), 'keys come back');
    terminal.resize(100, 30);
    await eventually(() => api.containers.resizes.includes('term 30x100'), 'the new size is told');
    api.containers.processOf('term').exit(5);
    expect(await ended).toBe(5);
  });
});
