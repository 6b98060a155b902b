import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';
import { eventually, RawClient } from '../../testkit/raw-client.ts';
import type { FeedMessage } from '../types/feed.ts';

let api: ApiFixture;
/** Who listens to containers while no client does. */
let idle: number;
/** A client that an earlier test has ended is let go a moment later. */
const untilIdle = (): Promise<void> => eventually(() => api.containers.listeners === idle, 'nobody listens');
beforeAll(async () => {
  api = await startApi();
  idle = api.containers.listeners;
  await api.call('POST', '/containers/create?name=box', { body: { Image: 'busybox', Labels: { tier: 'web' } } });
});
afterAll(() => api[Symbol.asyncDispose]());

/** Messages of a chunked stream of JSON objects, each in a chunk of its own. */
class JsonLines<T> {
  readonly client: RawClient;
  constructor(path: string) {
    this.client = new RawClient(api.socket, `GET ${path} HTTP/1.1\nHost: x`);
  }
  get all(): T[] {
    return this.client.body
      .toString()
      .split('\r\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as T);
  }
  async until(condition: (all: T[]) => boolean): Promise<T[]> {
    await this.client.until(() => condition(this.all));
    return this.all;
  }
}

interface Event {
  readonly Action: string;
  readonly Type: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Record<string, string> };
  readonly time: number;
}

const filters = (value: object): string => encodeURIComponent(JSON.stringify(value));

describe('events', () => {
  it('send their head before the first event, then each at once', async () => {
    const lines = new JsonLines<Event>('/events');
    await lines.client.until((one) => one.head.startsWith('HTTP/1.1 200 OK'));
    await api.call('POST', '/containers/box/start');
    const [event] = await lines.until((all) => all.length > 0);
    expect(event).toMatchObject({
      status: 'start',
      from: 'busybox',
      Type: 'container',
      Action: 'start',
      scope: 'local',
      Actor: { Attributes: { name: 'box', image: 'busybox', tier: 'web' } },
    });
    expect(lines.client.body.toString()).toMatch(/"timeNano":\d{19}\b/);
    lines.client.socket.destroy();
  });

  it.each([
    [{ type: ['image'] }, ['tag']],
    [{ event: ['create'] }, ['create']],
    [{ container: ['box'], event: ['create', 'start'] }, ['create', 'start']],
    [{ label: ['tier=web'], event: ['create'] }, ['create']],
    [{ label: ['tier=db'] }, []],
    [{ image: ['busybox'], type: ['container'], event: ['start'] }, ['start']],
    [{ scope: ['swarm'] }, []],
  ])('of the past by %j', async (filter, actions) => {
    const answer = await api.call('GET', `/events?since=1&until=${Date.now() / 1000 + 0.01}&filters=${filters(filter)}`);
    expect(
      answer.text
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as Event).Action),
    ).toEqual(actions);
  });

  it('end at a time that has passed', async () => expect(await api.call('GET', '/events?until=1700000000')).toMatchObject({ status: 200, text: '' }));

  it.each([
    ['/events?since=soon', /^since: /],
    [`/events?filters=${filters({ color: ['red'] })}`, /^invalid filter 'color'/],
  ])('%s is refused', async (path, message) => {
    expect(await api.call('GET', path)).toMatchObject({ status: 400, json: { message: expect.stringMatching(message) as string } });
  });
});

describe('stats', () => {
  it('without a stream have two readings, unless one is enough', async () => {
    const began = performance.now();
    const both = (await api.call('GET', '/containers/box/stats?stream=false')).json as Record<string, Record<string, unknown>>;
    expect(both).toMatchObject({
      name: '/box',
      memory_stats: { usage: 3_145_728, limit: 536_870_912, stats: { inactive_file: 1_048_576 } },
      pids_stats: { current: 1 },
    });
    expect(both['precpu_stats']?.['system_cpu_usage']).toBeGreaterThan(0);
    expect(both['networks']).toMatchObject({ eth0: { rx_bytes: 10, tx_packets: 2 } });
    const started = performance.now();
    const one = (await api.call('GET', '/containers/box/stats?stream=false&one-shot=1')).json as Record<string, unknown>;
    expect(performance.now() - started, 'no second between two readings').toBeLessThan(started - began);
    expect(one).toMatchObject({ preread: '0001-01-01T00:00:00Z', precpu_stats: { cpu_usage: { total_usage: 0 } } });
  });

  it('go on once a second, each with the one before it', async () => {
    const lines = new JsonLines<{ read: string; preread: string }>('/containers/box/stats');
    const [first, second] = await lines.until((all) => all.length >= 2);
    expect([first?.preread, second?.preread]).toEqual(['0001-01-01T00:00:00Z', first?.read]);
    lines.client.socket.destroy();
  });

  it('of a container that does not run are empty, of none 404', async () => {
    await api.call('POST', '/containers/create?name=idle', { body: { Image: 'busybox' } });
    expect((await api.call('GET', '/containers/idle/stats?stream=0')).json).toMatchObject({ name: '/idle', read: '0001-01-01T00:00:00Z', memory_stats: {} });
    expect((await api.call('GET', '/containers/nobody/stats')).status).toBe(404);
  });
});

