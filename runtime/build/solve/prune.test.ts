import { describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '../../base/digest.ts';
import type { CacheRecord } from '../build-service.ts';
import { type PrunableRecord, type PruneOptions, planPrune } from './prune.ts';

const NOW = 1_800_000_000_000_000_000n;
const HOUR = 3_600_000_000_000n;

function entry(id: string, layers: readonly string[], changes: Partial<CacheRecord> & { readonly hours?: number } = {}): PrunableRecord {
  const { hours = 1, ...fields } = changes;
  const record: CacheRecord = {
    id,
    parents: [],
    type: 'regular',
    description: `RUN ${id}`,
    inUse: false,
    shared: false,
    size: 10,
    createdAt: NOW - 1000n * HOUR,
    lastUsedAt: NOW - BigInt(hours) * HOUR,
    usageCount: 1,
    ...fields,
  };
  return { record, layers: layers.map((layer) => digestOf(layer)) };
}

/** base is an image's; a ← b ← c is a chain, c2 stands beside c; m is a cache mount. */
const CHAIN = [
  entry('a', ['base', 'a'], { hours: 50 }),
  entry('b', ['base', 'a', 'b'], { parents: ['a'], hours: 50 }),
  entry('c', ['base', 'a', 'b', 'c'], { parents: ['b'], hours: 40 }),
  entry('c2', ['base', 'a', 'b', 'c2'], { parents: ['b'], hours: 2 }),
  entry('m', [], { type: 'exec.cachemount', size: 100, hours: 30 }),
];
const IMAGES = new Set<Digest>([digestOf('base')]);
const sizes = { sizeOf: () => 10, inImage: (layer: Digest) => IMAGES.has(layer) };

function plan(records: readonly PrunableRecord[], options: Partial<PruneOptions>, of = sizes) {
  const { ids, reclaimed } = planPrune(records, of, { all: true, filters: {}, ...options }, NOW);
  return `${ids.join(' ')} ${reclaimed}`;
}

const shared = (records: readonly PrunableRecord[], ...ids: string[]) =>
  records.map(({ record, layers }) => ({ record: { ...record, shared: ids.includes(record.id) }, layers }));
const used = (records: readonly PrunableRecord[], ...ids: string[]) =>
  records.map(({ record, layers }) => ({ record: { ...record, inUse: ids.includes(record.id) }, layers }));

describe('pruning', () => {
  it('says how much there is, each layer once and those of images not at all', () => {
    expect(planPrune(CHAIN, sizes, { all: true, filters: {}, keepStorage: 1000 }, NOW)).toEqual({ ids: [], reclaimed: 0, before: 140 });
  });

  it.each<[string, readonly PrunableRecord[], Partial<PruneOptions>, string]>([
    ['takes the longest unused, and what stands on a record before it', CHAIN, {}, 'c m c2 b a 140'],
    ['takes nothing of nothing', [], {}, ' 0'],
    ['leaves what a build uses, and what that stands on', used(CHAIN, 'c'), {}, 'm c2 110'],
    ['leaves what an image shares', shared(CHAIN, 'a', 'b'), { all: false }, 'c m c2 120'],
    ['takes that as well when all is asked for', shared(CHAIN, 'a', 'b'), { all: true }, 'c m c2 b a 140'],
    ['leaves what is internal', [entry('i', ['i'], { type: 'internal' }), entry('f', ['f'], { type: 'frontend' })], { all: false }, ' 0'],
    ['goes down to what may stay', CHAIN, { keepStorage: 125 }, 'c m 110'],
    ['goes down to nothing for 0', CHAIN, { keepStorage: 0 }, 'c m c2 b a 140'],
    ['leaves all when that fits', CHAIN, { keepStorage: 140 }, ' 0'],
    [
      'counts a layer of two records when the last of them goes',
      [entry('x', ['l', 'x']), entry('y', ['l', 'y'], { hours: 9 })],
      { filters: { id: ['y'] } },
      'y 10',
    ],
    ['goes by the time of making when a record was never used', [entry('n', ['n'], { lastUsedAt: null }), entry('o', ['o'])], { keepStorage: 10 }, 'n 10'],
  ])('%s', (_, records, options, expected) => {
    expect(plan(records, options)).toBe(expected);
  });

  it.each<[Record<string, string[]>, string]>([
    [{ until: ['35h'] }, 'c 10'],
    [{ 'unused-for': ['35h'] }, 'c 10'],
    [{ until: ['1h'] }, 'c m c2 b a 140'],
    [{ until: [new Date(Number((NOW - 35n * HOUR) / 1_000_000n)).toISOString()] }, 'c 10'],
    [{ until: [`${(NOW - 35n * HOUR) / 1_000_000_000n}`] }, 'c 10'],
    [{ id: ['c2'] }, 'c2 10'],
    [{ id: ['c'] }, 'c c2 20'],
    [{ id: ['b'] }, ' 0'],
    [{ 'id!': ['c'] }, 'm 100'],
    [{ parent: ['b'] }, 'c c2 20'],
    [{ 'parent!': ['b'] }, 'm 100'],
    [{ type: ['exec.cachemount'] }, 'm 100'],
    [{ 'type!': ['exec.cachemount'] }, 'c c2 b a 40'],
    [{ description: ['RUN c'] }, 'c 10'],
    [{ inuse: ['false'] }, 'c m c2 b a 140'],
    [{ inuse: ['true'] }, ' 0'],
    [{ shared: ['true'] }, ' 0'],
    [{ 'shared!': ['true'] }, 'c m c2 b a 140'],
    [{ private: ['1'] }, 'c m c2 b a 140'],
    [{ private: ['private'] }, 'c m c2 b a 140'],
    [{ private: [] }, 'c m c2 b a 140'],
    [{ type: ['regular'], until: ['35h'] }, 'c 10'],
  ])('by the filter %j', (filters, expected) => {
    expect(plan(CHAIN, { filters })).toBe(expected);
  });

  it('does not take a record that others stand on although it is older than they are', () => {
    expect(plan(CHAIN, { filters: { until: ['45h'] } })).toBe(' 0');
  });

  it.each<[Record<string, string[]>, string]>([
    [{ colour: ['red'] }, "invalid filter 'colour'"],
    [{ toString: ['red'] }, "invalid filter 'toString'"],
    [{ id: ['a', 'b'] }, 'filters expect only one value: id'],
    [{ until: ['soon'] }, 'failed to parse'],
    [{ until: ['0'] }, "expects a duration (e.g., '24h')"],
    [{ shared: ['maybe'] }, "invalid filter 'shared=maybe'"],
  ])('refuses %j', (filters, message) => {
    expect(() => plan([], { filters })).toThrow(message);
  });

  it('frees what the layers of a removed image took when only the cache still has them', () => {
    expect(plan([entry('a', ['base', 'a'])], {}, { ...sizes, inImage: () => false })).toBe('a 20');
  });
});
