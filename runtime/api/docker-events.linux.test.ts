import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RawClient } from '../testkit/raw-client.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
const PATIENCE = { timeout: 20_000, interval: 20 };

interface DockerEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly status?: string;
  readonly id?: string;
  readonly from?: string;
  readonly scope: string;
  readonly time: number;
  readonly timeNano: number;
}

let engine: RealEngine;
let id: string;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  const run = await engine.docker(['run', '-dit', '--name', 'web', '--label', 'team=a', '--network', 'none', IMAGE, 'sh']);
  id = run.out.trim();
  await engine.docker(['exec', 'web', 'sh', '-c', 'exit 3']);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const parse = (text: string): DockerEvent[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DockerEvent);
/** All so far that pass the filters. */
async function replay(filters: object, since = '1', until = `${(Date.now() + 1) / 1000}`): Promise<DockerEvent[]> {
  const { text } = await engine.call('GET', `/events?since=${since}&until=${until}&filters=${encodeURIComponent(JSON.stringify(filters))}`);
  return parse(text);
}
const actions = async (filters: object): Promise<string[]> => (await replay(filters)).map(({ Action }) => Action);
/** Actions of containers that are told of while `act` runs. */
async function during(act: () => Promise<unknown>): Promise<DockerEvent[]> {
  const { timeNano = 0 } = (await replay({})).at(-1) ?? {};
  await act();
  return (await replay({ type: ['container'] })).filter((event) => event.timeNano > timeNano);
}
const told = (events: readonly DockerEvent[]): string[] => events.map(({ Action }) => Action);
const docker = async (...args: string[]): Promise<void> => {
  const { code, err } = await engine.docker(args);
  expect([code, err]).toEqual([0, '']);
};

