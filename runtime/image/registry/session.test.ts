import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { FakeRegistry } from '../../testkit/fake-registry.ts';
import { serveHttp } from '../../testkit/serve-http.ts';
import { fetchBlob } from './blob.ts';
import type { Credentials } from './credentials.ts';
import { mountBlob } from './have-blob.ts';
import { RegistrySession } from './session.ts';
import { uploadBlob } from './upload.ts';

const ME: Credentials = { username: 'me', password: 'hush' };
const BASIC = `Basic ${Buffer.from('me:hush').toString('base64')}`;
const bytes = randomBytes(300_000);
const patience = (): AbortSignal => AbortSignal.timeout(30_000);

const sessionOf = (origin: string, credentials: Credentials = ME): RegistrySession =>
  new RegistrySession({ origin, isMirror: false, isVerified: false, certificates: { authorities: [] } }, credentials);

/** Gives the tokens t1, t2 … and keeps what it was asked for. */
async function serveTokens(life = 300) {
  const asked: { readonly scopes: string[]; readonly authorization: string | undefined }[] = [];
  const server = await serveHttp((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    asked.push({ scopes: url.searchParams.getAll('scope'), authorization: request.headers.authorization });
    response.end(JSON.stringify({ token: `t${asked.length}`, expires_in: life }));
  });
  const challenge = `Bearer realm="${server.origin}/token",service="test"`;
  return { asked, challenge, latest: () => `Bearer t${asked.length}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const refuse = (response: ServerResponse, challenge: string): void => void response.writeHead(401, { 'www-authenticate': challenge }).end();
const push = (session: RegistrySession) =>
  uploadBlob(session, { repository: 'a', open: () => Readable.from([bytes], { objectMode: false }), signal: patience() });

describe('tokens', () => {
  it('that the registry takes no more in the middle of a push are renewed, and the push goes on', async () => {
    await using tokens = await serveTokens();
    let refusals = 0;
    const admit = ({ method, headers }: IncomingMessage) => {
      const isOut = method === 'PATCH' && refusals++ === 0;
      return headers.authorization === tokens.latest() && !isOut ? undefined : { challenge: tokens.challenge };
    };
    await using registry = await FakeRegistry.start({ admit });
    using session = sessionOf(registry.origin);
    expect(await push(session)).toEqual({ digest: digestOf(bytes), size: bytes.length });
    expect(tokens.asked.length).toBe(2);
    expect(tokens.asked[0]).toEqual({ scopes: ['repository:a:pull,push'], authorization: BASIC });
    expect(registry.open).toBe(0);
  });

  it('that have run out are renewed before they are sent', async () => {
    await using tokens = await serveTokens(1);
    await using registry = await FakeRegistry.start({
      admit: ({ headers }) => (headers.authorization === tokens.latest() ? undefined : { challenge: tokens.challenge }),
    });
    using session = sessionOf(registry.origin);
    await push(session);
    expect(registry.requests).toEqual(['POST 401', 'POST 202', 'PATCH 202', 'PUT 201']);
  });

  it('that run out in the middle of a pull are renewed, and it goes on where it was', async () => {
    await using tokens = await serveTokens();
    const asked: string[] = [];
    await using registry = await serveHttp((request, response) => {
      const { range, authorization } = request.headers;
      asked.push(`${authorization ?? 'nobody'} ${range ?? 'all'}`);
      if (authorization !== tokens.latest() || asked.length === 3) return refuse(response, tokens.challenge);
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {});
      if (from === 0) response.write(bytes.subarray(0, 1000), () => response.destroy());
      else response.end(bytes.subarray(from));
    });
    using session = sessionOf(registry.origin);
    const pieces: Buffer[] = [];
    await fetchBlob(session, { repository: 'a', digest: digestOf(bytes), size: bytes.length, signal: patience() }, (piece) => {
      pieces.push(piece);
      return Promise.resolve();
    });
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(asked).toEqual(['nobody all', 'Bearer t1 all', 'Bearer t1 bytes=1000-', 'Bearer t2 bytes=1000-']);
  });

  it('for a mount are asked for both repositories, each by itself', async () => {
    await using tokens = await serveTokens();
    let isAllowed = true;
    await using registry = await serveHttp((request, response) => {
      if (request.headers.authorization !== tokens.latest()) return refuse(response, tokens.challenge);
      if (isAllowed) response.writeHead(201, { location: '/v2/a/blobs/x' }).end();
      else response.writeHead(403).end();
    });
    using session = sessionOf(registry.origin);
    expect(await mountBlob(session, 'a', digestOf(bytes), 'b', patience())).toBe(true);
    expect(tokens.asked.map(({ scopes }) => scopes)).toEqual([['repository:a:pull,push', 'repository:b:pull']]);
    isAllowed = false;
    expect(await mountBlob(session, 'a', digestOf(bytes), 'b', patience())).toBe(false);
  });
});

describe('credentials', () => {
  const get = (session: RegistrySession, path = '/v2/a/blobs/x') =>
    session.send({ method: 'GET', path, scope: 'repository:a:pull', expected: [200], signal: patience() });

  /** Keeps the credentials that it is sent. */
  async function serveOther(listener: RequestListener) {
    const seen: (string | undefined)[] = [];
    const server = await serveHttp((request, response) => {
      seen.push(request.headers.authorization);
      listener(request, response);
    });
    return { seen, origin: server.origin, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }

  it('do not follow a redirect to another host, whatever that asks for', async () => {
    await using thief = await serveOther((_, response) => response.end(JSON.stringify({ token: 'x' })));
    await using storage = await serveOther((request, response) =>
      request.url === '/open' ? response.end('bytes') : refuse(response, `Bearer realm="${thief.origin}/token", Basic realm="x"`),
    );
    await using registry = await serveOther((request, response) => {
      if (request.headers.authorization !== BASIC) return refuse(response, 'Basic realm="test"');
      response.writeHead(307, { location: `${storage.origin}/${request.url?.endsWith('/x') ? 'open' : 'closed'}` }).end();
    });
    using session = sessionOf(registry.origin);
    (await get(session)).body.resume();
    await expect(get(session, '/v2/a/blobs/y')).rejects.toMatchObject({ kind: 'Unauthorized' });
    expect([registry.seen.at(-1), new Set(storage.seen), thief.seen]).toEqual([BASIC, new Set([undefined]), []]);
  });

  it('are not sent along to a place of another host that uploads go to', async () => {
    await using storage = await serveOther((request, response) => {
      request.resume().on('end', () => response.writeHead(request.method === 'PUT' ? 201 : 202, { location: request.url }).end());
    });
    await using registry = await serveOther((request, response) => {
      if (request.headers.authorization !== BASIC) return refuse(response, 'Basic realm="test"');
      response.writeHead(202, { location: `${storage.origin}/upload` }).end();
    });
    using session = sessionOf(registry.origin);
    await push(session);
    expect(storage.seen).toEqual([undefined, undefined]);
  });

  it('go in the clear to no server of tokens on another host, and no further than the one that is named', async () => {
    await using thief = await serveOther((_, response) => response.end(JSON.stringify({ token: 'x' })));
    const other = thief.origin.replace('127.0.0.1', 'localhost');
    await using named = await serveOther((request, response) => {
      response.writeHead(307, { location: `${thief.origin}${request.url}` }).end();
    });
    let realm = `${other}/token`;
    await using registry = await serveHttp((_, response) => refuse(response, `Bearer realm="${realm}"`));
    using session = sessionOf(registry.origin);
    await expect(get(session)).rejects.toMatchObject({ kind: 'Unauthorized', message: expect.stringContaining('which is not followed') as string });
    expect(thief.seen).toEqual([]);
    realm = `${named.origin}/token`;
    await expect(get(session)).rejects.toMatchObject({ kind: 'Unauthorized' });
    expect([named.seen, thief.seen]).toEqual([[BASIC], [undefined]]);
  });
});