describe('feed', () => {
  it('begins with everything, then tells what has changed, numbered', async () => {
    const lines = new JsonLines<FeedMessage>('/slipway/v1/feed');
    const [first] = await lines.until((all) => all.length > 0);
    const image = api.images.inspect('busybox').id;
    expect(first).toMatchObject({ seq: 0, snapshot: { images: [{ id: image, tags: ['busybox:latest'], command: 'sleep' }] } });
    const snapshot = first && 'snapshot' in first ? first.snapshot : null;
    expect(snapshot?.containers.map((one) => [one.name, one.state])).toEqual([
      ['idle', 'created'],
      ['box', 'running'],
    ]);
    expect(snapshot?.images[0]?.usedBy).toHaveLength(2);

    const created = await api.call('POST', '/containers/create?name=fed', { body: { Image: 'busybox', Cmd: ['echo', 'x'] } });
    const { Id: id } = created.json as { Id: string };
    await api.call('POST', '/containers/fed/start');
    await lines.until((all) =>
      all.some((one) => 'changes' in one && one.changes.some((change) => change.kind === 'container' && change.value?.state === 'exited')),
    );
    await api.call('DELETE', '/containers/fed');
    api.images.add('new:1');
    const all = await lines.until((list) =>
      list.some((one) => 'changes' in one && one.changes.some((change) => change.kind === 'image' && change.value?.tags[0] === 'new:1')),
    );
    const changes = all.flatMap((one) => ('changes' in one ? one.changes : []));
    expect(changes.filter((change) => change.id === id).at(-1)?.value).toBeNull();
    expect(all.map((one) => one.seq)).toEqual(all.map((_, at) => at));
    const uses = changes.filter((change) => change.id === image).map((change) => (change.kind === 'image' ? change.value?.usedBy.length : undefined));
    expect([uses[0], uses.at(-1)]).toEqual([3, 2]);
    lines.client.socket.destroy();
  });

  it('joins changes that come together, and lets go when the client is gone', async () => {
    await untilIdle();
    const lines = new JsonLines<FeedMessage>('/slipway/v1/feed');
    await lines.until((all) => all.length > 0);
    expect(api.containers.listeners).toBe(idle + 1);
    for (let at = 0; at < 50; at++) {
      api.containers.rename('idle', `idle${at}`);
      api.containers.rename(`idle${at}`, 'idle');
    }
    await lines.until((all) => all.length > 1);
    expect(lines.all).toHaveLength(2);
    lines.client.socket.destroy();
    await untilIdle();
  });
});

describe('metrics', () => {
  it('give history, of one or of all', async () => {
    const all = (await api.call('GET', '/slipway/v1/metrics')).json as { points: Record<string, unknown[]> };
    expect(Object.values(all.points).every((points) => points.length === 2)).toBe(true);
    const one = (await api.call('GET', '/slipway/v1/metrics?id=box&since=1')).json as { points: Record<string, { time: number }[]> };
    expect(Object.values(one.points)).toEqual([[expect.objectContaining({ time: 2, cpuPercent: 50 })]]);
    expect((await api.call('GET', '/slipway/v1/metrics?id=nobody')).status).toBe(404);
    expect((await api.call('GET', '/slipway/v1/metrics?since=x')).status).toBe(400);
  });

  it('go on with each sample until the client is gone', async () => {
    await untilIdle();
    const lines = new JsonLines<{ points: Record<string, { time: number }[]> }>('/slipway/v1/metrics?id=box&stream=1');
    await lines.until((all) => all.length === 1);
    api.containers.sample(99);
    const all = await lines.until((list) => list.length === 2);
    expect(Object.values(all[1]?.points ?? {})).toEqual([[expect.objectContaining({ time: 99 })]]);
    lines.client.socket.destroy();
    await untilIdle();
  });
});
