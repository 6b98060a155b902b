import { randomUUID } from 'node:crypto';
import { digestOf } from '../../base/digest.ts';
import { EngineError, messageOf } from '../../base/errors.ts';
import type { CacheMiss } from '../build-events.ts';
import type { StepContext, StepSettings } from '../executor.ts';
import { type BuildGraph, type Input, inputsOf, type Tree, type Vertex } from '../graph.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ExecutionListener } from './executions.ts';
import type { ImageCache } from './image-caches.ts';
import { explainMiss } from './miss.ts';
import { EMPTY, type Executed, layersOf, type SharedWork, type Solved } from './shared-work.ts';
import type { SolveOptions } from './solver.ts';
import { type Step, type StepKey, stepKey } from './step-key.ts';

interface VertexOptions extends SolveOptions {
  readonly users: { add(id: string): void };
  /** A step of its own has failed; not told when it was made to end. */
  readonly onFailure: (error: unknown) => void;
}

/** What clients show as "canceled". */
const CANCELED = 'context canceled';

/** One build: each vertex that is asked for is solved once, its inputs before it. */
export class VertexSolver {
  readonly #shared: SharedWork;
  readonly #graph: BuildGraph;
  readonly #options: VertexOptions;
  readonly #imported: ImageCache;
  readonly #solved = new Map<number, Promise<Solved>>();
  /** Steps of this build by key: a step that may not use the cache still happens once. */
  readonly #executed = new Map<string, Promise<Executed>>();

  constructor(shared: SharedWork, graph: BuildGraph, options: VertexOptions) {
    this.#shared = shared;
    this.#graph = graph;
    this.#options = options;
    this.#imported = shared.imageCaches.open(options.cacheFrom);
  }

  solved(input: Input): Promise<Solved> {
    if (input === null) return Promise.resolve(EMPTY);
    let solved = this.#solved.get(input);
    if (solved === undefined) {
      solved = this.#solve(input);
      this.#solved.set(input, solved);
    }
    return solved;
  }

  async #solve(index: number): Promise<Solved> {
    const vertex = this.#graph.vertices[index];
    if (vertex === undefined) throw new EngineError('Internal', `the graph of a build has no vertex ${index}`);
    const inputs = inputsOf(vertex.operation);
    const below = new Map(await Promise.all(inputs.map(async (input): Promise<[number, Solved]> => [input, await this.solved(input)])));
    const { signal, onEvent } = this.#options;
    signal.throwIfAborted();
    const { now, leases } = this.#shared;
    void onEvent({ type: 'started', vertex: index, time: now() });
    try {
      const { solved, miss } = await this.#result(index, vertex, below);
      signal.throwIfAborted();
      leases.add(this.#options.settings.buildId, { layers: layersOf(solved.tree) });
      if (solved.record !== null) this.#options.users.add(solved.record);
      void onEvent({
        type: 'completed',
        vertex: index,
        time: now(),
        cached: solved.cached,
        ...(miss !== undefined && { miss }),
        layers: layersOf(solved.tree),
      });
      return solved;
    } catch (error) {
      const canceled = signal.aborted;
      void onEvent({ type: 'completed', vertex: index, time: now(), cached: false, layers: [], error: canceled ? CANCELED : messageOf(error) });
      if (!canceled) this.#options.onFailure(error);
      throw error;
    }
  }

