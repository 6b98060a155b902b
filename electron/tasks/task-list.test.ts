import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineClient } from '../engine/http-client.ts';
import { PageGone } from '../ipc/failure.ts';
import { type Answer, type FakeEngine, fakeEngine, json } from '../testkit/fake-engine.ts';
import { taskList } from '../testkit/task-list.ts';
import type { TaskList } from './task-list.ts';

const pull = (reference: string) => ({ kind: 'image.pull', reference, platform: '' }) as const;
const only = (tasks: TaskList) => tasks.rows()[0];
const engineWith = (answer: Answer): Promise<FakeEngine> => fakeEngine({ 'POST /images/create': answer });
/** Says one line and then nothing more. */
const stalls: Answer = (_request, response) => void response.write('{"id":"aa","status":"Downloading","progressDetail":{"current":3,"total":10}}\n');

it('carries a task out and keeps it in the history', async () => {
  await using engine = await engineWith((_request, response) => {
    response.end('{"id":"aa","status":"Downloading","progressDetail":{"current":10,"total":10}}\n{"status":"Digest: sha256:00"}\n');
  });
  await using kept = await taskList(engine.client);
  const id = kept.tasks.start(pull('busybox'));
  await expect.poll(() => only(kept.tasks)?.state).toBe('done');
  expect(only(kept.tasks)).toMatchObject({ id, kind: 'image.pull', object: 'busybox', current: 10, total: 10, unit: 'bytes', error: '', retryable: true });
  expect((await kept.again()).rows()).toEqual(kept.tasks.rows());
  expect(engine.seen).toEqual(['POST /images/create?fromImage=busybox&plan=1']);
});

it('tells why a task has failed, and tries it again in its place', async () => {
  await using engine = await engineWith((_request, response) => void response.end('{"error":"manifest unknown"}\n'));
  await using kept = await taskList(engine.client);
  const id = kept.tasks.start(pull('nothing'));
  await expect.poll(() => only(kept.tasks)?.state).toBe('failed');
  expect(only(kept.tasks)?.error).toBe('manifest unknown');
  const next = kept.tasks.retry(id);
  expect(next).not.toBe(id);
  expect(kept.tasks.rows().map((row) => row.id)).toEqual([next]);
});

it('starts the same task once', async () => {
  await using engine = await engineWith(stalls);
  await using kept = await taskList(engine.client);
  expect(kept.tasks.start(pull('a'))).toBe(kept.tasks.start(pull('a')));
  kept.tasks.start(pull('b'));
  expect(kept.tasks.rows().map(({ object }) => object)).toEqual(['b', 'a']);
});

it('cancels: the request to the engine ends', async () => {
  const gone = Promise.withResolvers<void>();
  await using engine = await engineWith((request, response) => {
    response.on('close', () => gone.resolve());
    return stalls(request, response);
  });
  await using kept = await taskList(engine.client);
  const id = kept.tasks.start(pull('a'));
  await expect.poll(() => only(kept.tasks)?.current).toBe(3);
  kept.tasks.cancel(id);
  await gone.promise;
  await expect.poll(() => only(kept.tasks)?.state).toBe('canceled');
  kept.tasks.cancel(id);
  expect(only(kept.tasks)).toMatchObject({ state: 'canceled', error: '', rate: 0 });
  expect(() => kept.tasks.cancel('other')).toThrow('no such task');
});

it('shows what ran when the shell died as interrupted', async () => {
  await using engine = await engineWith(stalls);
  await using kept = await taskList(engine.client);
  kept.tasks.start(pull('a'));
  await expect.poll(() => only(kept.tasks)?.current).toBe(3);
  kept.tasks[Symbol.dispose]();
  const next = await kept.again();
  expect(only(next)).toMatchObject({ state: 'failed', cut: 'shell', retryable: true });
  next.retry(only(next)?.id ?? '');
  expect(only(next)?.state).toBe('running');
});

it('forgets what is over, never what runs', async () => {
  await using engine = await fakeEngine({ 'POST /images/create': stalls, 'POST /images/a/push': json({ message: 'denied' }, 403) });
  await using kept = await taskList(engine.client);
  kept.tasks.start({ kind: 'image.push', reference: 'a' });
  await expect.poll(() => only(kept.tasks)?.state).toBe('failed');
  expect(only(kept.tasks)?.error).toBe('denied');
  kept.tasks.start(pull('a'));
  kept.tasks.forget([]);
  expect(kept.tasks.rows().map(({ kind }) => kind)).toEqual(['image.pull']);
});

