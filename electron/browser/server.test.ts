import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Tickets } from '../downloads/tickets.ts';
import { ShellError } from '../ipc/failure.ts';
import { DEFAULTS } from '../settings/store.ts';
import { partialBackend } from '../testkit/port-pair.ts';
import { type BrowserServer, startServer } from './server.ts';

const TOKEN = 'right-token';
let base: string;
let server: BrowserServer;
const tickets = new Tickets();

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'slipway-server-'));
  await mkdir(join(base, 'page/assets'), { recursive: true });
  await writeFile(join(base, 'page/index.html'), '<!doctype html>page');
  await writeFile(join(base, 'page/assets/main.js'), 'code');
  await writeFile(join(base, 'secret.js'), 'secret');
  const backend = partialBackend({ requests: { 'settings.read': () => Promise.resolve({ ...DEFAULTS, theme: 'dark' }) } });
  server = await startServer({ port: 0, token: TOKEN, directory: join(base, 'page'), backend, tickets, helloWithin: 200 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(base, { recursive: true });
});

function get(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: server.port, path, method, headers: { host: `127.0.0.1:${server.port}`, ...headers } }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    call.on('error', reject);
    call.end();
  });
}

/** Opens a connection; `closed` has the close code, or the HTTP status where there was no WebSocket at all. */
function open(headers: Record<string, string>, path = '/connection') {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
  const messages: string[] = [];
  socket.on('message', (data: Buffer) => messages.push(data.toString()));
  socket.on('error', () => undefined);
  const opened = new Promise<void>((resolve) => socket.on('open', resolve));
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve);
    socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
  });
  return { socket, messages, opened, closed };
}
const own = () => ({ origin: `http://127.0.0.1:${server.port}` });

describe('files', () => {
  it('serves the page with a policy that allows only its own code', async () => {
    const { status, headers, body } = await get('/');
    expect([status, body, headers['content-type'], headers['cache-control']]).toEqual([200, '<!doctype html>page', 'text/html; charset=utf-8', 'no-store']);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src ws://127.0.0.1:${server.port}`);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cross-origin-resource-policy': 'same-origin' });
  });

  it('lets files named after their content be kept', async () => {
    expect((await get('/assets/main.js')).headers['cache-control']).toContain('immutable');
  });

  it('gives the page for the places that the page routes', async () => {
    expect((await get('/containers/abc')).body).toBe('<!doctype html>page');
  });

  it.each(['/../secret.js', '/%2e%2e/secret.js', '/assets/../../secret.js', '/..%2fsecret.js', '//secret.js', '/assets/%00.js', '/etc/passwd.js'])(
    'serves nothing outside its folder: %s',
    async (path) => {
      const { status, body } = await get(path);
      expect([status, body.includes('secret')]).toEqual([404, false]);
    },
  );

  it.each(['evil.example', 'evil.example:80', 'localhost', '127.0.0.1:1', '[::1]:80'])(
    'refuses the Host %j, behind which another name may resolve to it',
    async (host) => {
      const { status, body } = await get('/', { host });
      expect([status, body.includes('page')]).toEqual([421, false]);
    },
  );

  it('refuses methods that change things', async () => {
    expect((await get('/', {}, 'POST')).status).toBe(405);
  });

  it('listens on loopback only', async () => {
    const refused = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: server.port });
      socket.on('connect', () => resolve(socket.destroy()));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(refused).toBe('ECONNREFUSED');
  });
});