  async #result(index: number, vertex: Vertex, below: ReadonlyMap<number, Solved>): Promise<{ solved: Solved; miss?: CacheMiss }> {
    const { operation } = vertex;
    const { contexts, settings, signal } = this.#options;
    const { executor } = this.#shared;
    switch (operation.kind) {
      case 'image':
        return { solved: { ...EMPTY, tree: { kind: 'layers', layers: operation.layers } } };
      case 'context': {
        const tree = contexts.get(operation.name);
        if (tree === undefined) throw new EngineError('Internal', `the build has no context ${JSON.stringify(operation.name)}`);
        return { solved: { ...EMPTY, tree, cached: false } };
      }
      case 'git':
      case 'http': {
        const context = this.#context(settings, signal, below, this.#listener(index));
        const tree = await this.#shared.files.run(signal, () =>
          operation.kind === 'git' ? executor.git(operation, context) : executor.http(operation, context),
        );
        return { solved: { ...EMPTY, tree, cached: false } };
      }
      case 'merge': {
        const [base, upper] = [operation.base, operation.upper].map((input) => (input === null ? EMPTY : (below.get(input) ?? EMPTY)));
        const layers = [base, upper].flatMap((side) => (side === undefined ? [] : layersOf(side.tree)));
        return { solved: { tree: { kind: 'layers', layers }, record: null, links: base?.links ?? [], cached: upper?.cached ?? true } };
      }
      case 'run':
      case 'file':
        return this.#step(index, vertex, operation, below);
    }
  }

  async #step(index: number, vertex: Vertex, step: Step, below: ReadonlyMap<number, Solved>): Promise<{ solved: Solved; miss?: CacheMiss }> {
    const { settings, signal } = this.#options;
    const { executor, files, cache, steps } = this.#shared;
    const listener = this.#listener(index);
    const key = await files.run(signal, () => stepKey(step, vertex, this.#context(settings, signal, below, listener), executor));
    const baseInput = step.kind === 'run' ? step.root : step.base;
    const base = baseInput === null ? EMPTY : (below.get(baseInput) ?? EMPTY);
    const baseLayers = layersOf(base.tree).length;
    const place = this.#placeOf(index, vertex);
    const linked = (tree: Tree, record: string | null, cached: boolean): Solved => ({
      tree,
      record,
      cached,
      links: [...base.links, { key: key.key, layers: layersOf(tree).length }],
    });
    if (!vertex.ignoreCache) {
      const found = cache.find(key.key);
      if (found !== undefined) {
        cache.use(found.id);
        steps.put(place, key);
        return { solved: linked({ kind: 'layers', layers: found.layers }, found.id, true) };
      }
      const imported = this.#imported.find(key.key, step, layersOf(base.tree));
      if (imported !== undefined) return { solved: linked({ kind: 'layers', layers: imported }, null, true) };
    }
    const miss = vertex.ignoreCache ? 'disabled' : explainMiss(steps.get(place), key);
    const { tree, record } = await this.#execute(vertex, step, key, below, listener, { baseLayers, parent: base.record });
    steps.put(place, key);
    return { solved: linked(tree, record, false), miss };
  }

  #execute(
    vertex: Vertex,
    step: Step,
    key: StepKey,
    below: ReadonlyMap<number, Solved>,
    listener: ExecutionListener,
    base: { readonly baseLayers: number; readonly parent: string | null },
  ): Promise<Executed> {
    const { signal } = this.#options;
    if (vertex.ignoreCache) {
      const own = this.#executed.get(key.key);
      if (own !== undefined) return own;
    }
    const executed = this.#shared.executions.join(this.#workName(vertex, step, key, below), signal, listener, (leaving, all) =>
      this.#carryOut(vertex, step, key, below, base, leaving, all),
    );
    if (vertex.ignoreCache) this.#executed.set(key.key, executed);
    return executed;
  }

  async #carryOut(
    vertex: Vertex,
    step: Step,
    key: StepKey,
    below: ReadonlyMap<number, Solved>,
    base: { readonly baseLayers: number; readonly parent: string | null },
    signal: AbortSignal,
    listener: ExecutionListener,
  ): Promise<Executed> {
    const { executor, runs, files, cache, leases } = this.#shared;
    // The build that began it may leave before it has ended: what it makes belongs to itself.
    const owner = `build-step/${randomUUID()}`;
    const context = this.#context({ ...this.#options.settings, buildId: owner }, signal, below, listener);
    try {
      for (const { tree } of below.values()) leases.add(owner, { layers: layersOf(tree) });
      const tree =
        step.kind === 'run' ? await runs.run(signal, () => executor.run(step, context)) : await files.run(signal, () => executor.file(step, context));
      // Nobody wants it any more, but it is whole: the next build will.
      const record = cache.put(key.key, { layers: tree.layers, ...base, description: vertex.name });
      return { tree, record };
    } finally {
      leases.release(owner);
    }
  }

  /**
   * Only what may stand for each other has one name: another build's limits or secrets could make a step fail that would not in this one,
   * and its directories go when it ends.
   */
  #workName(vertex: Vertex, step: Step, { key }: StepKey, below: ReadonlyMap<number, Solved>): string {
    const { buildId, resources, allowInsecure, keepFailed, keepDone } = this.#options.settings;
    const own =
      vertex.ignoreCache ||
      below.values().some(({ tree }) => tree.kind === 'directory') ||
      (step.kind === 'run' && step.mounts.some(({ type }) => type === 'secret' || type === 'ssh'));
    return `${key} ${own ? buildId : digestOf(canonicalJson([resources, allowInsecure, keepFailed, keepDone]))}`;
  }

  #placeOf(index: number, { stage }: Vertex) {
    const position = this.#graph.vertices.slice(0, index).filter((earlier) => earlier.stage === stage).length;
    return { scope: this.#options.scope, stage, position };
  }

  #listener(vertex: number): ExecutionListener {
    const { onEvent } = this.#options;
    const { now } = this.#shared;
    return {
      log: (stream, data) => onEvent({ type: 'log', vertex, stream, time: now(), data }),
      container: (id) => void onEvent({ type: 'container', vertex, id }),
      progress: (id, current, total) => void onEvent({ type: 'progress', vertex, id, current, ...(total !== undefined && { total }) }),
    };
  }

  #context(settings: StepSettings, signal: AbortSignal, below: ReadonlyMap<number, Solved>, listener: ExecutionListener): StepContext {
    return {
      settings,
      signal,
      input: (input) => {
        if (input === null) return EMPTY.tree;
        const solved = below.get(input);
        if (solved === undefined) throw new EngineError('Internal', `a step of a build reads vertex ${input}, which is no input of it`);
        return solved.tree;
      },
      log: (stream, data) => listener.log(stream, data),
      container: (id) => listener.container(id),
      progress: (id, current, total) => listener.progress(id, current, total),
    };
  }
}
