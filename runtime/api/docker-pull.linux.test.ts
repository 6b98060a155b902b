import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { RealEngine, runCommand } from '../testkit/real-engine.ts';
import { TestRegistry } from '../testkit/registry.ts';

const isPossible = ['docker', 'docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!isPossible) console.warn('skipped: docker, docker-registry or skopeo is not installed');

/** Of the password "secret", by bcrypt, which is all that the registry takes. */
const HTPASSWD = 'me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';
const directory = mkdtempSync(join(tmpdir(), 'slipway-docker-pull-'));
let engine: RealEngine;
let open: TestRegistry;
let closed: TestRegistry;

beforeAll(async () => {
  if (!isPossible) return;
  const archive = join(directory, 'busybox.tar');
  await makeBusyboxArchive(archive, 'busybox:1');
  [engine, open, closed] = await Promise.all([RealEngine.start(), TestRegistry.start(), TestRegistry.start({ htpasswd: HTPASSWD })]);
  open.put(`docker-archive:${archive}`, 'team/busybox:1');
  open.put(`docker-archive:${archive}`, 'team/busybox:latest');
  closed.put(`docker-archive:${archive}`, 'private:1', ['--dest-creds', 'me:secret']);
});
afterAll(async () => {
  if (isPossible) for (const each of [engine, open, closed]) await each[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!isPossible)('docker pull', () => {
  it('brings an image in, says so, and runs it', async () => {
    const name = `${open.host}/team/busybox`;
    const first = await engine.docker(['pull', name]);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain(`Using default tag: latest\nlatest: Pulling from team/busybox\n`);
    expect(first.out).toMatch(/: Pull complete\nDigest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for /);
    expect((await engine.docker(['pull', '-q', `${name}:1`])).out).toBe(`${name}:1\n`);
    expect(await engine.docker(['run', '--rm', '--network', 'none', `${name}:1`, 'echo', 'pulled'])).toEqual({ code: 0, out: 'pulled\n', err: '' });
    expect((await engine.docker(['images', '--digests', '--format', '{{.Tag}} {{.Digest}}'])).out).toMatch(/^latest sha256:[0-9a-f]{64}$/m);
  });

  it('pulls what run needs and is not there', async () => {
    const name = `${open.host}/team/busybox:latest`;
    await engine.docker(['rmi', name]);
    const result = await engine.docker(['run', '--rm', '--network', 'none', name, 'echo', 'ok']);
    expect([result.code, result.out]).toEqual([0, 'ok\n']);
    expect(result.err).toContain(`Unable to find image '${name}' locally`);
  });

  it('-a brings every tag of the repository in', async () => {
    const name = `${open.host}/team/busybox`;
    const tagsHere = async (): Promise<string> => (await engine.docker(['images', '--format', '{{.Tag}}', name])).out;
    await engine.docker(['rmi', ...['1', 'latest'].map((tag) => `${name}:${tag}`)]);
    expect(await tagsHere()).toBe('');
    expect((await engine.docker(['pull', '-a', name])).out).toMatch(/^1: Pulling from [^]*^latest: Pulling from /m);
    expect((await tagsHere()).split('\n').sort()).toEqual(['', '1', 'latest']);
    expect((await engine.docker(['pull', '-a', `${open.host}/team/none`])).code).toBe(1);
  });

  it('save gives an archive that load and skopeo read', async () => {
    const name = `${open.host}/team/busybox:latest`;
    await engine.docker(['pull', '-q', name]);
    const path = join(directory, 'saved.tar');
    expect(await engine.docker(['save', '-o', path, name])).toEqual({ code: 0, out: '', err: '' });
    open.put(`docker-archive:${path}`, 'team/saved:1');
    expect((await engine.docker(['load', '-q', '-i', path])).out).toBe(`Loaded image: ${name}\n`);
    expect((await engine.docker(['save', 'nobody:1'])).err).toContain('No such image: nobody:1');
  });

  it('pushes what another engine or tool can pull', async () => {
    const name = `${open.host}/pushed/busybox:3`;
    await engine.docker(['pull', '-q', `${open.host}/team/busybox:1`]);
    await engine.docker(['tag', `${open.host}/team/busybox:1`, name]);
    const result = await engine.docker(['push', name]);
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(result.out).toMatch(/: (Pushed|Mounted from team\/busybox)\n3: digest: sha256:[0-9a-f]{64} size: \d+\n$/);
    expect((await runCommand('skopeo', ['inspect', '--tls-verify=false', `docker://${name}`])).code).toBe(0);
    const nobody = await engine.docker(['push', `${open.host}/pushed/nobody:1`]);
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('An image does not exist locally with the tag')]);
  });

  it('says in words what is not there', async () => {
    const tag = await engine.docker(['pull', `${open.host}/team/busybox:9`]);
    expect([tag.code, tag.err]).toEqual([1, expect.stringMatching(/manifest for .*team\/busybox:9 not found: manifest unknown/)]);
    expect(await engine.docker(['pull', 'scratch'])).toMatchObject({ code: 1, err: expect.stringContaining("'scratch' is a reserved name") as string });
    const platform = await engine.docker(['pull', '--platform', 'linux/nonsense/x/y', `${open.host}/team/busybox:1`]);
    expect(platform.code).toBe(1);
  });

  it('logs in and pulls with the credentials that the CLI keeps', async () => {
    const refused = await engine.docker(['pull', `${closed.host}/private:1`]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/pull access denied .*authentication required/)]);
    const wrong = await engine.docker(['login', '-u', 'me', '--password-stdin', closed.host], 'wrong');
    const words = `login attempt to http://${closed.host}/v2/ failed with status: 401 Unauthorized`;
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining(words)]);
    const auth = { username: 'me', password: 'wrong', serveraddress: closed.host };
    expect(await engine.call('POST', '/auth', auth)).toMatchObject({ status: 401, json: { message: words } });
    const login = await engine.docker(['login', '-u', 'me', '--password-stdin', closed.host], 'secret');
    expect([login.code, login.out]).toEqual([0, expect.stringContaining('Login Succeeded')]);
    expect((await engine.docker(['pull', `${closed.host}/private:1`])).code).toBe(0);
  });

  it('distribution tells what a name stands for without taking it', async () => {
    const answer = await engine.call('GET', `/distribution/${open.host}/team/busybox:1/json`);
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        Descriptor: {
          mediaType: expect.stringMatching(/manifest/) as string,
          digest: expect.stringMatching(/^sha256:/) as string,
          size: expect.any(Number) as number,
        },
        Platforms: [{ os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch }],
      },
    ]);
    const { Descriptor } = answer.json as { Descriptor: { digest: string } };
    expect((await engine.call('GET', `/distribution/${open.host}/team/busybox@${Descriptor.digest}/json`)).json).toEqual(answer.json);
    expect((await engine.call('GET', `/distribution/${open.host}/team/busybox:9/json`)).status).toBe(404);
    expect((await engine.call('GET', `/distribution/${closed.host}/private:1/json`)).status).toBe(401);
    const auth = Buffer.from(JSON.stringify({ username: 'me', password: 'secret' })).toString('base64');
    expect((await engine.call('GET', `/distribution/${closed.host}/private:1/json`, undefined, { 'X-Registry-Auth': auth })).status).toBe(200);
    expect((await engine.call('GET', '/distribution/Bad%20Name/json')).status).toBe(400);
  });

  it('search asks the registry that the term names, and filters choose', async () => {
    const asked: string[] = [];
    const index = createServer((request, response) => {
      asked.push(request.url ?? '');
      const results = [
        { name: 'web', description: 'A server', star_count: 10, is_official: true, is_automated: false },
        { name: 'me/web', description: null, star_count: 2 },
      ];
      response.end(request.url === '/v2/' ? '' : JSON.stringify({ num_results: 2, query: 'web', results }));
    }).listen(0, '127.0.0.1');
    await once(index, 'listening');
    try {
      const term = `127.0.0.1:${(index.address() as AddressInfo).port}/web`;
      const search = async (...args: string[]): Promise<string> =>
        engine.dockerOutput('search', '--format', '{{.Name}} {{.StarCount}} {{.IsOfficial}}', ...args, term);
      expect(await search('--limit', '50')).toBe('web 10 [OK]\nme/web 2 \n');
      expect(asked.at(-1)).toBe('/v1/search?q=web&n=50');
      expect([await search('--filter', 'is-official=true'), await search('--filter', 'stars=3')]).toEqual(['web 10 [OK]\n', 'web 10 [OK]\n']);
      expect(await search('--limit', '1')).toBe('web 10 [OK]\n');
      expect((await engine.docker(['search', '--limit', '101', term])).err).toContain('limit 101 is outside the range of [1, 100]');
      expect((await engine.docker(['search', '--filter', 'color=red', term])).err).toContain("invalid filter 'color'");
    } finally {
      index.close();
      index.closeAllConnections();
    }
    expect((await engine.docker(['search', `${open.host}/web`])).err).toContain('the registry answered 404');
  });

  it('takes X-Registry-Auth in either alphabet of base64, padded or not, and refuses what is none', async () => {
    const auth = Buffer.from(JSON.stringify({ username: 'me', password: 'secret', email: '???>>>' }));
    const path = `/images/create?fromImage=${closed.host}/private&tag=1`;
    for (const header of [auth.toString('base64'), auth.toString('base64url')]) {
      const answer = await engine.call('POST', path, undefined, { 'X-Registry-Auth': header });
      expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/Image is up to date|Downloaded newer image/)]);
    }
    const broken = await engine.call('POST', path, undefined, { 'X-Registry-Auth': 'nonsense' });
    expect([broken.status, broken.text]).toEqual([400, expect.stringContaining('invalid X-Registry-Auth header')]);
  });
});

