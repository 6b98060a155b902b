import type { Logger } from '../../base/log.ts';
import type { ImageCatalog } from '../../image/catalog.ts';
import type { Database } from '../../store/database.ts';
import type { Leases } from '../../store/leases.ts';
import { BuildCacheRecords } from '../../store/records/build-cache.ts';
import { BuildStepRecords } from '../../store/records/build-steps.ts';
import { BuildRecords } from '../../store/records/builds.ts';
import type { Executor } from '../executor.ts';
import { BuildCache } from './build-cache.ts';
import { StepCache } from './cache.ts';
import type { CacheMounts } from './cache-mounts.ts';
import { createSolver } from './graph-solver.ts';
import type { BuildHistory } from './history.ts';
import { ImageCaches } from './image-caches.ts';
import type { Solver } from './solver.ts';
import { StepLogs } from './step-logs.ts';
import { StoredHistory } from './stored-history.ts';

export interface SolvingDependencies {
  readonly database: Database;
  readonly catalog: ImageCatalog;
  readonly leases: Leases;
  readonly executor: Executor;
  readonly mounts: CacheMounts;
  /** Deletes layers that nobody needs any more. */
  readonly collect: () => Promise<void>;
  /** For the output of steps. */
  readonly directory: string;
  /** Told of each record of a build that is gone. */
  readonly onForgotten: (build: string) => void;
  /** RUN steps at once. */
  readonly simultaneousRuns: number;
  /** Bytes of the disk for the cache. */
  readonly cacheLimit: () => number;
  readonly logger: Logger;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

export interface Solving extends AsyncDisposable {
  readonly solver: Solver;
  readonly cache: BuildCache;
  readonly history: BuildHistory;
}

/** The solver with what it keeps. What an engine that died has left half-done is put right. */
export function openSolving(dependencies: SolvingDependencies): Solving {
  const { database, catalog, leases, executor, mounts, collect, directory, simultaneousRuns, cacheLimit, logger, now } = dependencies;
  const records = new BuildCacheRecords(database);
  const steps = new StepCache({ records, layers: catalog.layers, leases, now });
  const cache = new BuildCache({ steps, records, layers: catalog.layers, mounts, collect, limit: cacheLimit, logger, now });
  const solver = createSolver({
    executor,
    cache: steps,
    steps: new BuildStepRecords(database),
    imageCaches: new ImageCaches(catalog),
    leases,
    simultaneousRuns,
    now,
  });
  return {
    cache,
    history: new StoredHistory({ records: new BuildRecords(database), logs: new StepLogs(directory), onRemoved: dependencies.onForgotten, now }),
    solver: {
      solve: async (...parameters) => {
        try {
          return await solver.solve(...parameters);
        } finally {
          cache.trimSoon();
        }
      },
    },
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  };
}
