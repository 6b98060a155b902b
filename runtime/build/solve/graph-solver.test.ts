import { describe, expect, it } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { copyOf, directoryOf, imageOf, runOf, SolveRig, settingsOf, vertexOf } from '../../testkit/solve-rig.ts';
import type { BuildEvent, CacheMiss } from '../build-events.ts';
import type { BuildGraph, Operation, Tree, Vertex } from '../graph.ts';

type Completed = BuildEvent & { readonly type: 'completed' };

function graphOf(...operations: (Operation | Vertex)[]): BuildGraph {
  return { vertices: operations.map((operation) => ('operation' in operation ? operation : vertexOf(operation))) };
}

function completed(events: readonly BuildEvent[]): Completed[] {
  return events.filter((event): event is Completed => event.type === 'completed').sort((a, b) => a.vertex - b.vertex);
}

function missesOf(events: readonly BuildEvent[]): (CacheMiss | 'cached' | undefined)[] {
  return completed(events).map(({ cached, miss }) => (cached ? 'cached' : miss));
}

describe('a solve', () => {
  it('puts each step above what it stands on and tells of it in order', async () => {
    using rig = new SolveRig();
    const base = rig.layer('base');
    const graph = graphOf(imageOf(base), { kind: 'context', name: 'context' }, copyOf(0, [1, 'a']), runOf(2, 'make'));
    const { trees, events } = await rig.solve(graph, [3, 0, null], { contexts: new Map([['context', directoryOf('files')]]) });
    const [built, image, nothing] = trees.map((tree) => (tree.kind === 'layers' ? tree.layers : []));
    expect(built).toHaveLength(3);
    expect([built?.[0], image, nothing]).toEqual([base, [base], []]);
    expect(events[0]).toMatchObject({ type: 'graph', vertices: [{ inputs: [] }, { inputs: [] }, { inputs: [0, 1] }, { inputs: [2] }] });
    expect(events.filter(({ type }) => type !== 'graph').map((event) => `${event.type} ${'vertex' in event ? event.vertex : ''}`)).toEqual([
      'started 0',
      'started 1',
      'completed 0',
      'completed 1',
      'started 2',
      'completed 2',
      'started 3',
      'completed 3',
    ]);
    expect(completed(events).at(-1)?.layers).toEqual(built);
    expect(rig.leases.owners().filter((owner) => !owner.startsWith('cache/'))).toEqual([]);
  });

  it('leaves out what no result needs', async () => {
    using rig = new SolveRig();
    const { events } = await rig.solve(graphOf(imageOf(rig.layer('base')), runOf(0, 'wanted'), runOf(0, 'unwanted')), [1]);
    expect(completed(events).map(({ vertex }) => vertex)).toEqual([0, 1]);
    expect(rig.steps).toBe(1);
  });

  it('takes steps out of the cache, and merges layers without one', async () => {
    using rig = new SolveRig();
    const [base, other] = [rig.layer('base'), rig.layer('other')];
    const graph = graphOf(imageOf(base), runOf(0, 'one'), imageOf(other), { kind: 'merge', base: 1, upper: 2 }, runOf(3, 'two'));
    const first = await rig.solve(graph, [4]);
    const second = await rig.solve(graph, [4]);
    expect(second.trees).toEqual(first.trees);
    expect(rig.steps).toBe(2);
    expect(missesOf(first.events)).toEqual(['cached', 'first time', 'cached', 'cached', 'first time']);
    expect(missesOf(second.events)).toEqual(['cached', 'cached', 'cached', 'cached', 'cached']);
    expect(first.trees[0]).toMatchObject({ layers: [base, expect.anything(), other, expect.anything()] });
    expect(first.links[0]?.map(({ layers }) => layers)).toEqual([2, 4]);
  });

  it('goes through a chain of thousands of steps', async () => {
    using rig = new SolveRig();
    const length = 3000;
    rig.executor.file = () => Promise.resolve({ kind: 'layers', layers: [] });
    const chain = Array.from({ length }, (_, index) => copyOf(index === 0 ? null : index - 1));
    const { events } = await rig.solve(graphOf(...chain), [length - 1]);
    expect(completed(events)).toHaveLength(length);
  });

  it('runs what does not depend on each other side by side, and no more than may', async () => {
    using rig = new SolveRig(3);
    const gate = Promise.withResolvers<void>();
    rig.executor.before = () => gate.promise;
    const graph = graphOf(imageOf(rig.layer('base')), ...[1, 2, 3, 4, 5].map((number) => runOf(0, `step ${number}`)));
    const solving = rig.solve(graph, [1, 2, 3, 4, 5]);
    await expect.poll(() => rig.executor.running).toBe(3);
    gate.resolve();
    await solving;
    expect([rig.executor.mostRunning, rig.steps]).toEqual([3, 5]);
  });

  it('ends the others when a step fails and throws the first real error', async () => {
    using rig = new SolveRig(4);
    const broken = new EngineError('InvalidArgument', 'process "/bin/sh -c false" did not complete successfully: exit code: 1');
    rig.executor.before = (operation, { signal }) => {
      if (operation.kind === 'run' && operation.argv[2] === 'false') return new Promise((_, reject) => setImmediate(() => reject(broken)));
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('made to end'))));
    };
    const events: BuildEvent[] = [];
    const graph = graphOf(imageOf(rig.layer('base')), runOf(0, 'sleep'), runOf(0, 'false'), copyOf(1, [2, 'a']));
    await expect(rig.solve(graph, [3], { onEvent: (event) => void events.push(event) })).rejects.toBe(broken);
    expect(completed(events).map(({ vertex, error }) => [vertex, error])).toEqual([
      [0, undefined],
      [1, 'context canceled'],
      [2, broken.message],
    ]);
    expect([rig.executor.running, rig.leases.owners()]).toEqual([0, []]);
  });

  it('ends with the reason of its signal, without an event afterwards', async () => {
    using rig = new SolveRig();
    const [leaving, reason] = [new AbortController(), new Error('the client is gone')];
    rig.executor.before = (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const solving = rig.solve(graphOf(imageOf(rig.layer('base')), runOf(0, 'sleep')), [1], { signal: leaving.signal });
    await expect.poll(() => rig.executor.running).toBe(1);
    leaving.abort(reason);
    await expect(solving).rejects.toBe(reason);
    expect([rig.executor.running, rig.leases.owners()]).toEqual([0, []]);
    await expect(rig.solve(graphOf(), [], { signal: leaving.signal })).rejects.toBe(reason);
  });

  it('lets a step wait until its output was taken', async () => {
    using rig = new SolveRig();
    const taken = Promise.withResolvers<void>();
    const order: string[] = [];
    rig.executor.before = async (_, context) => {
      await context.log(1, Buffer.from('much'));
      order.push('goes on');
    };
    const solving = rig.solve(graphOf(imageOf(rig.layer('base')), runOf(0, 'yes')), [1], {
      onEvent: async ({ type }) => {
        if (type !== 'log') return;
        await taken.promise;
        order.push('taken');
      },
    });
    await expect.poll(() => rig.executor.running).toBe(1);
    taken.resolve();
    await solving;
    expect(order).toEqual(['taken', 'goes on']);
  });

  it('refuses a context that was not given and a vertex that is none', async () => {
    using rig = new SolveRig();
    await expect(rig.solve(graphOf({ kind: 'context', name: 'other' }), [0])).rejects.toThrow('no context "other"');
    rig.executor.before = (_, context) => Promise.resolve(void context.input(7));
    await expect(rig.solve(graphOf(runOf(null, 'x')), [0])).rejects.toThrow('vertex 7');
  });

  it('gives each step what git and http bring', async () => {
    using rig = new SolveRig();
    const git: Operation = { kind: 'git', url: 'https://host/a.git', ref: '', subdirectory: '', keepGitDir: false };
    const http: Operation = { kind: 'http', url: 'https://host/file', fileName: 'file' };
    const seen: string[] = [];
    rig.executor.before = (_, context) => {
      for (const input of [0, 1]) {
        const tree = context.input(input);
        seen.push(tree.kind === 'directory' ? tree.path : '');
      }
      return Promise.resolve();
    };
    await rig.solve(graphOf(git, http, copyOf(null, [0, '/'], [1, 'file'])), [2]);
    expect(seen).toEqual(['/nowhere/git', '/nowhere/http']);
  });
});

