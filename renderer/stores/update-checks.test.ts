import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ImageRow } from '../../runtime/api/types/feed.ts';
import { fakeImages } from '../testkit/fake-objects.ts';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { createEngineStore } from './engine-store.ts';
import { createImageFacts } from './image-facts.ts';
import { createSettingsStore } from './settings-store.ts';
import { followUpdates } from './update-checks.ts';

const HOUR = 3_600_000;
beforeEach(() => void vi.useFakeTimers({ now: 1000 * HOUR }));
afterEach(() => void vi.useRealTimers());

const [some] = fakeImages(1, 0, []) as [ImageRow];
const image: ImageRow = { ...some, id: 'i1', tags: ['web:1'], digests: ['web@sha256:a'] };

function fixture(kept: Record<string, string> = {}) {
  const storage = { getItem: (key: string) => kept[key] ?? null, setItem: (key: string, value: string) => void (kept[key] = value) };
  const transport = new FakeTransport({
    'registry.digests': ({ names }) => ({ results: names.map((name) => ({ name, digest: 'sha256:b', failure: null })) }),
  });
  const page = { seen: true, tell: () => undefined as void };
  const visibility = { visible: () => page.seen, subscribe: (listener: () => void) => ((page.tell = listener), () => undefined) };
  const engine = createEngineStore(transport, { visibility });
  engine.setState({ link: 'live', images: new Map([[image.id, image]]) });
  const settings = createSettingsStore(transport, storage);
  const imageFacts = createImageFacts(transport);
  const stop = followUpdates({ engine, imageFacts, settings, storage, visibility, random: () => 0.5 });
  const asked = () => transport.requests.filter(({ name }) => name === 'registry.digests');
  const see = (seen: boolean) => {
    page.seen = seen;
    page.tell();
  };
  return { kept, asked, see, stop, settings, imageFacts, engine };
}

it('asks soon after the first start, quietly, then once a day and a little', async () => {
  const { asked, imageFacts, stop } = fixture();
  await vi.advanceTimersByTimeAsync(7000);
  expect(asked()).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked().map(({ params }) => params)).toEqual([{ names: ['web:1'], quiet: true }]);
  expect(imageFacts.getState().remote.get('web:1')?.digest).toBe('sha256:b');
  await vi.advanceTimersByTimeAsync(25 * HOUR);
  expect(asked()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1 * HOUR);
  expect(asked()).toHaveLength(2);
  stop();
  expect(vi.getTimerCount()).toBe(0);
});

it('has no timer while the window is hidden, and makes up for what was due', async () => {
  const { asked, see } = fixture();
  see(false);
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(100 * HOUR);
  expect(asked()).toEqual([]);
  see(true);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked()).toHaveLength(1);
});

it('remembers over a restart what was found and when it was asked', async () => {
  const { kept } = fixture();
  await vi.advanceTimersByTimeAsync(20_000);
  const next = fixture(kept);
  expect(next.imageFacts.getState().remote.get('web:1')).toEqual({ digest: 'sha256:b', error: '' });
  await vi.advanceTimersByTimeAsync(10 * HOUR);
  expect(next.asked()).toEqual([]);
});

it('never asks when it is switched off, and asks when it is switched on', async () => {
  const { asked, settings } = fixture();
  settings.setState({ imageChecks: 'never' });
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(1000 * HOUR);
  expect(asked()).toEqual([]);
  settings.setState({ imageChecks: 'weekly' });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked()).toHaveLength(1);
});

it('waits for an engine that is not there, and for another window that has asked', async () => {
  const { asked, engine, kept } = fixture();
  engine.setState({ link: 'down' });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked()).toEqual([]);
  kept['slipway.image-checks.1'] = JSON.stringify({ checkedAt: Date.now(), remote: [] });
  engine.setState({ link: 'live' });
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(asked()).toEqual([]);
});

it.each(['{', '{"remote":7,"checkedAt":"x"}', '[]', '{"remote":[[1,2],"x"]}'])('takes a damaged memory for none: %s', async (text) => {
  const { asked, imageFacts } = fixture({ 'slipway.image-checks.1': text });
  expect(imageFacts.getState().remote.size).toBe(0);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked()).toHaveLength(1);
});
