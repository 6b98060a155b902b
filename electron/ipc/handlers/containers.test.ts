import { describe, expect, it } from 'vitest';
import { fakeEngine, json } from '../../testkit/fake-engine.ts';
import type { RunRequest } from '../contract/containers.ts';
import { containerRequests } from './containers.ts';
import { createBody, runRequests } from './run.ts';

const done = json(null, 204);
const PLAIN: RunRequest = {
  image: 'busybox',
  name: '',
  command: [],
  entrypoint: [],
  env: [],
  mounts: [],
  tty: false,
  openStdin: false,
  autoRemove: false,
  user: '',
  workingDir: '',
  network: '',
  memory: 0,
  cpus: 0,
  pids: 0,
};

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
    expect(await runRequests(engine.client)['container.run']({ ...PLAIN, name: 'web' })).toEqual({ id: 'new', warnings: ['w'] });
    expect(engine.seen).toEqual(['POST /containers/create?name=web', 'POST /containers/new/start']);
  });

  it('removes what it could not start, and says why', async () => {
    await using engine = await fakeEngine({
      'POST /containers/create': json({ Id: 'new', Warnings: null }, 201),
      'POST /containers/new/start': json({ message: 'exec: "nope": executable file not found in $PATH' }, 400),
      'DELETE /containers/new': done,
    });
    await expect(runRequests(engine.client)['container.run'](PLAIN)).rejects.toThrow('executable file not found');
    expect(engine.seen.at(-1)).toBe('DELETE /containers/new?force=true&v=true');
  });

  it('leaves to the image what the form leaves empty', () => {
    expect(createBody(PLAIN)).toEqual({ Image: 'busybox', Env: [], Tty: false, OpenStdin: false, HostConfig: { AutoRemove: false, Mounts: [] } });
  });

  it('gives what the form gives', () => {
    const mounts = [
      { source: '/srv', target: '/data', readonly: true },
      { source: 'cache', target: '/cache', readonly: false },
    ];
    expect(
      createBody({ ...PLAIN, command: ['sh'], entrypoint: ['/x'], user: '1', workingDir: '/w', network: 'none', memory: 5, cpus: 0.5, pids: 9, mounts }),
    ).toMatchObject({
      Cmd: ['sh'],
      Entrypoint: ['/x'],
      User: '1',
      WorkingDir: '/w',
      HostConfig: {
        NetworkMode: 'none',
        Memory: 5,
        NanoCpus: 500_000_000,
        PidsLimit: 9,
        Mounts: [
          { Type: 'bind', Source: '/srv', Target: '/data', ReadOnly: true },
          { Type: 'volume', Source: 'cache', Target: '/cache', ReadOnly: false },
        ],
      },
    });
  });
});