describe('downloads', () => {
  const issue = (open: () => Promise<{ body: Readable }>, name = 'notes.txt') => tickets.issue({ name, open });
  const text = (content: string) => () => Promise.resolve({ body: Readable.from([Buffer.from(content)]) });

  it('gives what was prepared to whoever has the address, once, to be saved and not shown', async () => {
    const path = issue(text('content'));
    const { status, headers, body } = await get(path, { 'sec-fetch-site': 'same-origin' });
    expect([status, body]).toEqual([200, 'content']);
    expect(headers).toMatchObject({
      'content-disposition': 'attachment; filename="notes.txt"; filename*=UTF-8\'\'notes.txt',
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cache-control': 'no-store',
    });
    expect((await get(path)).status).toBe(404);
  });

  it.each(['/downloads/', '/downloads/x', `/downloads/${'A'.repeat(43)}`, '/downloads/../index.html'])('knows nothing of %s', async (path) => {
    const { status, body } = await get(path);
    expect([status, body.includes('page')]).toEqual([404, false]);
  });

  it('keeps an address from other sites, other hosts and HEAD, none of which uses it up', async () => {
    const path = issue(text('content'));
    expect((await get(path, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await get(path, { 'sec-fetch-site': 'none' })).status).toBe(403);
    expect((await get(path, { host: 'evil.example' })).status).toBe(421);
    expect((await get(path, {}, 'HEAD')).status).toBe(405);
    expect((await get(path)).body).toBe('content');
  });

  it("tells the engine's words when it fails before the first byte", async () => {
    const path = issue(() => Promise.reject(new ShellError('no such file', 404)));
    expect(await get(path)).toMatchObject({ status: 404, body: 'no such file\n' });
  });

  it('cuts the connection when it fails later', async () => {
    async function* broken() {
      yield Buffer.from('half');
      await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error('gone');
    }
    await expect(get(issue(() => Promise.resolve({ body: Readable.from(broken(), { objectMode: false }) })))).rejects.toThrow();
  });

  it('reads no faster than the browser, and stops when it hangs up', async () => {
    let given = 0;
    const body = new Readable({
      read() {
        given++;
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    const socket = connect({ host: '127.0.0.1', port: server.port });
    socket.write(`GET ${issue(() => Promise.resolve({ body }))} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    socket.pause();
    await expect.poll(() => given).toBeGreaterThan(0);
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = before === given;
          before = given;
          return isStill;
        },
        { interval: 200, timeout: 10_000 },
      )
      .toBe(true);
    // What sockets buffer, not more.
    expect(given).toBeLessThan(1000);
    socket.destroy();
    await expect.poll(() => body.destroyed).toBe(true);
  });
});

describe('connection', () => {
  it('serves the contract after the token', async () => {
    const { socket, messages, opened } = open(own());
    await opened;
    socket.send(JSON.stringify({ type: 'hello', token: TOKEN }));
    socket.send(JSON.stringify({ type: 'request', id: 1, name: 'settings.read', params: {} }));
    await expect.poll(() => messages).toEqual(['{"type":"welcome"}', JSON.stringify({ type: 'result', id: 1, value: { ...DEFAULTS, theme: 'dark' } })]);
    socket.terminate();
  });

  it.each([
    ['a wrong token', JSON.stringify({ type: 'hello', token: 'wrong' })],
    ['an empty token', JSON.stringify({ type: 'hello', token: '' })],
    ['no token', JSON.stringify({ type: 'request', id: 1, name: 'settings.read', params: {} })],
    ['no JSON', 'hello'],
  ])('ends at %s without an answer', async (_case, first) => {
    const { socket, messages, opened, closed } = open(own());
    await opened;
    socket.send(first);
    expect([await closed, messages]).toEqual([4401, []]);
  });

  it('ends when no token comes in time', async () => {
    const { closed } = open(own());
    expect(await closed).toBe(4401);
  });

  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin', {}],
    ['another host', { origin: 'http://evil.example', host: 'evil.example' }],
  ])('opens none for %s', async (_case, headers: Record<string, string>) => {
    expect(await open(headers).closed).toBe(403);
  });

  it('opens none on another path', async () => {
    expect(await open(own(), '/').closed).toBe(403);
  });

  it('ends at a frame that is not of the contract', async () => {
    const { socket, messages, opened, closed } = open(own());
    await opened;
    socket.send(JSON.stringify({ type: 'hello', token: TOKEN }));
    await expect.poll(() => messages).toHaveLength(1);
    socket.send('{');
    expect(await closed).toBe(1002);
  });
});
