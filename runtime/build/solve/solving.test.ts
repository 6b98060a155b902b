import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FAKE_LAYER_SIZE } from '../../testkit/fake-executor.ts';
import { copyOf, imageOf, runOf, SolveRig, vertexOf } from '../../testkit/solve-rig.ts';
import type { BuildGraph, Input, Operation, Tree } from '../graph.ts';

/** Numbers from a seed, the same on every machine (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function randomGraph(rig: SolveRig, number: (below: number) => number): BuildGraph {
  const operations: Operation[] = [imageOf(rig.layer('base')), { kind: 'context', name: 'context' }];
  const trees: Input[] = [0, null];
  while (operations.length < 4 + number(12)) {
    const base = trees[number(trees.length)] ?? null;
    const other = trees[number(trees.length)] ?? null;
    // Few commands and paths: many steps are the same one.
    const choices: Operation[] = [
      runOf(base, `command ${number(3)}`),
      runOf(base, `command ${number(3)}`, { mounts: [{ type: 'bind', target: '/mnt', from: other, source: '/', readonly: true }] }),
      copyOf(base, [number(2) === 0 ? 1 : other, `path ${number(2)}`]),
      { kind: 'merge', base, upper: other },
    ];
    trees.push(operations.length);
    operations.push(choices[number(choices.length)] ?? runOf(null, ''));
  }
  return { vertices: operations.map((operation) => vertexOf(operation)) };
}

/** As layers: steps that read directories of a build are not shared with others. */
const contextsOf = (rig: SolveRig) => new Map<string, Tree>([['context', { kind: 'layers', layers: [rig.layer('files')] }]]);
const lastOf = ({ vertices }: BuildGraph) => vertices.map((_, vertex) => vertex).slice(-3);

/** One vertex after the other, by a solver of its own. */
async function inTurn(number: (below: number) => number): Promise<{ readonly graph: BuildGraph; readonly trees: readonly Tree[] }> {
  using rig = new SolveRig(1);
  const graph = randomGraph(rig, number);
  for (const vertex of graph.vertices.keys()) await rig.solve(graph, [vertex], { contexts: contextsOf(rig) });
  return { graph, trees: (await rig.solve(graph, lastOf(graph), { contexts: contextsOf(rig) })).trees };
}

describe('random graphs', () => {
  it.each(Array.from({ length: 60 }, (_, index) => index + 1))('result in the same side by side as in turn, each step once (seed %i)', async (seed) => {
    const expected = await inTurn(numbers(seed));
    using rig = new SolveRig(4);
    const number = numbers(seed);
    const graph = randomGraph(rig, number);
    expect(graph).toEqual(expected.graph);
    rig.executor.before = async () => {
      for (let turns = number(4); turns > 0; turns--) await setImmediate();
    };
    const builds = await Promise.all([1, 2, 3].map(() => rig.solve(graph, lastOf(graph), { contexts: contextsOf(rig) })));
    for (const { trees } of builds) expect(trees).toEqual(expected.trees);
    expect(Math.max(0, ...rig.executor.executed.values())).toBeLessThanOrEqual(1);
    expect(rig.executor.mostRunning).toBeLessThanOrEqual(4 + 16);
  });

  it.each(Array.from({ length: 60 }, (_, index) => index + 100))('leave no lease and nothing running, whenever they are ended (seed %i)', async (seed) => {
    using rig = new SolveRig(2);
    const number = numbers(seed);
    const graph = randomGraph(rig, number);
    rig.executor.before = async (_, { signal }) => {
      for (let turns = number(4); turns > 0; turns--) await setImmediate();
      signal.throwIfAborted();
      if (number(12) === 0) throw new Error('broken');
    };
    const builds = [1, 2, 3].map(() => {
      const leaving = new AbortController();
      return { leaving, ended: rig.solve(graph, lastOf(graph), { contexts: contextsOf(rig), signal: leaving.signal }).catch((error: unknown) => error) };
    });
    for (const { leaving } of builds) {
      for (let turns = number(8); turns > 0; turns--) await setImmediate();
      if (number(4) > 0) leaving.abort(new Error('gone'));
    }
    const outcomes = await Promise.all(builds.map(({ ended }) => ended));
    for (const outcome of outcomes) if (outcome instanceof Error) expect(['gone', 'broken']).toContain(outcome.message);
    const ids = rig.records.list().map(({ id }) => `cache/${id}`);
    expect([rig.executor.running, rig.leases.owners()]).toEqual([0, ids.sort()]);
    expect(rig.records.list().some(({ id }) => rig.cache.inUse(id))).toBe(false);

    rig.executor.before = () => Promise.resolve();
    const { trees } = await rig.solve(graph, lastOf(graph), { contexts: contextsOf(rig) });
    expect(trees).toEqual((await inTurn(numbers(seed))).trees);
  });
});

describe('records of the cache', () => {
  it('are owned by leases of their own, counted and in use while a build has them', async () => {
    using rig = new SolveRig();
    const base = rig.layer('base');
    const graph: BuildGraph = {
      vertices: [imageOf(base), runOf(0, 'one'), runOf(1, 'two')].map((operation, index) => vertexOf(operation, { name: `step ${index}` })),
    };
    await rig.solve(graph, [2]);
    const gate = Promise.withResolvers<void>();
    rig.executor.before = () => gate.promise;
    const solving = rig.solve({ vertices: [...graph.vertices, vertexOf(runOf(2, 'three'))] }, [3]);
    await expect.poll(() => rig.executor.running).toBe(1);
    const [one, two] = rig.records.list();
    expect([one, two].map((record) => record !== undefined && rig.cache.inUse(record.id))).toEqual([true, true]);
    gate.resolve();
    await solving;
    expect(one).toMatchObject({ description: 'step 1', parent: null, baseLayers: 1, size: FAKE_LAYER_SIZE, usageCount: 2 });
    expect(two).toMatchObject({ description: 'step 2', parent: one?.id, baseLayers: 2, size: FAKE_LAYER_SIZE, usageCount: 2 });
    const leased = rig.database.all<{ digest: string }>('SELECT digest FROM leases WHERE owner = ?', `cache/${two?.id}`);
    expect(leased.map(({ digest }) => digest).sort()).toEqual([...(two?.layers ?? [])].sort());
    expect(rig.cache.inUse(one?.id ?? '')).toBe(false);
  });
});
