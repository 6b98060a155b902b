import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { append, createMetricsStore } from './metrics-store.ts';
import type { Visibility } from './visibility.ts';

const point = (time: number) => ({ time, cpuPercent: 1, memory: 1, memoryLimit: 0, networkRx: 0, networkTx: 0, blockRead: 0, blockWrite: 0, pids: 1 });

function switchable(): Visibility & { set(visible: boolean): void } {
  let shown = true;
  const listeners = new Set<() => void>();
  return {
    visible: () => shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(visible) {
      shown = visible;
      for (const listener of listeners) listener();
    },
  };
}

describe('append', () => {
  it('takes only what is newer', () => expect(append([point(1), point(2)], [point(1), point(2), point(3)], 100).map(({ time }) => time)).toEqual([1, 2, 3]));
  it('keeps the same list when nothing is', () => {
    const held = [point(1)];
    expect(append(held, [point(1)], 100)).toBe(held);
  });
  it('drops what is too old', () => expect(append([point(1), point(50)], [point(120)], 100).map(({ time }) => time)).toEqual([50, 120]));
});

describe('the metrics of a window', () => {
  const visibility = switchable();
  let transport: FakeTransport;
  beforeEach(() => {
    vi.useFakeTimers();
    transport = new FakeTransport();
    visibility.set(true);
  });
  afterEach(() => void vi.useRealTimers());
  const open = () => transport.streams.filter(({ closed }) => !closed).length;

  it('has history and then grows', () => {
    const store = createMetricsStore(transport, { visibility, keepMs: 60_000 });
    const stop = store.start();
    transport.stream('metrics').push({ points: { a: [point(1000), point(2000)] } });
    const before = store.getState().points.get('a');
    transport.stream('metrics').push({ points: { b: [point(3000)] } });
    expect(store.getState().points.get('a')).toBe(before);
    expect(store.getState().points.get('b')).toHaveLength(1);
    transport.stream('metrics').push({ points: { b: [point(90_000)] } });
    expect(store.getState().points.has('a')).toBe(false);
    stop();
  });

  it('costs nothing while the window is hidden', () => {
    const store = createMetricsStore(transport, { visibility });
    const stop = store.start();
    expect(open()).toBe(1);
    visibility.set(false);
    vi.advanceTimersByTime(60_000);
    expect([open(), vi.getTimerCount()]).toEqual([0, 0]);
    visibility.set(true);
    expect(open()).toBe(1);
    stop();
    visibility.set(false);
    visibility.set(true);
    expect(open()).toBe(0);
  });

  it('opens again after the engine has closed it, and after it was stopped and started', () => {
    const store = createMetricsStore(transport, { visibility, retryMs: 500 });
    const stop = store.start();
    transport.stream('metrics').end(null);
    vi.advanceTimersByTime(500);
    expect(open()).toBe(1);
    stop();
    expect([open(), vi.getTimerCount()]).toEqual([0, 0]);
    store.start()();
    expect(transport.streams).toHaveLength(3);
  });

  it('asks for one container when it is about one', () => {
    createMetricsStore(transport, { visibility, id: 'abc' }).start();
    expect(transport.stream('metrics').params).toMatchObject({ id: 'abc' });
  });
});
