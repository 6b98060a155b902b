import { expect, it } from 'vitest';
import { type Digest, digestOf } from '../base/digest.ts';
import { Database } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { MemoryContentStore } from '../testkit/memory-content-store.ts';
import { ImageCatalog } from './catalog.ts';
import { reclaimableBytes } from './reclaimable.ts';

it('counts layers that only those images have that go, each once, and none of an image in use', () => {
  using database = new Database(':memory:', MIGRATIONS);
  const catalog = new ImageCatalog(database, new MemoryContentStore());
  const [base, own, shared, other] = [digestOf('base'), digestOf('own'), digestOf('shared'), digestOf('other')];
  for (const [layer, size] of [
    [base, 1000],
    [own, 100],
    [shared, 10],
    [other, 1],
  ] as const)
    catalog.layers.put({ diffId: layer, size, tarSize: size });
  const image = (name: string, layers: readonly Digest[]) => {
    catalog.images.put({ id: digestOf(name), parent: '', createdMs: 1, size: 0 }, layers);
    return digestOf(name);
  };
  const a = image('a', [base, own, shared]);
  const b = image('b', [base, shared]);
  const c = image('c', [base, other]);
  catalog.tags.put('docker.io/library/a:1', a);
  const nobody = () => false;
  expect(reclaimableBytes(catalog, nobody, [a])).toBe(100);
  expect(reclaimableBytes(catalog, nobody, ['a:1', a, b])).toBe(110);
  expect(reclaimableBytes(catalog, nobody, [a, b, c])).toBe(1111);
  expect(reclaimableBytes(catalog, (id) => id === b, [a, b, c])).toBe(101);
  expect(reclaimableBytes(catalog, nobody, ['gone:1'])).toBe(0);
});
