import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerBuilds } from '../testkit/docker-build.ts';
import { makeBusyboxArchive, tarOf } from '../testkit/image-archives.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import { TestRegistry } from '../testkit/registry.ts';

const isPossible = ['docker', 'docker-registry', 'skopeo', 'git'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!isPossible) console.warn('skipped: docker, docker-registry, skopeo or git is not installed');

/** Of the password "secret". */
const HTPASSWD = 'me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';
const IMAGE = 'demo/busybox:1';
const directory = mkdtempSync(join(tmpdir(), 'slipway-build-remote-'));

let engine: RealEngine;
let builds: DockerBuilds;
let registry: TestRegistry;
let files: Server;
let address: string;
const served = new Map<string, Buffer | string>();
/** Paths that were asked for again and not sent again. */
const unchanged: string[] = [];

beforeAll(async () => {
  if (!isPossible) return;
  const archive = join(directory, 'busybox.tar');
  await makeBusyboxArchive(archive, 'busybox:1');
  [engine, registry] = await Promise.all([RealEngine.start(IMAGE), TestRegistry.start({ htpasswd: HTPASSWD })]);
  builds = new DockerBuilds(engine, IMAGE);
  registry.put(`docker-archive:${archive}`, 'private:1', ['--dest-creds', 'me:secret']);
  files = createServer((request, response) => {
    if (request.url?.startsWith('/bare.git/')) {
      serveGit(request, response);
      return;
    }
    const content = served.get(request.url ?? '');
    const etag = createHash('sha256')
      .update(content ?? '')
      .digest('hex')
      .slice(0, 9);
    const isSame = request.headers['if-none-match'] === `"${etag}"`;
    if (isSame) unchanged.push(request.url ?? '');
    response.writeHead(content === undefined ? 404 : isSame ? 304 : 200, { etag: `"${etag}"` });
    response.end(isSame ? undefined : content);
  }).listen(0, '127.0.0.1');
  await once(files, 'listening');
  address = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
});
afterAll(async () => {
  if (isPossible) {
    files.close();
    for (const each of [engine, registry]) await each[Symbol.asyncDispose]();
  }
  rmSync(directory, { recursive: true, force: true });
});

/** As a web server runs git's own program (git-http-backend(1)). */
function serveGit(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '', 'http://localhost');
  const env = {
    PATH: process.env['PATH'],
    GIT_PROJECT_ROOT: directory,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: pathname,
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
  };
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.once('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(': ', 2) as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1];
    response.writeHead(Number.parseInt(status ?? '200', 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    response.end(answer.subarray(end + 4));
  });
}

/** How far it is that comes before the first step. */
const toldOf = async (url: string): Promise<string[]> => {
  const { text } = await engine.call('POST', `/build?networkmode=none&remote=${encodeURIComponent(url)}`);
  const lines = text.slice(0, text.indexOf('{"stream":"Step 1/')).split('\n').filter(Boolean);
  return lines.map((line) => {
    const { id, status, progressDetail } = JSON.parse(line) as { id: string; status: string; progressDetail: object };
    expect(progressDetail).toHaveProperty('current');
    return `${id}: ${status}`;
  });
};

const fromAddress = async (url: string): Promise<string> => {
  const answer = await engine.call('POST', `/build?t=remote:1&networkmode=none&remote=${encodeURIComponent(url)}`);
  expect(answer.text).toContain('Successfully tagged remote:1');
  return builds.shell('remote:1', 'cat /said');
};

