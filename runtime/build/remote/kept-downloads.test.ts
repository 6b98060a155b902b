import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../base/log.ts';
import { Trash } from '../../store/trash.ts';
import { serveHttp } from '../../testkit/serve-http.ts';
import { KeptDownloads } from './kept-downloads.ts';

let directory: string;
let trash: Trash;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-kept-'));
  trash = new Trash(join(directory, 'trash'), silentLogger);
});
afterEach(async () => {
  await trash.idle();
  rmSync(directory, { recursive: true, force: true });
});

let clock = 0n;
const openKept = (): KeptDownloads => new KeptDownloads({ root: join(directory, 'kept'), trash, now: () => ++clock });
const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

async function read(downloads: KeptDownloads, address: string, checksum?: string): Promise<{ text: string; headers: Record<string, unknown> }> {
  using answer = await downloads.open(address, { signal: AbortSignal.timeout(30_000), checksum });
  const pieces: Buffer[] = [];
  for await (const piece of answer.body) pieces.push(Buffer.from(piece));
  return { text: Buffer.concat(pieces).toString(), headers: { ...answer.headers } };
}

interface Page {
  body: string;
  headers: Record<string, string>;
  /** Knows conditions. */
  answers?: boolean;
}

/** `304`, `200`, with what was asked for. */
function serving(page: Page, seen: string[]): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { 'if-none-match': tag, 'if-modified-since': since } = request.headers;
    const isSame =
      page.answers !== false && (tag !== undefined ? tag === page.headers['etag'] : since !== undefined && since === page.headers['last-modified']);
    seen.push(`${isSame ? 304 : 200} ${tag ?? since ?? ''}`.trim());
    if (isSame) response.writeHead(304).end();
    else response.writeHead(200, page.headers).end(page.body);
  };
}

const MODIFIED = 'Tue, 01 Aug 2023 10:00:00 GMT';
const LATER = 'Wed, 02 Aug 2023 10:00:00 GMT';

describe('kept downloads', () => {
  it.each<[what: string, headers: Record<string, string>, asked: string]>([
    ['a tag', { etag: '"one"', 'last-modified': MODIFIED }, '"one"'],
    ['a weak tag', { etag: 'W/"one"' }, 'W/"one"'],
    ['the time of the last change', { 'last-modified': MODIFIED }, MODIFIED],
  ])('are asked for again by %s, and not sent twice', async (_, headers, asked) => {
    const page: Page = { body: 'first', headers: { ...headers, 'content-disposition': 'attachment; filename=f.txt' } };
    const seen: string[] = [];
    await using server = await serveHttp(serving(page, seen));
    const downloads = openKept();
    expect((await read(downloads, `${server.origin}/x`)).text).toBe('first');
    // Also by an engine that was started anew.
    for (const one of [downloads, openKept()]) {
      expect(await read(one, `${server.origin}/x`)).toMatchObject({ text: 'first', headers: { ...page.headers, 'content-length': '5' } });
    }
    page.body = 'second';
    page.headers = { etag: '"two"', 'last-modified': LATER };
    expect((await read(downloads, `${server.origin}/x`)).text).toBe('second');
    expect(seen).toEqual(['200', `304 ${asked}`, `304 ${asked}`, `200 ${asked}`]);
    expect((await downloads.list()).map(({ size }) => size)).toEqual([6]);
  });

  it('are taken though a server knows no conditions, when its tag is the same', async () => {
    const page: Page = { body: 'text', headers: { etag: '"one"' }, answers: false };
    await using server = await serveHttp(serving(page, []));
    const downloads = openKept();
    await read(downloads, server.origin);
    page.headers = { etag: 'W/"one"' };
    page.body = 'none';
    expect((await read(downloads, server.origin)).text).toBe('text');
    expect((await downloads.list())[0]?.usageCount).toBe(2);
  });

  it.each<[what: string, headers: Record<string, string>]>([
    ['nothing to ask by', {}],
    ['the word not to', { etag: '"one"', 'cache-control': 'private, no-store' }],
  ])('are none for an answer with %s', async (_, headers) => {
    await using server = await serveHttp(serving({ body: 'text', headers }, []));
    const downloads = openKept();
    await read(downloads, server.origin);
    expect([await downloads.list(), readdirSync(join(directory, 'kept'))]).toEqual([[], []]);
  });

  it('are given without a question when their checksum is known, and not kept when it is another', async () => {
    const page: Page = { body: 'text', headers: { etag: '"one"' } };
    const seen: string[] = [];
    await using server = await serveHttp(serving(page, seen));
    const downloads = openKept();
    await read(downloads, server.origin, sha256('other'));
    expect(await downloads.list()).toEqual([]);
    await read(downloads, server.origin, sha256('text'));
    expect((await read(downloads, server.origin, sha256('text'))).text).toBe('text');
    expect(seen).toEqual(['200', '200']);
    // Bytes of another checksum are of no use: all is sent.
    await read(downloads, server.origin, sha256('other'));
    expect(seen).toEqual(['200', '200', '200']);
  });

  it('leave nothing of what was not read to its end, or broke off', async () => {
    await using server = await serveHttp((request, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': '100000' });
      if (request.url === '/cut') response.write('x'.repeat(1000), () => response.destroy());
      else response.end('x'.repeat(100_000));
    });
    const downloads = openKept();
    await expect(read(downloads, `${server.origin}/cut`)).rejects.toMatchObject({ kind: 'Unavailable' });
    {
      using answer = await downloads.open(server.origin, { signal: AbortSignal.timeout(30_000) });
      for await (const _ of answer.body) break;
    }
    expect([await downloads.list(), readdirSync(join(directory, 'kept'))]).toEqual([[], []]);
  });

  it('are dropped when they are damaged', async () => {
    await using server = await serveHttp(serving({ body: 'text', headers: { etag: '"one"' } }, []));
    const downloads = openKept();
    await read(downloads, server.origin);
    const [name = ''] = readdirSync(join(directory, 'kept'));
    writeFileSync(join(directory, 'kept', name, 'body'), 'tixt');
    await expect(read(downloads, server.origin)).rejects.toThrow(/damaged/);
    expect((await read(downloads, server.origin)).text).toBe('text');
    rmSync(join(directory, 'kept', name, 'body'));
    expect((await read(downloads, server.origin)).text).toBe('text');
  });

  it('stay while they are read, are removed after, and tell no password', async () => {
    await using server = await serveHttp(serving({ body: 'text', headers: { etag: '"one"' } }, []));
    const downloads = openKept();
    const address = server.origin.replace('//', '//me:hush@');
    await read(downloads, address);
    const [{ id = '', description = '' } = {}] = await downloads.list();
    expect(description).toBe(`http url ${server.origin}`);
    {
      using _held = await downloads.open(address, { signal: AbortSignal.timeout(30_000) });
      expect((await downloads.list())[0]?.inUse).toBe(true);
      await expect(downloads.remove(id)).rejects.toMatchObject({ kind: 'Conflict' });
    }
    await downloads.remove(id);
    await downloads.remove(id);
    expect([await downloads.list(), readdirSync(join(directory, 'kept'))]).toEqual([[], []]);
  });

  it('throw away what an engine that died has left half-done', () => {
    openKept();
    writeFileSync(join(directory, 'kept', 'new-half'), '');
    openKept();
    expect(readdirSync(join(directory, 'kept'))).toEqual([]);
  });
});