describe.skipIf(!isPossible)('what the app asks of registries', () => {
  const auth = { 'X-Registry-Auth': Buffer.from(JSON.stringify({ username: 'me', password: 'secret' })).toString('base64') };

  it('tags and repositories come a page at a time, with the credentials of their host', async () => {
    const tags = `/slipway/v1/registry/tags?name=${open.host}/team/busybox`;
    expect((await engine.call('GET', tags)).json).toEqual({ names: ['1', 'latest'], next: '' });
    expect((await engine.call('GET', `${tags}&limit=1`)).json).toEqual({ names: ['1'], next: '1' });
    expect((await engine.call('GET', `${tags}&limit=1&last=1`)).json).toEqual({ names: ['latest'], next: '' });
    expect((await engine.call('GET', `/slipway/v1/registry/tags?name=${open.host}/nobody`)).status).toBe(404);
    expect((await engine.call('GET', `${tags}&limit=1001`)).json).toEqual({ message: expect.stringContaining('limit') as string });
    const repositories = `/slipway/v1/registry/repositories?host=${closed.host}`;
    expect((await engine.call('GET', repositories)).status).toBe(401);
    expect((await engine.call('GET', repositories, undefined, auth)).json).toEqual({ names: ['private'], next: '' });
    expect((await engine.call('GET', '/slipway/v1/registry/repositories?host=a/b')).status).toBe(400);
  });

  it('the digest of a name is the one that a pull records', async () => {
    const name = `${closed.host}/private:1`;
    await engine.call('POST', `/images/create?fromImage=${name}`, undefined, auth);
    const inspected = (await engine.call('GET', `/images/${name}/json`)).json as { RepoDigests: string[] };
    const path = `/slipway/v1/registry/digest?name=${name}`;
    const { digest } = (await engine.call('GET', path, undefined, auth)).json as { digest: string };
    expect(inspected.RepoDigests).toContain(`${closed.host}/private@${digest}`);
    expect((await engine.call('GET', path)).status).toBe(401);
    expect((await engine.call('GET', `/slipway/v1/registry/digest?name=${open.host}/team/busybox:9`)).status).toBe(404);
  });

  it('plan tells the layers of a pull before they come', async () => {
    const name = `${open.host}/team/busybox:1`;
    const plan = async (query: string): Promise<unknown> => {
      const { text } = await engine.call('POST', `/images/create?fromImage=${name}${query}`);
      const lines = text.split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as { aux?: unknown }).find(({ aux }) => aux !== undefined)?.aux;
    };
    const images = (await engine.call('GET', '/images/json')).json as { Id: string }[];
    for (const { Id } of images) await engine.call('DELETE', `/images/${Id}?force=1`);
    const layer = { ID: expect.stringMatching(/^[0-9a-f]{12}$/) as string, Size: expect.any(Number) as number };
    expect(await plan('&plan=1')).toEqual({ Layers: [{ ...layer, Exists: false, Kept: 0 }] });
    expect(await plan('&plan=1')).toEqual({ Layers: [{ ...layer, Exists: true, Kept: 0 }] });
    expect(await plan('')).toBeUndefined();
  });

  it('info tells the mirrors and the registries without a valid certificate', async () => {
    expect((await engine.call('GET', '/info')).json).toMatchObject({ RegistryConfig: { IndexConfigs: { 'docker.io': { Official: true, Mirrors: [] } } } });
  });
});
