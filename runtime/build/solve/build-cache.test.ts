import { describe, expect, it } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { silentLogger } from '../../base/log.ts';
import { FAKE_LAYER_SIZE } from '../../testkit/fake-executor.ts';
import { imageOf, runOf, SolveRig, settingsOf, vertexOf } from '../../testkit/solve-rig.ts';
import type { BuildEvent } from '../build-events.ts';
import type { CacheRecord } from '../build-service.ts';
import type { BuildGraph } from '../graph.ts';
import { BuildCache } from './build-cache.ts';

const ALL = { all: true, filters: {} };

function mount(id: string, changes: Partial<CacheRecord> = {}): CacheRecord {
  const record: CacheRecord = {
    id,
    parents: [],
    type: 'exec.cachemount',
    description: id,
    inUse: false,
    shared: false,
    size: 700,
    createdAt: 1n,
    lastUsedAt: 1n,
    usageCount: 1,
  };
  return { ...record, ...changes };
}

function rigOf({ limit = () => 1e12, mounts = [] }: { readonly limit?: () => number; readonly mounts?: CacheRecord[] } = {}) {
  const rig = new SolveRig();
  const collected: string[][] = [];
  const cache = new BuildCache({
    steps: rig.cache,
    records: rig.records,
    layers: rig.layers,
    mounts: {
      list: () => Promise.resolve(mounts),
      remove: (id) => {
        if (id === 'busy') return Promise.reject(new EngineError('Conflict', 'a step uses it'));
        mounts.splice(
          mounts.findIndex((each) => each.id === id),
          1,
        );
        return Promise.resolve();
      },
    },
    collect: () => {
      collected.push(rig.leases.owners());
      for (const layer of rig.layers.unowned()) rig.layers.removeUnowned(layer);
      return Promise.resolve();
    },
    limit,
    logger: silentLogger,
    now: rig.now,
  });
  return { rig, cache, collected };
}

/** A chain of RUN steps above an image's layer. */
function chain(rig: SolveRig, ...commands: string[]): BuildGraph {
  return {
    vertices: [imageOf(rig.layer('base')), ...commands.map((command, index) => runOf(index, command))].map((operation) =>
      vertexOf(operation, { name: operation.kind }),
    ),
  };
}

function imageWith(rig: SolveRig, ...layers: readonly string[]): void {
  rig.database.run("INSERT INTO images (id, parent, created_ms, size) VALUES ('sha256:i', '', 0, 0)");
  for (const [position, layer] of layers.entries())
    rig.database.run('INSERT INTO image_layers (image_id, position, diff_id) VALUES (?, ?, ?)', 'sha256:i', position, layer);
}

describe('the build cache', () => {
  it('lists steps with their parents, what images share, and cache mounts', async () => {
    const { rig, cache } = rigOf({ mounts: [mount('go')] });
    const { trees } = await rig.solve(chain(rig, 'one', 'two'), [2]);
    const [, one = ''] = trees[0]?.kind === 'layers' ? trees[0].layers : [];
    imageWith(rig, rig.layer('base'), one);
    const records = await cache.cache();
    const [first] = records;
    expect(records.map(({ type, parents, shared, size, usageCount }) => [type, parents, shared, size, usageCount])).toEqual([
      ['regular', [], true, FAKE_LAYER_SIZE, 1],
      ['regular', [first?.id], false, FAKE_LAYER_SIZE, 1],
      ['exec.cachemount', [], false, 700, 1],
    ]);
  });

  it('is pruned of its records, leases and layers, and says what that brought', async () => {
    const { rig, cache, collected } = rigOf({ mounts: [mount('go'), mount('busy', { size: 50 })] });
    await rig.solve(chain(rig, 'one', 'two'), [2]);
    imageWith(rig, rig.layer('base'));
    const [one, two] = rig.records.list();
    const { deleted, reclaimed } = await cache.prune(ALL);
    expect([[...deleted].sort(), reclaimed]).toEqual([[one?.id, two?.id, 'go'].sort(), 2 * FAKE_LAYER_SIZE + 700]);
    expect([rig.records.list(), collected, rig.layers.list().map(({ diffId }) => diffId)]).toEqual([[], [[]], [rig.layer('base')]]);
    expect((await cache.cache()).map(({ id }) => id)).toEqual(['busy']);
    expect((await cache.prune(ALL)).deleted).toEqual([]);
  });

  it('keeps what a build uses that runs', async () => {
    const { rig, cache } = rigOf();
    await rig.solve(chain(rig, 'one'), [1]);
    const gate = Promise.withResolvers<void>();
    rig.executor.before = () => gate.promise;
    const solving = rig.solve(chain(rig, 'one', 'two'), [2]);
    await expect.poll(() => rig.executor.running).toBe(1);
    expect(await cache.prune(ALL)).toEqual({ deleted: [], reclaimed: 0 });
    gate.resolve();
    await solving;
    expect((await cache.prune(ALL)).deleted).toHaveLength(2);
  });

  it('gives a build its layers even when they are pruned meanwhile', async () => {
    const { rig, cache } = rigOf();
    const pruned: Promise<unknown>[] = [];
    const options = {
      settings: settingsOf('build/pruned'),
      contexts: new Map(),
      signal: new AbortController().signal,
      cacheFrom: [],
      scope: '',
      onEvent: ({ type }: BuildEvent) => void (type === 'completed' && pruned.push(cache.prune(ALL))),
    };
    const { trees } = await rig.solver.solve(chain(rig, 'one'), [1], options);
    await Promise.all(pruned);
    await cache.prune(ALL);
    const layers = trees[0]?.kind === 'layers' ? trees[0].layers : [];
    expect([layers.length, pruned.length, layers.filter((layer) => rig.layers.get(layer) === undefined), rig.records.list()]).toEqual([2, 2, [], []]);
    rig.leases.release('build/pruned');
  });

  it.each([
    [10_000, 4],
    [5000 + 2 * FAKE_LAYER_SIZE, 2],
    [5000 + FAKE_LAYER_SIZE, 1],
    [0, 0],
  ])('goes down to %i bytes after builds: %i of its records stay', async (limit, stay) => {
    const { rig, cache } = rigOf({ limit: () => limit });
    for (const command of ['one', 'two', 'three', 'four']) await rig.solve(chain(rig, command), [1]);
    const newest = rig.records
      .list()
      .map(({ id }) => id)
      .slice(4 - stay);
    cache.trimSoon();
    cache.trimSoon();
    await cache[Symbol.asyncDispose]();
    expect(rig.records.list().map(({ id }) => id)).toEqual(newest);
  });

  it('outlives a failure of trimming', async () => {
    const { cache } = rigOf({
      limit: () => {
        throw new Error('no disk');
      },
    });
    cache.trimSoon();
    await expect(cache[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });
});