describe.skipIf(!canRunDocker)('GET /events', () => {
  it('an event has the names of Docker, with those of older clients beside them', async () => {
    const [created] = await replay({ event: ['create'] });
    expect(created).toMatchObject({
      Type: 'container',
      Action: 'create',
      Actor: { ID: id, Attributes: { image: IMAGE, name: 'web', team: 'a' } },
      status: 'create',
      id,
      from: IMAGE,
      scope: 'local',
    });
    expect(Math.floor((created?.timeNano ?? 0) / 1e9)).toBe(created?.time);
  });

  it('create, start, exec_create, exec_start, exec_die in their order, with execID and exitCode', async () => {
    const events = await replay({ container: ['web'] });
    expect(told(events).slice(0, 5)).toEqual(['create', 'start', 'exec_create: sh -c exit 3', 'exec_start: sh -c exit 3', 'exec_die']);
    const [create, start, die] = events.slice(2).map(({ Actor }) => Actor.Attributes);
    expect(die).toMatchObject({ exitCode: '3', execID: create?.['execID'], name: 'web' });
    expect(start?.['execID']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('attach, die, destroy of a run with --rm', async () => {
    const events = await during(() => docker('run', '--rm', '--name', 'short', '--network', 'none', IMAGE, 'sh', '-c', 'exit 0'));
    await vi.waitFor(async () => expect(await actions({ container: ['short'], event: ['destroy'] })).toEqual(['destroy']), PATIENCE);
    expect(told(events).slice(0, 4)).toEqual(['create', 'attach', 'start', 'die']);
    expect(events[3]?.Actor.Attributes).toMatchObject({ exitCode: '0', execDuration: '0', name: 'short', image: IMAGE });
  });

  it('pause, unpause, rename, resize, update, top, export, commit, copies', async () => {
    const events = await during(async () => {
      await docker('pause', 'web');
      await docker('unpause', 'web');
      await docker('rename', 'web', 'shop');
      await docker('rename', 'shop', 'web');
      await engine.call('POST', '/containers/web/resize?h=30&w=90');
      await docker('update', '--pids-limit', '100', 'web');
      await docker('top', 'web');
      await docker('export', '-o', join(engine.directory, 'export.tar'), 'web');
      await docker('commit', 'web', 'demo/made:1');
      await docker('cp', '-q', 'web:/etc/passwd', join(engine.directory, 'passwd'));
      await docker('cp', '-q', join(engine.directory, 'passwd'), 'web:/tmp/passwd');
    });
    const seen = told(events);
    expect(seen.slice(0, 8)).toEqual(['pause', 'unpause', 'rename', 'rename', 'resize', 'update', 'top', 'export']);
    for (const action of ['commit', 'archive-path', 'extract-to-dir']) expect(seen).toContain(action);
    expect(events[2]?.Actor.Attributes).toMatchObject({ oldName: '/web', name: 'shop' });
    expect(events[4]?.Actor.Attributes).toMatchObject({ height: '30', width: '90' });
  });

  it('kill with its signal, die and stop of a stop, restart of a restart', async () => {
    const events = await during(() => docker('stop', '-t', '0', 'web'));
    expect(told(events)).toEqual(['kill', 'kill', 'die', 'stop']);
    expect(events.map(({ Actor }) => Actor.Attributes['signal'])).toEqual(['15', '9', undefined, undefined]);
    expect(told(await during(() => docker('start', 'web')))).toEqual(['start']);
    expect(told(await during(() => docker('restart', '-t', '0', 'web')))).toEqual(['kill', 'kill', 'die', 'stop', 'start', 'restart']);
    expect(told(await during(() => docker('kill', '-s', 'WINCH', 'web')))).toEqual(['kill']);
  });

  it('detach of an attached client and exec_detach of an exec', async () => {
    // The docker CLI keeps these keys to itself; other clients send them.
    const leave = async (path: string, body = ''): Promise<void> => {
      const head = `POST ${path} HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: ${body.length}\nConnection: Upgrade\nUpgrade: tcp`;
      const client = new RawClient(engine.socket, head, body);
      await client.until((one) => one.head.includes('101'));
      client.socket.write('\u0010\u0011');
      await client.untilClosed();
      client.socket.destroy();
    };
    expect(told(await during(() => leave('/containers/web/attach?stream=1&stdin=1&stdout=1')))).toEqual(['attach', 'detach']);
    const exec = await engine.call('POST', '/containers/web/exec', { AttachStdin: true, AttachStdout: true, Tty: true, Cmd: ['sleep', '1000'] });
    const { Id } = exec.json as { Id: string };
    const events = await during(() => leave(`/exec/${Id}/start`, JSON.stringify({ Tty: true })));
    expect(told(events)).toEqual(['exec_start: sleep 1000', 'exec_detach']);
    expect(events[1]?.Actor.Attributes['execID']).toBe(Id);
  });

  it('oom of a container that wants more than its limit', async () => {
    await engine.docker(['run', '--name', 'greedy', '--network', 'none', '-m', '16m', IMAGE, 'sh', '-c', 'x=x; while true; do x=$x$x; done']);
    await vi.waitFor(async () => expect(await actions({ container: ['greedy'], event: ['oom'] })).toEqual(['oom']), PATIENCE);
    await docker('rm', 'greedy');
  });

  it('prune with what it has reclaimed', async () => {
    await docker('create', '--name', 'idle', IMAGE);
    await docker('container', 'prune', '-f');
    const prune = (await replay({ event: ['prune'], type: ['container'] })).at(-1);
    expect(prune?.Actor).toEqual({ ID: '', Attributes: { reclaimed: expect.stringMatching(/^\d+$/) as string } });
  });

  it('filter event takes the part before the colon, and all of it', async () => {
    const create = 'exec_create: sh -c exit 3';
    expect(await actions({ event: ['exec_create'] })).toContain(create);
    expect(await actions({ event: [create] })).toEqual([create]);
    expect(await actions({ event: ['exec_c'] })).toEqual([]);
    expect(await actions({ container: ['web'], event: ['create', 'exec_die'] })).toEqual(['create', 'exec_die']);
  });

  it('filter container takes the name of that time, the id and its beginning', async () => {
    for (const value of ['web', id, id.slice(0, 12)]) expect((await actions({ container: [value] }))[0]).toBe('create');
    expect(await actions({ container: ['shop'] })).toEqual(['rename']);
    expect(await actions({ container: ['nobody'] })).toEqual([]);
  });

  it('filter label, image, type, scope, volume, network and daemon', async () => {
    expect((await actions({ label: ['team=a'] }))[0]).toBe('create');
    expect((await actions({ label: ['team'] }))[0]).toBe('create');
    expect(await actions({ label: ['team=b'] })).toEqual([]);
    expect(await actions({ label: ['team', 'absent'] })).toEqual([]);
    for (const image of [IMAGE, 'demo/busybox']) expect((await actions({ image: [image], event: ['create'] })).length).toBeGreaterThan(0);
    expect(await actions({ type: ['image'] })).toContain('load');
    expect(await actions({ type: ['daemon'] })).toEqual([]);
    expect((await actions({ scope: ['local'] })).length).toBeGreaterThan(10);
    expect(await actions({ scope: ['swarm'] })).toEqual([]);
    await docker('volume', 'create', 'things');
    await docker('volume', 'create', 'others');
    expect(await actions({ volume: ['things'] })).toEqual(['create']);
    await docker('volume', 'rm', 'things', 'others');
    expect(await actions({ network: ['nowhere'] })).toEqual([]);
    expect(await actions({ daemon: ['nothing'] })).toEqual([]);
  });

  it.each([
    ['filters={"odd":["x"]}', "invalid filter 'odd'"],
    ['since=soon', 'since: failed to parse value as time or duration: "soon"'],
    ['until=later', 'until: failed to parse value as time or duration: "later"'],
  ])('%s is refused', async (query, message) => {
    const answer = await engine.call('GET', `/events?${query}`);
    expect([answer.status, answer.json]).toEqual([400, { message }]);
  });

  it('since and until take seconds with nanoseconds, RFC 3339 and durations', async () => {
    expect((await replay({}, '2020-01-01T00:00:00Z')).length).toBeGreaterThan(10);
    expect((await replay({}, '1h', '0s')).length).toBeGreaterThan(10);
  });

  it('until in the past ends the stream at once, since alone goes on with what happens', async () => {
    expect(await replay({}, '1', '2')).toEqual([]);
    const client = new RawClient(engine.socket, `GET /events?since=1&filters=${encodeURIComponent('{"container":["web"]}')} HTTP/1.1\nHost: x`);
    await client.until((one) => one.body.includes('"Action":"create"'));
    await docker('kill', '-s', 'WINCH', 'web');
    await client.until((one) => one.body.includes('"signal":"28"'));
    client.socket.destroy();
  });

  it('the head is sent before there is any event', async () => {
    const client = new RawClient(engine.socket, 'GET /events HTTP/1.1\nHost: x');
    await client.until((one) => one.received.includes('200 OK'));
    expect(client.body.length).toBe(0);
    client.socket.destroy();
  });
});
