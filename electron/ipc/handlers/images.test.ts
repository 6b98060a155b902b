import { describe, expect, it } from 'vitest';
import { bodyOf, fakeEngine, json } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import { taskList } from '../../testkit/task-list.ts';
import { imageLoadStreams } from './image-load.ts';
import { imageRequests, splitReference } from './images.ts';

describe('splitReference', () => {
  it.each([
    ['busybox', 'busybox', 'latest'],
    ['busybox:1.36', 'busybox', '1.36'],
    ['host:5000/a/b', 'host:5000/a/b', 'latest'],
    ['host:5000/a/b:c', 'host:5000/a/b', 'c'],
  ])('%s', (reference, repository, tag) => {
    expect(splitReference(reference)).toEqual({ repository, tag });
  });

  it('takes no digest', () => {
    expect(() => splitReference('a@sha256:00')).toThrow('has a digest');
  });
});

it('leaves the slashes and colons of an image name as they are', async () => {
  await using engine = await fakeEngine({ 'GET /images/host:5000/a/b:c/json': json({ Id: 'x' }) });
  expect(await imageRequests(engine.client)['image.inspect']({ id: 'host:5000/a/b:c' })).toEqual({ Id: 'x' });
});

it('gives the history with times in milliseconds', async () => {
  await using engine = await fakeEngine({
    'GET /images/x/history': json([{ Id: '<missing>', Created: 5, CreatedBy: 'RUN x', Size: 7, Comment: '', Tags: null }]),
  });
  expect(await imageRequests(engine.client)['image.history']({ id: 'x' })).toEqual({
    entries: [{ id: '<missing>', created: 5000, createdBy: 'RUN x', size: 7, comment: '' }],
  });
});

describe('image.load', () => {
  const load = async (client: Parameters<typeof imageLoadStreams>[0], stream: ReturnType<typeof openStream<'image.load'>>, size: number) => {
    await using kept = await taskList(client);
    await imageLoadStreams(client, kept.tasks)['image.load']({ name: 'x.tar', size }, stream);
  };
  const bytes = (text: string) => new Uint8Array(Buffer.from(text));

  it('streams the archive and names what was loaded', async () => {
    let received = '';
    await using engine = await fakeEngine({
      'POST /images/load': async (request, response) => {
        received = `${request.headers['content-length']} ${(await bodyOf(request)).toString()}`;
        response.write('{"status":"Extracting","progressDetail":{"current":3,"total":6}}\n');
        response.end('{"stream":"Loaded image: busybox:1\\n"}\n{"stream":"Loaded image ID: sha256:00\\n"}\n');
      },
    });
    const stream = openStream<'image.load'>([bytes('abc'), bytes('def'), { end: true }]);
    await load(engine.client, stream, 6);
    expect(received).toBe('6 abcdef');
    expect(stream.sent).toEqual([
      { phase: 'Unpacking', current: 6, total: 6 },
      { phase: 'Extracting', current: 3, total: 6 },
      { loaded: ['busybox:1', 'sha256:00'] },
    ]);
  });

  it('takes an archive whose size is not known', async () => {
    await using engine = await fakeEngine({
      'POST /images/load': async (request, response) => void (await bodyOf(request), response.end('{"stream":"Loaded image: a:b\\n"}')),
    });
    const stream = openStream<'image.load'>([bytes('abc'), { end: true }]);
    await load(engine.client, stream, 0);
    expect(stream.sent.at(-1)).toEqual({ loaded: ['a:b'] });
  });

  it.each([
    ['an error in the answer', (_request: unknown, response: { end(text: string): void }) => response.end('{"error":"no manifest.json"}'), 'no manifest.json'],
    ['an error before the archive was read', json({ message: 'disk is full' }, 500), 'disk is full'],
  ])('tells %s', async (_case, answer, words) => {
    await using engine = await fakeEngine({ 'POST /images/load': answer });
    const stream = openStream<'image.load'>([bytes('abc'), { end: true }]);
    await expect(load(engine.client, stream, 3)).rejects.toThrow(words);
  });

  it.each([
    [2, 'the archive is longer than the 2 bytes it was said to have'],
    [4, 'the archive has 3 bytes, not the 4 it was said to have'],
  ])('refuses an archive of another size than said: %i', async (size, words) => {
    await using engine = await fakeEngine({
      'POST /images/load': async (request, response) => void (await bodyOf(request).catch(() => undefined), response.end()),
    });
    await expect(load(engine.client, openStream<'image.load'>([bytes('abc'), { end: true }]), size)).rejects.toThrow(words);
  });

  it('ends the request when the page cancels', async () => {
    const gone = Promise.withResolvers<void>();
    await using engine = await fakeEngine({ 'POST /images/load': (request) => void request.on('close', () => gone.resolve()) });
    const stream = openStream<'image.load'>([bytes('abc')], true);
    const loading = load(engine.client, stream, 6).catch(() => 'ended');
    await expect.poll(() => engine.seen).toHaveLength(1);
    stream.close();
    await gone.promise;
    expect(await loading).toBe('ended');
  });
});
