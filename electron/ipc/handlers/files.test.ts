import { describe, expect, it } from 'vitest';
import { bodyOf, fakeEngine, json } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import { fileRequests, fileStreams } from './files.ts';

const at = { of: 'container', id: 'c1' } as const;
const BASE = '/slipway/v1/containers/c1';
const entry = {
  Name: 'a',
  IsEscaped: false,
  Type: 'file',
  Mode: 0o644,
  Size: 1,
  Uid: 0,
  Gid: 0,
  ModTime: '2026-01-01T00:00:00Z',
  LinkTarget: '',
  Change: 'added',
  IsMount: false,
  Version: '1-1',
};

describe('requests about files', () => {
  it('name the object and the path', async () => {
    const page = { Path: '/x y', IsMounted: false, Entries: [entry], Total: 1 };
    await using engine = await fakeEngine({
      [`GET ${BASE}/files`]: json(page),
      'GET /slipway/v1/volumes/data/stat': json({ ...entry, Path: '/x' }),
      [`POST ${BASE}/rename`]: (_request, response) => void response.writeHead(204).end(),
      [`POST ${BASE}/directories`]: (_request, response) => void response.writeHead(204).end(),
    });
    const requests = fileRequests(engine.client);
    const list = { at, path: '/x y', offset: 0, limit: 10, sort: 'size', descending: true, match: 'b&c' } as const;
    expect(await requests['file.list'](list)).toEqual(page);
    expect(await requests['file.stat']({ at: { of: 'volume', id: 'data' }, path: '/x', follow: true })).toMatchObject({ Path: '/x', Version: '1-1' });
    await requests['file.rename']({ at, path: '/a', to: '/b' });
    await requests['file.makeDirectory']({ at, path: '/d' });
    expect(engine.seen).toEqual([
      `GET ${BASE}/files?path=%2Fx+y&offset=0&limit=10&sort=size&order=desc&match=b%26c`,
      'GET /slipway/v1/volumes/data/stat?path=%2Fx&follow=true',
      `POST ${BASE}/rename?path=%2Fa&to=%2Fb`,
      `POST ${BASE}/directories?path=%2Fd`,
    ]);
  });

  it('tell of each path how its removal went', async () => {
    await using engine = await fakeEngine({
      [`DELETE ${BASE}/files`]: (request, response) =>
        void (request.url?.endsWith('busy') ? response.writeHead(409).end('{"message":"mounted"}') : response.writeHead(204).end()),
    });
    const { results } = await fileRequests(engine.client)['file.remove']({ at, paths: ['/free', '/busy'] });
    expect(results).toEqual([
      { id: '/free', failure: null },
      { id: '/busy', failure: { message: 'mounted', status: 409 } },
    ]);
  });
});

describe('streams of files', () => {
  it('read no more than was asked for', async () => {
    await using engine = await fakeEngine({ [`GET ${BASE}/file`]: (_request, response) => void response.end('content') });
    const stream = openStream<'file.read'>();
    await fileStreams(engine.client)['file.read']({ at, path: '/a', length: 9 }, stream);
    expect([Buffer.concat(stream.sent).toString(), engine.seen]).toEqual(['content', [`GET ${BASE}/file?path=%2Fa&length=9`]]);
  });

  it('write what the page sends, in the place of the version that it has seen', async () => {
    const bodies: string[] = [];
    await using engine = await fakeEngine({
      [`PUT ${BASE}/file`]: async (request, response) => {
        bodies.push((await bodyOf(request)).toString());
        response.writeHead(204).end();
      },
    });
    const write = (version: string | null) => {
      const stream = openStream<'file.write'>([Buffer.from('he'), Buffer.from('llo'), { end: true }]);
      return fileStreams(engine.client)
        ['file.write']({ at, path: '/a', size: 5, version }, stream)
        .then(() => stream.sent);
    };
    expect(await write('7-3')).toEqual([{ written: 5 }]);
    await write('');
    await write(null);
    expect(bodies).toEqual(['hello', 'hello', 'hello']);
    expect(engine.seen.map((line) => line.split('?')[1])).toEqual(['path=%2Fa&version=7-3', 'path=%2Fa&version=', 'path=%2Fa']);
  });

  it.each([
    ['too little', [Buffer.from('he'), { end: true } as const], '2 bytes came, not the 5 that were announced'],
    ['too much', [Buffer.from('hello you'), { end: true } as const], 'more came than the 5 bytes that were announced'],
    ['no end', [Buffer.from('he')], 'the upload was cancelled'],
  ])('refuse %s', async (_case, inputs, words) => {
    let whole = false;
    await using engine = await fakeEngine({
      [`PUT ${BASE}/file`]: async (request) => {
        await bodyOf(request).then(
          () => {
            whole = true;
          },
          () => undefined,
        );
      },
    });
    const writing = fileStreams(engine.client)['file.write']({ at, path: '/a', size: 5, version: null }, openStream<'file.write'>(inputs));
    await expect(writing).rejects.toThrow(words);
    expect(whole).toBe(false);
  });
});
