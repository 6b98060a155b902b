import { describe, expect, it } from 'vitest';
import type { DiskUsage } from '../../../electron/ipc/contract/disk.ts';
import { bytesBesideImages, candidatesOf, cleanupOf } from './cleanup.ts';
import { categoriesOf, shares, totalsOf } from './view-model.ts';

const USAGE: DiskUsage = {
  measuredAt: 0,
  root: '/var/lib/slipway',
  total: 100_000,
  free: 60_000,
  areas: [
    { name: 'layers', bytes: 9000 },
    { name: 'state.db', bytes: 200 },
    { name: 'snapshots', bytes: 400 },
    { name: 'volumes', bytes: 1100 },
    { name: 'recipes', bytes: 0 },
  ],
  layers: 8000,
  images: [
    { id: 'sha256:a', tags: ['web:1'], size: 5000, shared: 2000, containers: 1 },
    { id: 'sha256:b', tags: ['api:1', 'api:2'], size: 4000, shared: 2000, containers: 0 },
    { id: 'sha256:c', tags: [], size: 1000, shared: 0, containers: 0 },
  ],
  containers: [
    { id: 'up', name: 'up', running: true, written: 100, log: 30 },
    { id: 'down', name: 'down', running: false, written: 200, log: 40 },
  ],
  volumes: [
    { name: 'data', anonymous: false, size: 700, users: 1 },
    { name: 'old', anonymous: false, size: 250, users: 0 },
    { name: 'f'.repeat(64), anonymous: true, size: 50, users: 0 },
    { name: 'nfs', anonymous: false, size: null, users: 1 },
  ],
  cache: [
    { id: '1', type: 'regular', description: 'RUN make', size: 600, inUse: false, shared: false },
    { id: '2', type: 'regular', description: '', size: 90, inUse: true, shared: false },
    { id: '3', type: 'regular', description: 'COPY . .', size: 3000, inUse: false, shared: true },
  ],
};
const NETWORKS = [{ id: 'n1', name: 'spare' }];

describe('categories', () => {
  const categories = categoriesOf(USAGE);
  const of = (id: string) => categories.find((one) => one.id === id) ?? expect.fail();

  it('count every byte once, the largest first', () => {
    expect(categories.map(({ id, bytes }) => [id, bytes])).toEqual([
      ['images', 8000],
      ['volumes', 1000],
      ['cache', 690],
      ['containers', 300],
      ['logs', 70],
      ['other', 10_700 - 8000 - 300 - 70 - 1000 - 690],
    ]);
    expect(totalsOf(USAGE, categories)).toEqual({ own: 10_700, others: 29_300, free: 60_000, total: 100_000 });
  });

  it('are made of their objects, largest first', () => {
    for (const { bytes, objects } of categories) expect(objects.reduce((sum, object) => sum + object.bytes, 0)).toBe(bytes);
    expect(of('images').objects.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['Layers of several images', 2000],
      ['web:1', 3000],
      ['api:1', 2000],
      ['c', 1000],
    ]);
    expect(of('cache').objects.map(({ name }) => name)).toEqual(['RUN make', 'regular']);
    expect(of('other').objects.map(({ key }) => key)).toEqual(['blocks', 'state.db']);
  });

  it('tell what nobody uses', () => expect(categories.map(({ unused }) => unused)).toEqual([3000, 300, 600, 200, 40, null]));

  it('never show less than nothing', () => {
    expect(categoriesOf({ ...USAGE, areas: [] }).at(-1)).toMatchObject({ bytes: 0, objects: [] });
  });
});

describe('a cleanup', () => {
  const candidates = candidatesOf(USAGE, NETWORKS);

  it('can take what nobody uses, and nothing else', () => {
    expect(Object.fromEntries(Object.entries(candidates).map(([choice, list]) => [choice, list.map(({ id, bytes }) => [id, bytes])]))).toEqual({
      untagged: [['sha256:c', 1000]],
      images: [['sha256:b', 2000]],
      containers: [['down', 240]],
      anonymous: [['f'.repeat(64), 50]],
      volumes: [['old', 250]],
      networks: [['n1', 0]],
      cache: [['1', 600]],
    });
  });

  it('is of exactly what was chosen', () => {
    expect(cleanupOf(candidates, new Set(['untagged', 'images', 'anonymous', 'cache']))).toEqual({
      kind: 'disk.cleanup',
      containers: [],
      images: ['sha256:c', 'sha256:b'],
      volumes: ['f'.repeat(64)],
      networks: [],
      cache: true,
    });
    expect(bytesBesideImages(candidates, new Set(['untagged', 'containers', 'volumes', 'cache']))).toBe(240 + 250 + 600);
  });

  it('is none where nothing is chosen or there', () => {
    expect(cleanupOf(candidates, new Set())).toBeNull();
    expect(cleanupOf(candidatesOf({ ...USAGE, cache: [] }, []), new Set(['cache', 'networks']))).toBeNull();
  });
});

it('gives small parts of a bar a width that is seen, and the bar no more than all', () => {
  expect(shares([50, 50])).toEqual([50, 50]);
  const [large = 0, small = 0, none = 1] = shares([1_000_000, 1, 0]);
  expect(small).toBeGreaterThan(0.3);
  expect(large + small).toBeLessThanOrEqual(100.000_001);
  expect(none).toBe(0);
  expect(shares([0, 0])).toEqual([0, 0]);
});
