import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, hexOf } from '../base/digest.ts';
import { silentLogger } from '../base/log.ts';
import { MemoryContentStore } from '../testkit/memory-content-store.ts';
import { GarbageCollector } from './collect-garbage.ts';
import { Database } from './database.ts';
import { Leases } from './leases.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { ImageRecords } from './records/images.ts';
import { LayerRecords } from './records/layers.ts';

const [base, top] = [digestOf('base'), digestOf('top')];

function fixture() {
  const database = new Database(':memory:', MIGRATIONS);
  const layers = new LayerRecords(database);
  const images = new ImageRecords(database);
  const content = new MemoryContentStore();
  const leases = new Leases(database);
  const removed: string[] = [];
  const recipes: Digest[] = [];
  const inUse = new Set<string>();
  const looked: string[] = [];
  const garbage = new GarbageCollector({
    images,
    layers,
    leases,
    content,
    partials: { collect: () => void looked.push('partials') },
    snapshots: { removeLayer: (key) => Promise.resolve(void removed.push(key)), layersInUse: () => inUse },
    removeRecipe: (diffId) => recipes.push(diffId),
    logger: silentLogger,
  });
  for (const diffId of [base, top]) layers.put({ diffId, size: 1, tarSize: 1 });
  return { database, layers, images, content, leases, garbage, removed, recipes, inUse, looked };
}

describe('collect', () => {
  it('takes a layer that nobody has, with its recipe and its record, and looks for old broken downloads', async () => {
    const { garbage, layers, leases, removed, recipes, looked } = fixture();
    leases.add('build/1', { layers: [base] });
    await garbage.collect();
    expect(looked).toEqual(['partials']);
    expect([removed, recipes, layers.list().map(({ diffId }) => diffId)]).toEqual([[hexOf(top)], [top], [base]]);
    leases.release('build/1');
    await garbage.collect();
    expect(removed).toEqual([hexOf(top), hexOf(base)]);
  });

  it('leaves the layers of images, of leases and of snapshots', async () => {
    const { garbage, images, leases, inUse, layers, removed } = fixture();
    const third = digestOf('third');
    layers.put({ diffId: third, size: 1, tarSize: 1 });
    images.put({ id: digestOf('image'), parent: '', createdMs: 0, size: 1 }, [base]);
    leases.add('cache/1', { layers: [top] });
    inUse.add(hexOf(third));
    await garbage.collect();
    expect(removed).toEqual([]);
    images.remove(digestOf('image'));
    leases.release('cache/1');
    inUse.clear();
    await garbage.collect();
    expect(removed.sort()).toEqual([base, top, third].map(hexOf).sort());
  });

  it('takes blobs that are no configuration and that nobody has leased', async () => {
    const { garbage, content, images, leases } = fixture();
    const [configuration, leased] = ['a configuration', 'leased', 'nobody has this'].map((text) => content.put(Buffer.from(text)));
    images.put({ id: configuration as Digest, parent: '', createdMs: 0, size: 0 }, []);
    leases.add('build/1', { blobs: [leased as Digest] });
    await garbage.collect();
    expect(content.list().map(({ digest }) => digest)).toEqual([configuration, leased]);
  });

  it('takes what becomes garbage while a round runs in the next one, and runs one at a time', async () => {
    const { garbage, layers, leases, removed } = fixture();
    for (let number = 0; number < 200; number++) layers.put({ diffId: digestOf(`layer ${number}`), size: 1, tarSize: 1 });
    leases.add('build/1', { layers: [base, digestOf('layer 199')] });
    const first = garbage.collect().then(() => removed.length);
    leases.release('build/1');
    const [second, third] = [garbage.collect(), garbage.collect()];
    expect(second).toBe(third);
    expect(await first).toBe(200);
    await second;
    expect(removed.length).toBe(202);
  });

  it('looks again at what was leased after it began', async () => {
    const { garbage, layers, leases, removed } = fixture();
    for (let number = 0; number < 200; number++) layers.put({ diffId: digestOf(`layer ${number}`), size: 1, tarSize: 1 });
    const last = layers.unowned().at(-1) as Digest;
    const round = garbage.collect();
    leases.add('pull/1', { layers: [last] });
    await round;
    expect([layers.get(last)?.diffId, removed.length]).toEqual([last, 201]);
  });
});

describe('leases', () => {
  it('end with their hold, each apart', () => {
    const { leases } = fixture();
    {
      using first = leases.hold('pull');
      using second = leases.hold('pull');
      first.add({ layers: [base] });
      first.add({ layers: [base, top] });
      second.add({ blobs: [top] });
      expect(leases.owners()).toEqual([first.owner, second.owner].sort());
      expect([leases.hasBlob(top), leases.hasBlob(base)]).toEqual([true, false]);
    }
    expect(leases.owners()).toEqual([]);
  });

  it('outlive the engine when they are permanent, also where they were not at first', () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-leases-'));
    try {
      {
        using database = new Database(join(directory, 'state.db'), MIGRATIONS);
        const leases = new Leases(database);
        leases.add('cache/1', { layers: [base] });
        leases.add('cache/1', { layers: [base, top] }, { permanent: true });
        leases.add('cache/1', { layers: [top] });
        leases.add('build/1', { layers: [base], blobs: [base] });
      }
      using database = new Database(join(directory, 'state.db'), MIGRATIONS);
      expect(new Leases(database).owners()).toEqual(['cache/1']);
      expect(database.all('SELECT digest FROM leases ORDER BY digest')).toEqual([base, top].sort().map((digest) => ({ digest })));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
