import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestError } from '../engine/transport.ts';
import { fakeContainers, fakeImages } from '../testkit/fake-objects.ts';
import { FakeTransport, RUNNING } from '../testkit/fake-transport.ts';
import { createEngineStore, type EngineStore } from './engine-store.ts';

const [a, b, c] = fakeContainers(3, 0);
const images = fakeImages(2, 0, []);
if (!a || !b || !c) throw new Error('three containers');
const snapshot = (seq: number, containers = [a, b]) => ({ seq, snapshot: { containers, images, volumes: [], networks: [] } });
const set = (seq: number, value: typeof a) => ({ seq, changes: [{ kind: 'container' as const, id: value.id, value }] });

describe('the feed', () => {
  let transport: FakeTransport;
  let store: EngineStore;
  const feeds = () => transport.streams.filter(({ name }) => name === 'feed');
  const ids = () => [...store.getState().containers.keys()];

  beforeEach(() => {
    vi.useFakeTimers();
    transport = new FakeTransport();
    store = createEngineStore(transport, { retry: { first: 100, limit: 1000 } });
    transport.stream('engine.status').push(RUNNING);
  });
  afterEach(() => {
    store.dispose();
    vi.useRealTimers();
  });

  it('is loading until the first snapshot', () => {
    expect(store.getState().link).toBe('loading');
    transport.stream('feed').push(snapshot(1));
    expect([store.getState().link, ids(), store.getState().images.size]).toEqual(['live', [a.id, b.id], 2]);
  });

  it('tells why it could not be opened, is opened at once when asked to, and forgets it with the snapshot', () => {
    transport.stream('feed').end(new RequestError('database disk image is malformed', 500));
    expect(store.getState()).toMatchObject({ link: 'loading', error: 'database disk image is malformed' });
    const before = feeds().length;
    store.again();
    expect(feeds().length).toBe(before + 1);
    transport.stream('feed').push(snapshot(1));
    expect(store.getState()).toMatchObject({ link: 'live', error: '' });
    // The connection broke: what is known stays, and is no refusal.
    transport.stream('feed').end(new RequestError('broke off', 0));
    expect(store.getState()).toMatchObject({ link: 'stale', error: '' });
  });

  it('leaves out the toolbox of a debug shell', () => {
    const feed = transport.stream('feed');
    const hidden = { ...c, labels: { 'io.slipway.debug': a.id } };
    feed.push(snapshot(1, [a, hidden]));
    feed.push(set(2, hidden));
    expect(ids()).toEqual([a.id]);
  });

  it('applies changes in order and leaves other maps alone', () => {
    const feed = transport.stream('feed');
    feed.push(snapshot(7));
    const before = store.getState();
    feed.push({ seq: 8, changes: [{ kind: 'container', id: a.id, value: null }] });
    feed.push(set(9, c));
    expect(ids()).toEqual([b.id, c.id]);
    expect(store.getState().images).toBe(before.images);
    expect(store.getState().containers.get(b.id)).toBe(before.containers.get(b.id));
  });

  it.each([
    ['a gap', 9],
    ['a repetition', 7],
  ])('opens a new feed after %s and takes nothing from the old one', (_, seq) => {
    const old = transport.stream('feed');
    old.push(snapshot(7));
    old.push(set(seq, c));
    expect([old.closed, store.getState().link, ids()]).toEqual([true, 'stale', [a.id, b.id]]);
    vi.advanceTimersByTime(0);
    transport.stream('feed').push(snapshot(20, [c]));
    expect([feeds().length, store.getState().link, ids()]).toEqual([2, 'live', [c.id]]);
  });

  it('opens a new feed when changes come before a snapshot', () => {
    transport.stream('feed').push(set(1, a));
    vi.advanceTimersByTime(0);
    expect([feeds().length, ids()]).toEqual([2, []]);
  });

  it('tries again more and more slowly while the feed fails', () => {
    for (const [delay, count] of [
      [100, 2],
      [200, 3],
      [400, 4],
      [800, 5],
      [1000, 6],
      [1000, 7],
    ] as const) {
      transport.stream('feed').end(new RequestError('refused', 0));
      vi.advanceTimersByTime(delay - 1);
      expect(feeds()).toHaveLength(count - 1);
      vi.advanceTimersByTime(1);
      expect(feeds()).toHaveLength(count);
    }
  });

  it('keeps the last known state and says that the engine is down', () => {
    transport.stream('feed').push(snapshot(1));
    transport.stream('engine.status').push({ ...RUNNING, state: 'failed', reason: 'killed' });
    transport.stream('feed').end(new RequestError('gone', 0));
    expect([store.getState().link, ids().length, store.getState().status?.reason]).toEqual(['down', 2, 'killed']);
    transport.stream('engine.status').push(RUNNING);
    expect(store.getState().link).toBe('stale');
    vi.advanceTimersByTime(100);
    transport.stream('feed').push(snapshot(1));
    expect(store.getState().link).toBe('live');
  });

  it('follows the status again after its stream was lost', () => {
    transport.stream('engine.status').end(new RequestError('lost', 0));
    vi.advanceTimersByTime(100);
    transport.stream('engine.status').push({ ...RUNNING, state: 'starting' });
    expect(store.getState().status?.state).toBe('starting');
  });

  it('opens nothing once it is disposed', () => {
    transport.stream('feed').end(null);
    store.dispose();
    vi.advanceTimersByTime(10_000);
    expect(feeds()).toHaveLength(1);
    expect(transport.streams.every(({ closed }) => closed)).toBe(true);
  });

  it('remembers what was asked until it is taken back', () => {
    store.setPending([a.id, b.id], 'stop');
    store.setPending([a.id], null);
    expect([...store.getState().pending]).toEqual([[b.id, 'stop']]);
  });
});

