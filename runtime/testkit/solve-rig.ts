import { type Digest, digestOf } from '../base/digest.ts';
import type { BuildEvent } from '../build/build-events.ts';
import type { StepSettings } from '../build/executor.ts';
import type { BuildGraph, FileAction, Input, Operation, RunMount, Tree, Vertex } from '../build/graph.ts';
import { StepCache } from '../build/solve/cache.ts';
import { createSolver } from '../build/solve/graph-solver.ts';
import type { ImageCache, ImageCaches } from '../build/solve/image-caches.ts';
import type { Solution, SolveOptions } from '../build/solve/solver.ts';
import { Database } from '../store/database.ts';
import { Leases } from '../store/leases.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { BuildCacheRecords } from '../store/records/build-cache.ts';
import { BuildStepRecords } from '../store/records/build-steps.ts';
import { LayerRecords } from '../store/records/layers.ts';
import { FakeExecutor } from './fake-executor.ts';

/** A solver over a database in memory and an executor without a kernel. */
export class SolveRig implements Disposable {
  readonly database = new Database(':memory:', MIGRATIONS);
  readonly layers = new LayerRecords(this.database);
  readonly leases = new Leases(this.database);
  readonly records = new BuildCacheRecords(this.database);
  readonly executor = new FakeExecutor(this.layers, this.leases);
  /** Nanoseconds; goes on by itself. */
  time = 1_700_000_000_000_000_000n;
  readonly now = (): bigint => this.time++;
  readonly cache = new StepCache({ records: this.records, layers: this.layers, leases: this.leases, now: this.now });
  /** What images named by `cacheFrom` give; none by default. */
  imageCache: ImageCache = { find: () => undefined };
  #builds = 0;

  readonly solver;

  constructor(simultaneousRuns = 2) {
    const imageCaches = { open: () => this.imageCache } satisfies Pick<ImageCaches, 'open'>;
    this.solver = createSolver({
      executor: this.executor,
      cache: this.cache,
      steps: new BuildStepRecords(this.database),
      imageCaches,
      leases: this.leases,
      simultaneousRuns,
      now: this.now,
    });
  }

  /** Solves under a lease of its own that ends with the call. */
  async solve(
    graph: BuildGraph,
    results: readonly Input[],
    options: Partial<SolveOptions> = {},
  ): Promise<Solution & { readonly events: readonly BuildEvent[] }> {
    const events: BuildEvent[] = [];
    const settings = options.settings ?? settingsOf(`build/${++this.#builds}`);
    try {
      const solution = await this.solver.solve(graph, results, {
        contexts: new Map(),
        signal: new AbortController().signal,
        cacheFrom: [],
        scope: 'test',
        ...options,
        settings,
        onEvent: (event) => {
          events.push(event);
          return options.onEvent?.(event);
        },
      });
      return { ...solution, events };
    } finally {
      this.leases.release(settings.buildId);
    }
  }

  /** A layer as if an image had brought it. */
  layer(name: string): Digest {
    const diffId = digestOf(name);
    this.layers.put({ diffId, size: 5000, tarSize: 5000 });
    return diffId;
  }

  /** Steps carried out so far. */
  get steps(): number {
    return [...this.executor.executed.values()].reduce((sum, count) => sum + count, 0);
  }

  [Symbol.dispose](): void {
    this.database[Symbol.dispose]();
  }
}

export function settingsOf(buildId: string): StepSettings {
  return {
    buildId,
    secrets: { secret: () => undefined, ssh: () => undefined },
    extraHosts: [],
    networkMode: 'default',
    resources: {},
    allowInsecure: false,
    keepFailed: false,
    keepDone: false,
  };
}

export function vertexOf(operation: Operation, changes: Partial<Vertex> = {}): Vertex {
  return { operation, name: `[stage] ${operation.kind}`, stage: 'stage', platform: 'linux/amd64', ignoreCache: false, ...changes };
}

export function imageOf(...layers: Digest[]): Operation {
  return { kind: 'image', reference: 'base:latest', id: digestOf('image'), layers };
}

export function runOf(root: Input, command: string, changes: { readonly mounts?: readonly RunMount[]; readonly env?: readonly string[] } = {}): Operation {
  return {
    kind: 'run',
    root,
    argv: ['/bin/sh', '-c', command],
    env: ['PATH=/bin'],
    uncachedEnv: [],
    cwd: '/',
    user: '',
    mounts: [],
    network: 'default',
    security: 'sandbox',
    ...changes,
  };
}

export function copyOf(base: Input, ...sources: readonly [input: Input, path: string][]): Operation {
  const action: FileAction = {
    kind: 'copy',
    sources: sources.map(([input, path]) => ({ input, path, unpack: false, allowEmpty: false })),
    destination: '/',
    parents: false,
    exclude: [],
  };
  return { kind: 'file', base, actions: [action] };
}

export function directoryOf(content: string): Tree {
  return { kind: 'directory', path: '/nowhere', digest: digestOf(content) };
}