describe.skipIf(!isPossible)('docker build with what is elsewhere', () => {
  it('remote is a packed context, a lone Dockerfile or a repository', async () => {
    const dockerfile = (word: string): string => builds.withBase(`FROM base\nRUN echo ${word} > /said\n`);
    served.set('/Dockerfile', dockerfile('lone'));
    served.set('/context.tar', await tarOf([{ header: { name: 'Dockerfile' }, data: dockerfile('packed') }]));
    expect(await fromAddress(`${address}/Dockerfile`)).toBe('lone\n');
    expect(await fromAddress(`${address}/context.tar`)).toBe('packed\n');
    const repository = join(directory, 'work');
    mkdirSync(repository);
    writeFileSync(join(repository, 'Dockerfile'), dockerfile('cloned'));
    const git = (...args: string[]): void => {
      const { status, stderr } = spawnSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, expect.any(String)]);
    };
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('clone', '-q', '--bare', '.', join(directory, 'bare.git'));
    expect(await fromAddress(`${address}/bare.git`)).toBe('cloned\n');
    served.set('/told.tar', served.get('/context.tar') ?? '');
    expect(await toldOf(`${address}/told.tar`)).toContain(`Downloading context: ${address}/told.tar`);
    expect(await toldOf(`${address}/bare.git`)).toContain(`Cloning ${address}/bare.git: Counting objects`);
  });

  it('remote that leads nowhere is refused', async () => {
    const answer = await engine.call('POST', `/build?remote=${encodeURIComponent(`${address}/nothing`)}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((answer.json as { message: string }).message).toContain('/nothing');
  });

  it('ADD fetches, and holds a file to its checksum', async () => {
    served.set('/file.txt', 'fetched');
    const sum = createHash('sha256').update('fetched').digest('hex');
    expect(await builds.output(`FROM base\nADD --checksum=sha256:${sum} ${address}/file.txt /f`, 'cat /f; stat -c %a /f')).toBe('fetched600\n');
    const { err } = await builds.failure(`FROM base\nADD --checksum=sha256:${'0'.repeat(64)} ${address}/file.txt /f`);
    expect(err).toContain('(Dockerfile:2:1)');
  });

  it('ADD asks whether a file has changed, and what is kept of it is counted and pruned with the cache', async () => {
    served.set('/kept.txt', 'kept as it was');
    const dockerfile = `FROM base\nADD ${address}/kept.txt /f`;
    for (let times = 0; times < 2; times++) expect(await builds.output(dockerfile, 'cat /f')).toBe('kept as it was');
    expect(unchanged).toEqual(['/kept.txt']);
    const cache = async () => (await engine.call('GET', '/system/df?type=build-cache')).json as { BuildCache: { Description: string; Size: number }[] };
    const isKept = ({ Description }: { Description: string }): boolean => Description === `http url ${address}/kept.txt`;
    expect((await cache()).BuildCache.filter(isKept).map(({ Size }) => Size)).toEqual([14]);
    expect((await engine.call('POST', '/build/prune?all=1')).status).toBe(200);
    expect((await cache()).BuildCache.filter(isKept)).toEqual([]);
    served.set('/kept.txt', 'and now another');
    expect(await builds.output(dockerfile, 'cat /f')).toBe('and now another');
  });

  it('a base comes from a registry that wants to know who asks', async () => {
    const base = `${registry.host}/private:1`;
    const { err } = await builds.failure(`FROM ${base}`);
    expect(err).toContain(`${base}: failed to resolve source metadata for ${base}`);
    await engine.docker(['login', '-u', 'me', '--password-stdin', registry.host], 'secret');
    const { code, out } = await builds.run(`FROM ${base}\nRUN true`, { args: ['-t', 'pulled:1'] });
    expect(code).toBe(0);
    expect(out).toContain('1: Pulling from ');
    expect(out.indexOf('Pull complete')).toBeLessThan(out.indexOf('Step 1/2'));
  });

  it('pull asks the registry although the base is here', async () => {
    const base = `${registry.host}/private:1`;
    await engine.docker(['login', '-u', 'me', '--password-stdin', registry.host], 'secret');
    expect((await builds.run(`FROM ${base}\nRUN true`)).out).not.toContain('Pulling from');
    expect((await builds.run(`FROM ${base}\nRUN true`, { args: ['--pull'] })).out).toContain('Pulling from');
  });

  it('cachefrom takes steps from an image that says which it has', async () => {
    const text = 'FROM base\nRUN cat /proc/sys/kernel/random/uuid > /id';
    const image = await builds.image(text, { args: ['--build-arg', 'BUILDKIT_INLINE_CACHE=1'] });
    const id = await builds.shell(image, 'cat /id');
    await engine.dockerOutput('builder', 'prune', '--all', '--force');
    expect(await builds.output(text, 'cat /id', { args: ['--cache-from', image] })).toBe(id);
    await engine.dockerOutput('builder', 'prune', '--all', '--force');
    expect(await builds.output(text, 'cat /id')).not.toBe(id);
  });
});
