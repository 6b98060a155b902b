import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeTransport, RUNNING } from '../testkit/fake-transport.ts';
import { createServices } from './services.tsx';

const page = { hidden: false, listeners: new Set<() => void>() };

beforeEach(() => {
  vi.useFakeTimers();
  page.hidden = false;
  vi.stubGlobal('document', {
    get hidden() {
      return page.hidden;
    },
    addEventListener: (_: string, listener: () => void) => page.listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => page.listeners.delete(listener),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function hide(hidden: boolean): void {
  page.hidden = hidden;
  for (const listener of page.listeners) listener();
}

it('nothing runs and nothing is followed while the window cannot be seen', () => {
  const transport = new FakeTransport();
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as unknown as Storage;
  const services = createServices(transport, storage, 'build');
  const stops = [services.metrics.start(), services.tasks.start(), services.builds.follow(), services.imageFacts.start()];
  const followed = () => transport.streams.filter(({ closed }) => !closed).map(({ name }) => name);
  transport.stream('engine.status').push(RUNNING);
  expect(followed().length).toBeGreaterThanOrEqual(5);
  // Streams that ended wait for another try, which is a timer.
  transport.stream('feed').end(null);
  transport.stream('metrics').end(null);
  transport.stream('tasks').end(null);
  hide(true);
  expect([followed(), vi.getTimerCount()]).toEqual([[], 0]);
  vi.advanceTimersByTime(3_600_000);
  expect([followed(), vi.getTimerCount()]).toEqual([[], 0]);
  hide(false);
  expect(new Set(followed())).toEqual(new Set(['engine.status', 'feed', 'metrics', 'tasks', 'builds', 'image.remote']));
  for (const stop of stops) stop();
  services.engine.dispose();
  expect([followed(), vi.getTimerCount()]).toEqual([[], 0]);
});