it('keeps the last 200, and no more than 200 parts of each', async () => {
  await using engine = await engineWith((request, response) => {
    const image = new URL(request.url ?? '', 'http://x').searchParams.get('fromImage');
    const lines = image === 'many' ? Array.from({ length: 300 }, (_, number) => `{"id":"${number}","status":"Pull complete"}`) : [];
    response.end(`${lines.join('\n')}\n`);
  });
  await using kept = await taskList(engine.client);
  for (let number = 0; number < 210; number++) {
    await expect.poll(() => kept.tasks.rows().filter(({ state }) => state === 'running').length, { interval: 2 }).toBeLessThan(20);
    kept.tasks.start(pull(`image-${number}`));
  }
  kept.tasks.start(pull('many'));
  await expect.poll(() => only(kept.tasks)?.state).toBe('done');
  expect(kept.tasks.rows()).toHaveLength(200);
  expect(only(kept.tasks)?.parts).toHaveLength(200);
  expect(kept.tasks.rows().at(-1)?.object).toBe('image-11');
});

describe('the file', () => {
  it('is for its owner alone', async () => {
    await using engine = await engineWith(stalls);
    await using kept = await taskList(engine.client);
    kept.tasks.start(pull('a'));
    await kept.again();
    expect((await stat(kept.path)).mode & 0o777).toBe(0o600);
  });

  it.each(['', 'null', '{"a":1}', '[1,{"row":{"id":"x","kind":"nothing.known"}}]'])('counts as empty when it is %j', async (text) => {
    await using engine = await engineWith(stalls);
    await using kept = await taskList(engine.client);
    await mkdir(dirname(kept.path), { recursive: true });
    await writeFile(kept.path, text);
    const next = await kept.again();
    expect(next.rows()).toEqual([]);
    next.start(pull('a'));
    await kept.again();
    expect(JSON.parse(await readFile(kept.path, 'utf8'))).toHaveLength(1);
  });
});

describe('work of a stream', () => {
  const load = { kind: 'image.load', object: 'x.tar', unit: 'bytes' } as const;

  it('is in the list, and its failure goes to whoever waits', async () => {
    await using engine = await engineWith(stalls);
    await using kept = await taskList(engine.client);
    const { signal } = new AbortController();
    await kept.tasks.track({ ...load, signal }, ({ report }) => (report({ current: 7, total: 7 }), Promise.resolve('x:latest')));
    expect(only(kept.tasks)).toMatchObject({ object: 'x.tar', state: 'done', result: 'x:latest', current: 7, retryable: false });
    await expect(kept.tasks.track({ ...load, signal }, () => Promise.reject(new Error('no manifest')))).rejects.toThrow('no manifest');
    expect(only(kept.tasks)).toMatchObject({ state: 'failed', error: 'no manifest' });
    expect(() => kept.tasks.retry(only(kept.tasks)?.id ?? '')).toThrow('not here any more');
  });

  it('is cut off by the end of the page or of the engine, which nobody asked for', async () => {
    await using kept = await taskList(new EngineClient('/nonexistent/engine.sock'));
    const page = new AbortController();
    const done = kept.tasks.track(
      { ...load, signal: page.signal },
      ({ signal }) => new Promise((_, reject) => (signal.onabort = () => reject(new Error('broken')))),
    );
    page.abort(new PageGone());
    await expect(done).rejects.toThrow('the page was closed');
    expect(only(kept.tasks)).toMatchObject({ state: 'failed', cut: 'page' });
    kept.tasks.start(pull('a'));
    await expect.poll(() => kept.tasks.rows()[0]).toMatchObject({ state: 'failed', cut: 'engine', error: 'the engine is not running' });
  });

  it.each(['page', 'list'])('is canceled by the %s', async (by) => {
    await using engine = await engineWith(stalls);
    await using kept = await taskList(engine.client);
    const page = new AbortController();
    const done = kept.tasks.track(
      { ...load, signal: page.signal },
      ({ signal }) => new Promise((_, reject) => (signal.onabort = () => reject(new Error('broken')))),
    );
    const ended = expect(done).rejects.toThrow(by === 'page' ? 'aborted' : 'canceled');
    if (by === 'page') page.abort();
    else kept.tasks.cancel(only(kept.tasks)?.id ?? '');
    await ended;
    expect(only(kept.tasks)?.state).toBe('canceled');
  });
});
