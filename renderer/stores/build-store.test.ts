import { expect, it, vi } from 'vitest';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { fakeBuild } from '../testkit/gallery-builds.ts';
import { createBuildStore } from './build-store.ts';

const seen = { visible: () => true, subscribe: () => () => undefined };

it('is open while somebody follows, and keeps rows by id', () => {
  const transport = new FakeTransport();
  const store = createBuildStore(transport, seen);
  expect(transport.streams).toHaveLength(0);
  const first = store.follow();
  const second = store.follow();
  const stream = transport.stream('builds');
  stream.push({ seq: 0, snapshot: [fakeBuild({ id: 'a', status: 'running' })] });
  stream.push({ seq: 1, changes: [fakeBuild({ id: 'a', status: 'completed' }), fakeBuild({ id: 'b' })] });
  expect([...(store.getState().builds ?? [])].map(([id, { status }]) => `${id} ${status}`)).toEqual(['a completed', 'b completed']);
  store.drop(['b']);
  expect(store.getState().builds?.size).toBe(1);
  first();
  expect(stream.closed).toBe(false);
  second();
  expect(stream.closed).toBe(true);
});

it('opens the feed anew after a gap', () => {
  vi.useFakeTimers();
  const transport = new FakeTransport();
  const store = createBuildStore(transport, seen);
  const stop = store.follow();
  const stream = transport.stream('builds');
  stream.push({ seq: 0, snapshot: [] });
  stream.push({ seq: 2, changes: [fakeBuild({ id: 'a' })] });
  expect(stream.closed).toBe(true);
  vi.runAllTimers();
  transport.stream('builds').push({ seq: 0, snapshot: [fakeBuild({ id: 'a' })] });
  expect(store.getState().builds?.size).toBe(1);
  stop();
  vi.useRealTimers();
});