describe('two builds at once', () => {
  function joined(rig: SolveRig, commands: readonly [Operation, Operation]) {
    const gate = Promise.withResolvers<void>();
    rig.executor.before = async (_, context) => {
      void context.log(1, Buffer.from('early'));
      await Promise.race([
        gate.promise,
        new Promise((_resolve, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason as Error))),
      ]);
      await context.log(2, Buffer.from('late'));
    };
    const base = imageOf(rig.layer('base'));
    return { gate, graphs: commands.map((command) => graphOf(base, command)) as [BuildGraph, BuildGraph] };
  }
  const logs = (events: readonly BuildEvent[]) =>
    events.flatMap((event) => (event.type === 'log' ? [`${event.stream} ${Buffer.from(event.data).toString()}`] : []));

  it('run a step that both need once, and both are told all of its output', async () => {
    using rig = new SolveRig();
    const { gate, graphs } = joined(rig, [runOf(0, 'make'), runOf(0, 'make')]);
    const first = rig.solve(graphs[0], [1]);
    await expect.poll(() => rig.executor.running).toBe(1);
    const started = Promise.withResolvers<void>();
    const second = rig.solve(graphs[1], [1], { onEvent: ({ type }) => void (type === 'log' && started.resolve()) });
    await started.promise;
    gate.resolve();
    const [one, two] = await Promise.all([first, second]);
    expect(rig.steps).toBe(1);
    expect(one.trees).toEqual(two.trees);
    expect([logs(one.events), logs(two.events)]).toEqual([
      ['1 early', '2 late'],
      ['1 early', '2 late'],
    ]);
  });

  it('go on when the one that began a shared step leaves; the last one to leave ends it', async () => {
    using rig = new SolveRig();
    const { gate, graphs } = joined(rig, [runOf(0, 'make'), runOf(0, 'make')]);
    const leaving = new AbortController();
    const first = rig.solve(graphs[0], [1], { signal: leaving.signal });
    await expect.poll(() => rig.executor.running).toBe(1);
    const started = Promise.withResolvers<void>();
    const second = rig.solve(graphs[1], [1], { onEvent: ({ type }) => void (type === 'log' && started.resolve()) });
    await started.promise;
    leaving.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(rig.executor.running).toBe(1);
    gate.resolve();
    expect((await second).trees).toHaveLength(1);
    expect(rig.steps).toBe(1);

    const again = joined(rig, [runOf(0, 'other'), runOf(0, 'other')]);
    const both = again.graphs.map((graph) => rig.solve(graph, [1], { signal: leaving.signal }).catch((error: unknown) => error));
    expect(await Promise.all(both)).toEqual([leaving.signal.reason, leaving.signal.reason]);
    expect(rig.executor.running).toBe(0);
  });

  const secret = runOf(0, 'make', { mounts: [{ type: 'secret', target: '/run/secrets/a', readonly: true }] });
  it.each<[string, (base: Operation) => BuildGraph, Parameters<SolveRig['solve']>[2]]>([
    ['without the cache', (base) => graphOf(base, vertexOf(runOf(0, 'make'), { ignoreCache: true })), {}],
    ['with other limits', (base) => graphOf(base, runOf(0, 'make')), { settings: { ...settingsOf('build/other'), resources: { Memory: 1 } } }],
    ['with secrets', (base) => graphOf(base, secret), {}],
    ['that reads directories of theirs', () => graphOf({ kind: 'context', name: 'context' }, copyOf(null, [0, 'a'])), {}],
  ])('do not share a step %s', async (_, graph, options) => {
    using rig = new SolveRig(4);
    const gate = Promise.withResolvers<void>();
    rig.executor.before = () => gate.promise;
    const base = imageOf(rig.layer('base'));
    const contexts = new Map([['context', directoryOf('files')]]);
    const solving = [rig.solve(graph(base), [1], { contexts }), rig.solve(graph(base), [1], { contexts, ...options })];
    await expect.poll(() => rig.executor.running).toBe(2);
    gate.resolve();
    await Promise.all(solving);
    expect(rig.steps).toBe(2);
  });

  it('fail together, and the next build tries again', async () => {
    using rig = new SolveRig();
    const { gate, graphs } = joined(rig, [runOf(0, 'make'), runOf(0, 'make')]);
    const solving = graphs.map((graph) => rig.solve(graph, [1]));
    await expect.poll(() => rig.executor.running).toBe(1);
    gate.reject(new Error('broken'));
    expect((await Promise.allSettled(solving)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    rig.executor.before = () => Promise.resolve();
    const { events } = await rig.solve(graphs[0], [1]);
    expect([missesOf(events), rig.steps]).toEqual([['cached', 'first time'], 2]);
  });
});

describe('a step without the cache', () => {
  it('happens once in a build, again in the next, and its new result counts from then on', async () => {
    using rig = new SolveRig();
    const base = imageOf(rig.layer('base'));
    const twice = graphOf(base, vertexOf(runOf(0, 'date'), { ignoreCache: true }), vertexOf(runOf(0, 'date'), { ignoreCache: true }), copyOf(1, [2, 'a']));
    const first = await rig.solve(twice, [3]);
    expect([missesOf(first.events), rig.steps]).toEqual([['cached', 'disabled', 'disabled', 'first time'], 2]);
    await rig.solve(graphOf(base, vertexOf(runOf(0, 'date'), { ignoreCache: true })), [1]);
    expect(rig.steps).toBe(3);
    const made = rig.layer('another time');
    rig.executor.run = (_, context) => {
      const below = context.input(0) as Tree & { readonly kind: 'layers' };
      return Promise.resolve({ kind: 'layers', layers: [...below.layers, made] });
    };
    await rig.solve(graphOf(base, vertexOf(runOf(0, 'date'), { ignoreCache: true })), [1]);
    const { trees } = await rig.solve(graphOf(base, runOf(0, 'date')), [1]);
    expect(trees).toEqual([{ kind: 'layers', layers: [rig.layer('base'), made] }]);
    expect(rig.records.list().filter(({ layers }) => layers.includes(made))).toHaveLength(1);
  });
});

describe('the reason why a step runs again', () => {
  const contexts = (content: string) => ({ contexts: new Map([['context', directoryOf(content)]]) });
  const build = (base: Operation, first: string, second: string) =>
    graphOf(base, { kind: 'context', name: 'context' }, runOf(0, first), copyOf(2, [1, 'a']), runOf(3, second));

  it('is told by what was at its place before', async () => {
    using rig = new SolveRig();
    const [base, newer] = [imageOf(rig.layer('base')), imageOf(rig.layer('newer'))];
    const reasons = async (graph: BuildGraph, options: Parameters<SolveRig['solve']>[2]) => missesOf((await rig.solve(graph, [4], options)).events);
    expect(await reasons(build(base, 'one', 'two'), contexts('files'))).toEqual(['cached', undefined, 'first time', 'first time', 'first time']);
    expect(await reasons(build(base, 'one', 'two'), contexts('files'))).toEqual(['cached', undefined, 'cached', 'cached', 'cached']);
    expect(await reasons(build(base, 'one', 'two'), contexts('other'))).toEqual(['cached', undefined, 'cached', 'files changed', 'base changed']);
    expect(await reasons(build(base, 'one', 'new'), contexts('other'))).toEqual(['cached', undefined, 'cached', 'cached', 'instruction changed']);
    expect(await reasons(build(newer, 'one', 'new'), contexts('other'))).toEqual(['cached', undefined, 'base changed', 'base changed', 'base changed']);
    for (const { id } of rig.records.list()) rig.cache.remove(id);
    expect(await reasons(build(newer, 'one', 'new'), contexts('other'))).toEqual(['cached', undefined, 'pruned', 'pruned', 'pruned']);
    expect(await reasons(build(base, 'one', 'new'), { ...contexts('other'), scope: 'another' })).toEqual([
      'cached',
      undefined,
      'first time',
      'first time',
      'first time',
    ]);
  });

  it('is a lost layer like a pruned one', async () => {
    using rig = new SolveRig();
    const graph = graphOf(imageOf(rig.layer('base')), runOf(0, 'make'));
    const { trees } = await rig.solve(graph, [1]);
    rig.database.run('DELETE FROM layers WHERE diff_id = ?', trees[0]?.kind === 'layers' ? (trees[0].layers[1] ?? '') : '');
    expect(missesOf((await rig.solve(graph, [1])).events)).toEqual(['cached', 'pruned']);
    expect(rig.steps).toBe(2);
  });
});

describe('steps of images named by --cache-from', () => {
  it('count for the build that names them, but are no records of the cache', async () => {
    using rig = new SolveRig();
    const [base, made] = [rig.layer('base'), rig.layer('made elsewhere')];
    const graph = graphOf(imageOf(base), runOf(0, 'make'));
    rig.imageCache = { find: (_key, _step, below) => [...below, made] };
    const { trees, events } = await rig.solve(graph, [1]);
    expect([trees, missesOf(events), rig.records.list()]).toEqual([[{ kind: 'layers', layers: [base, made] }], ['cached', 'cached'], []]);
    rig.imageCache = { find: () => undefined };
    expect(missesOf((await rig.solve(graph, [1])).events)).toEqual(['cached', 'first time']);
  });
});
