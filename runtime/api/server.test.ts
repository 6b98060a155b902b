import { once } from 'node:events';
import { chmodSync, existsSync, linkSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiFixture, startApi } from '../testkit/api-fixture.ts';
import { listenOnUnix } from './socket.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Sends bytes as they are and gives back all that comes until the server closes. */
async function raw(text: string): Promise<string> {
  const socket = connect(api.socket);
  socket.on('error', () => undefined);
  socket.write(text);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('every answer', () => {
  it.each(['/_ping', '/v1.30/version', '/nothing', '/v1.99/info'])('has the headers clients look for: %s', async (path) => {
    const { headers } = await api.call('GET', path);
    expect(headers).toMatchObject({
      'api-version': '1.47',
      ostype: 'linux',
      'docker-experimental': 'false',
      'builder-version': '1',
      server: 'Slipway/0.0.0 (linux)',
    });
  });

  it('answers HEAD without a body', async () => {
    const answer = await api.call('HEAD', '/_ping');
    expect([answer.status, answer.text, answer.headers['swarm']]).toEqual([200, '', 'inactive']);
  });

  it.each([
    ['GET', '/nothing', 404, 'page not found'],
    ['PATCH', '/info', 404, 'page not found'],
    ['POST', '/_ping', 404, 'page not found'],
    ['GET', '/v1.50/info', 400, 'client version 1.50 is too new. Maximum supported API version is 1.47'],
    ['GET', '/v1.10/info', 400, 'client version 1.10 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version'],
    ['GET', '/containers/%zz/json', 400, 'the path is not valid percent-encoding'],
    ['GET', '/containers/../json', 404, 'No such container: ..'],
    ['GET', '/containers/hc/t:1/json', 404, 'No such container: hc/t:1'],
    ['GET', '/images/hc%2Ft:1/json', 404, 'No such image: hc/t:1'],
    ['GET', '/plugins/x/json', 404, 'plugin "x" not found'],
    ['GET', '/volumes/x', 404, 'get x: no such volume'],
    ['GET', '/networks/x', 404, 'network x not found'],
  ])('%s %s is %d', async (method, path, status, message) => {
    const answer = await api.call(method, path);
    expect([answer.status, answer.json]).toEqual([status, { message }]);
    expect(answer.headers['content-type']).toBe('application/json');
  });
});

describe('request bodies', () => {
  it('that do not come to an end are given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const answer = raw('POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
      while (vi.getTimerCount() === 0) await sleep(1);
      vi.advanceTimersByTime(60_000);
      while (vi.getTimerCount() === 0) await sleep(1);
      vi.advanceTimersByTime(10_000);
      expect(await answer).toMatch(/^HTTP\/1\.1 408 [^]*the request body did not arrive within 60 seconds/);
    } finally {
      vi.useRealTimers();
    }
  });

  const json = { 'Content-Type': 'application/json' };

  it.each([
    ['cut JSON', '{"Image":', json, /^invalid JSON: /],
    ['no JSON', 'Image=busybox', json, /^invalid JSON: /],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), json, /^invalid JSON: not valid UTF-8/],
    ['no body', undefined, json, /^invalid JSON: got EOF/],
    ['another type', '{}', { 'Content-Type': 'text/plain' }, /^unsupported Content-Type header \(text\/plain\): must be 'application\/json'$/],
    ['no type', '{}', {}, /^malformed Content-Type header/],
    ['no image', '{}', json, /^Image: a name or id is required$/],
    ['null', 'null', json, /^invalid JSON|expected object/],
    ['a list', '[]', json, /expected object/],
    ['a wrong type deep down', '{"Image":"busybox","HostConfig":{"Memory":"much"}}', json, /^HostConfig\.Memory: /],
  ])('%s is refused with what is wrong', async (_, body, headers, message) => {
    const answer = await api.call('POST', '/containers/create', { body, headers });
    expect([answer.status, (answer.json as { message: string }).message]).toEqual([400, expect.stringMatching(message)]);
  });

  it('beyond the limit are refused, declared or not', async () => {
    const body = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20);
    const declared = await api.call('POST', '/containers/create', { body, headers: json });
    expect(declared.status).toBe(413);
    const chunked = await api.call('POST', '/containers/create', { body, headers: { ...json, 'Transfer-Encoding': 'chunked' } });
    expect(chunked.status).toBe(413);
  });

  it('may have fields and query keys nobody knows', async () => {
    const answer = await api.call('POST', '/containers/create?name=odd&Color=red&Nested[x]=1', {
      body: { Image: 'busybox', Color: 'red', HostConfig: { Flavour: 'sweet' } },
    });
    expect([answer.status, answer.json]).toEqual([201, { Id: expect.stringMatching(/^[0-9a-f]{64}$/) as string, Warnings: [] }]);
  });

  it('may come behind a head of 900 kB', async () => {
    const answer = await api.call('POST', `/containers/create?name=large&x=${'y'.repeat(900_000)}`, { body: { Image: 'busybox' } });
    expect(answer.status).toBe(201);
  });
});

