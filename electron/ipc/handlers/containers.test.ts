import { afterAll, describe, expect, it } from 'vitest';
import { bodyOf, fakeEngine, json } from '../../testkit/fake-engine.ts';
import { keptRecords } from '../../testkit/records.ts';
import type { RunRequest } from '../contract/containers.ts';
import { containerRequests } from './containers.ts';
import { runRequests } from './run.ts';

const kept = keptRecords();
afterAll(() => kept[Symbol.dispose]());

const done = json(null, 204);
const PLAIN: RunRequest = { name: '', body: { Image: 'busybox' }, start: true, replace: '' };

describe('bulk verbs', () => {
  it('do each and tell each failure in the words of the engine', async () => {
    await using engine = await fakeEngine({
      'POST /containers/a/stop': done,
      'POST /containers/b/stop': json({ message: 'No such container: b' }, 404),
      'POST /containers/c/stop': json(null, 304),
    });
    expect(await containerRequests(engine.client)['container.stop']({ ids: ['a', 'b', 'c'] })).toEqual({
      results: [
        { id: 'a', failure: null },
        { id: 'b', failure: { message: 'No such container: b', status: 404 } },
        { id: 'c', failure: null },
      ],
    });
  });

  it('name signal and force', async () => {
    await using engine = await fakeEngine({ 'POST /containers/a/kill': done, 'DELETE /containers/a': done });
    const requests = containerRequests(engine.client);
    await requests['container.kill']({ ids: ['a'], signal: 'SIGUSR1' });
    await requests['container.remove']({ ids: ['a'], force: true, volumes: false });
    expect(engine.seen).toEqual(['POST /containers/a/kill?signal=SIGUSR1', 'DELETE /containers/a?force=true&v=false']);
  });

  it('change what can be changed while it runs, swap with memory', async () => {
    let body = '';
    await using engine = await fakeEngine({
      'POST /containers/a/update': async (request, response) => {
        body = (await bodyOf(request)).toString();
        response.end('{"Warnings":["w"]}');
      },
    });
    const asked = { id: 'a', memory: 1000, pids: -1, restart: { name: 'on-failure' as const, retries: 3 } };
    expect(await containerRequests(engine.client)['container.update'](asked)).toEqual({ warnings: ['w'] });
    expect(JSON.parse(body)).toEqual({ Memory: 1000, MemorySwap: 2000, PidsLimit: -1, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } });
  });

  it('signal one process', async () => {
    await using engine = await fakeEngine({ 'POST /slipway/v1/containers/a/processes/7/kill': done });
    await containerRequests(engine.client)['container.signal']({ id: 'a', pid: 7, signal: 'SIGHUP' });
    expect(engine.seen).toEqual(['POST /slipway/v1/containers/a/processes/7/kill?signal=SIGHUP']);
  });

  it.each(['..', 'a/../../images/x', '.'])('never let an id such as %j lead to another path', async (id) => {
    await using engine = await fakeEngine({});
    const { results } = await containerRequests(engine.client)['container.start']({ ids: [id] });
    expect([results[0]?.failure?.status, engine.seen]).toEqual([400, []]);
  });

  it('escape what a path would take for its own', async () => {
    await using engine = await fakeEngine({});
    await containerRequests(engine.client)['container.start']({ ids: ['a?b#c d'] });
    expect(engine.seen).toEqual(['POST /containers/a%3Fb%23c%20d/start']);
  });

  it('say that the engine is not running', async () => {
    const engine = await fakeEngine({});
    await engine[Symbol.asyncDispose]();
    const { results } = await containerRequests(engine.client)['container.start']({ ids: ['a'] });
    expect(results[0]?.failure).toEqual({ message: 'the engine is not running', status: 0 });
  });
});

describe('run', () => {
  it('creates and starts', async () => {
    await using engine = await fakeEngine({ 'POST /containers/create': json({ Id: 'new', Warnings: ['w'] }, 201), 'POST /containers/new/start': done });
    expect(await runRequests(engine.client, kept.records)['container.run']({ ...PLAIN, name: 'web' })).toEqual({ id: 'new', warnings: ['w'] });
    expect(engine.seen).toEqual(['POST /containers/create?name=web', 'POST /containers/new/start']);
  });

  it('removes what it could not start, and says why', async () => {
    await using engine = await fakeEngine({
      'POST /containers/create': json({ Id: 'new', Warnings: null }, 201),
      'POST /containers/new/start': json({ message: 'exec: "nope": executable file not found in $PATH' }, 400),
      'DELETE /containers/new': done,
    });
    await expect(runRequests(engine.client, kept.records)['container.run'](PLAIN)).rejects.toThrow('executable file not found');
    expect(engine.seen.at(-1)).toBe('DELETE /containers/new?force=true&v=true');
  });

  it('only creates where that was asked for', async () => {
    await using engine = await fakeEngine({ 'POST /containers/create': json({ Id: 'new', Warnings: null }, 201) });
    await runRequests(engine.client, kept.records)['container.run']({ ...PLAIN, start: false });
    expect(engine.seen).toEqual(['POST /containers/create']);
  });
});

describe('run in the place of another', () => {
  const old = { Id: 'old', Name: '/web', Config: { Image: 'busybox' }, State: { Status: 'running' } };
  const routes = {
    'GET /containers/old/json': json(old),
    'POST /containers/old/rename': done,
    'POST /containers/old/stop': done,
    'POST /containers/old/start': done,
    'DELETE /containers/old': done,
    'POST /containers/create': json({ Id: 'new', Warnings: null }, 201),
    'POST /containers/new/start': done,
    'DELETE /containers/new': done,
  };
  const asked = { ...PLAIN, name: 'web', replace: 'old' };
  const steps = (seen: readonly string[]) => seen.map((line) => line.replace(/web-before-\w+/, 'ASIDE'));

  it('sets the old one aside, and removes it once the new one runs', async () => {
    await using engine = await fakeEngine(routes);
    await runRequests(engine.client, kept.records)['container.run'](asked);
    expect(steps(engine.seen)).toEqual([
      'GET /containers/old/json',
      'POST /containers/old/rename?name=ASIDE',
      'POST /containers/create?name=web',
      'POST /containers/old/stop',
      'POST /containers/new/start',
      'DELETE /containers/old?force=true',
    ]);
  });
  it.each([
    ['created', 'POST /containers/create', ['POST /containers/old/rename?name=web']],
    [
      'started',
      'POST /containers/new/start',
      ['DELETE /containers/new?force=true&v=true', 'POST /containers/old/rename?name=web', 'POST /containers/old/start'],
    ],
  ])('leaves everything as it was when the new one is not %s', async (_, broken, undone) => {
    await using engine = await fakeEngine({ ...routes, [broken]: json({ message: 'port is already allocated' }, 500) });
    await expect(runRequests(engine.client, kept.records)['container.run'](asked)).rejects.toThrow('port is already allocated');
    expect(steps(engine.seen).slice(-undone.length)).toEqual(undone);
    expect(engine.seen).not.toContain('DELETE /containers/old?force=true');
  });
});