describe('a window that cannot be seen', () => {
  it('has no feed, no status stream and no timer, and knows everything when it is seen again', () => {
    vi.useFakeTimers();
    const transport = new FakeTransport();
    const listeners = new Set<() => void>();
    const window = { shown: true };
    const visibility = {
      visible: () => window.shown,
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    const show = (shown: boolean) => {
      window.shown = shown;
      for (const listener of listeners) listener();
    };
    const store = createEngineStore(transport, { retry: { first: 100, limit: 1000 }, visibility });
    const openStreams = () => transport.streams.filter(({ closed }) => !closed).map(({ name }) => name);
    transport.stream('engine.status').push(RUNNING);
    transport.stream('feed').push(snapshot(1));
    transport.stream('feed').end(null);
    show(false);
    expect([openStreams(), vi.getTimerCount(), store.getState().containers.size]).toEqual([[], 0, 2]);
    show(true);
    expect(openStreams().sort()).toEqual(['engine.status', 'feed']);
    transport.stream('feed').push(snapshot(9, [c]));
    expect([store.getState().link, [...store.getState().containers.keys()]]).toEqual(['live', [c.id]]);
    store.dispose();
    expect([openStreams(), vi.getTimerCount(), listeners.size]).toEqual([[], 0, 0]);
    vi.useRealTimers();
  });
});

describe('what an earlier window knew', () => {
  it('is shown as stale at once, and gives way to the feed', () => {
    const transport = new FakeTransport();
    const rows = new Map([[a.id, a]]);
    const store = createEngineStore(transport, { last: { containers: rows, images: new Map(), volumes: new Map(), networks: new Map() } });
    expect([store.getState().link, [...store.getState().containers.keys()]]).toEqual(['stale', [a.id]]);
    transport.stream('feed').push(snapshot(1, [b]));
    expect([store.getState().link, [...store.getState().containers.keys()]]).toEqual(['live', [b.id]]);
    store.dispose();
  });
  it('stays when the engine is down', () => {
    const transport = new FakeTransport();
    const store = createEngineStore(transport, { last: { containers: new Map([[a.id, a]]), images: new Map(), volumes: new Map(), networks: new Map() } });
    transport.stream('engine.status').push({ ...RUNNING, state: 'failed', reason: 'no' });
    expect([store.getState().link, store.getState().containers.size]).toEqual(['down', 1]);
    store.dispose();
  });
});