describe('what is not for web pages', () => {
  it.each([{ Origin: 'http://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }])(
    'refuses %o',
    async (headers) => {
      expect(await api.call('GET', '/info', { headers })).toMatchObject({ status: 403, json: { message: 'requests from web pages are refused' } });
    },
  );

  it('lets the address bar in', async () => {
    expect((await api.call('GET', '/info', { headers: { 'Sec-Fetch-Site': 'none' } })).status).toBe(200);
  });
});

describe('malformed HTTP', () => {
  it('is told so', async () => {
    expect(await raw('GET / SPDY\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*\{"message":"malformed HTTP request/);
  });

  it('with a head beyond the limit is 431', async () => {
    expect(await raw(`GET /_ping HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(1_048_600)}`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('does not end the server', async () => expect((await api.call('GET', '/_ping')).text).toBe('OK'));
});

describe('a client that closes its writing half', () => {
  it('still gets its answer', async () => {
    const socket = connect({ path: api.socket, allowHalfOpen: true });
    socket.end('GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(socket, 'close');
    expect(text).toMatch(/OK$/);
  });
});

describe('the socket', () => {
  it('is for its owner and group', () => {
    expect(statSync(api.socket).mode & 0o777).toBe(0o660);
  });

  it('of a dead engine is taken over, that of a living one is not', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-socket-'));
    try {
      const path = join(directory, 'deep', 'api.sock');
      const first = createServer();
      await listenOnUnix(first, path, null);
      expect(statSync(join(directory, 'deep')).mode & 0o777).toBe(0o711);
      await expect(listenOnUnix(createServer(), path, null)).rejects.toThrow(`another engine answers on ${path}`);
      // What a killed engine leaves: the file without anybody behind it.
      const corpse = join(directory, 'dead.sock');
      const dying = createServer();
      await listenOnUnix(dying, corpse, null);
      linkSync(corpse, join(directory, 'kept.sock'));
      await new Promise((resolve) => dying.close(resolve));
      const taken = createServer();
      await listenOnUnix(taken, join(directory, 'kept.sock'), null);
      for (const server of [first, taken]) await new Promise((resolve) => server.close(resolve));
      expect(existsSync(path)).toBe(false);
    } finally {
      chmodSync(directory, 0o700);
      rmSync(directory, { recursive: true });
    }
  });

  it('is given to a group that exists, else to nobody', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-socket-'));
    try {
      await expect(listenOnUnix(createServer(), join(directory, 'a.sock'), 'no-such-group')).rejects.toThrow('--group: there is no group no-such-group');
      expect(existsSync(join(directory, 'a.sock'))).toBe(false);
      const server = createServer();
      await listenOnUnix(server, join(directory, 'b.sock'), 'root');
      expect(statSync(join(directory, 'b.sock'))).toMatchObject({ gid: 0 });
      await new Promise((resolve) => server.close(resolve));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('never replaces a file that is no socket, nor takes a path the kernel would cut', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-socket-'));
    try {
      writeFileSync(join(directory, 'file'), 'precious');
      await expect(listenOnUnix(createServer(), join(directory, 'file'), null)).rejects.toThrow('exists and is not a socket');
      await expect(listenOnUnix(createServer(), join(directory, 'x'.repeat(120)), null)).rejects.toThrow('107 bytes at most');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
