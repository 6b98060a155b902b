import { expect, it } from 'vitest';
import { fakeContainers, fakeImages } from '../testkit/fake-objects.ts';
import type { EngineState } from './engine-store.ts';
import { keepObjects, keptObjects } from './last-objects.ts';

function memory(limit = Number.POSITIVE_INFINITY) {
  const held = new Map<string, string>();
  return {
    held,
    getItem: (key: string) => held.get(key) ?? null,
    removeItem: (key: string) => void held.delete(key),
    setItem: (key: string, value: string) => {
      if (value.length > limit) throw new Error('QuotaExceededError');
      held.set(key, value);
    },
  };
}
const byId = <T extends { readonly id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]));
const state = (count: number): EngineState => ({
  link: 'live',
  status: null,
  error: '',
  pending: new Map(),
  containers: byId(fakeContainers(count, 1_700_000_000_000)),
  images: byId(fakeImages(3, 1_700_000_000_000, [])),
  volumes: new Map(),
  networks: new Map(),
});

it('gives back what was kept', () => {
  const storage = memory();
  keepObjects(storage, 'build-1', state(20));
  const kept = keptObjects(storage, 'build-1');
  expect([kept?.containers.size, kept?.images.size, kept?.volumes.size]).toEqual([20, 3, 0]);
  const [[id, row] = []] = state(20).containers;
  expect(kept?.containers.get(id ?? '')).toEqual(row);
});

it('keeps the newest 500 of each list', () => {
  const storage = memory();
  const all = state(1200);
  keepObjects(storage, 'build-1', all);
  const newest = [...all.containers.values()].sort((a, b) => b.createdAt - a.createdAt)[0];
  const kept = keptObjects(storage, 'build-1');
  expect(kept?.containers.size).toBe(500);
  expect(kept?.containers.has(newest?.id ?? '')).toBe(true);
});

it('gives nothing to another build, and nothing of a damaged record', () => {
  const storage = memory();
  keepObjects(storage, 'build-1', state(2));
  expect(keptObjects(storage, 'build-2')).toBeNull();
  for (const text of ['', '{', '7', '{"shape":"build-1"}', '{"shape":"build-1","containers":[7],"images":[],"volumes":[],"networks":[]}']) {
    storage.setItem('slipway.objects.1', text);
    expect(keptObjects(storage, 'build-1'), text).toBeNull();
  }
});

it('leaves nothing where there is no room', () => {
  const storage = memory(1000);
  storage.setItem('slipway.objects.1', 'old');
  keepObjects(storage, 'build-1', state(50));
  expect(storage.held.size).toBe(0);
});
