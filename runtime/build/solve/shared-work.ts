import type { Digest } from '../../base/digest.ts';
import type { Turns } from '../../base/turns.ts';
import type { Leases } from '../../store/leases.ts';
import type { BuildStepRecords } from '../../store/records/build-steps.ts';
import type { Executor } from '../executor.ts';
import type { Tree } from '../graph.ts';
import type { StepCache } from './cache.ts';
import type { Executions } from './executions.ts';
import type { ImageCaches } from './image-caches.ts';
import type { CacheLink } from './solver.ts';

export interface SolverDependencies {
  readonly executor: Executor;
  readonly cache: StepCache;
  readonly steps: BuildStepRecords;
  readonly imageCaches: Pick<ImageCaches, 'open'>;
  readonly leases: Pick<Leases, 'add' | 'release'>;
  /** RUN steps that run at once, of all builds; each is a container. */
  readonly simultaneousRuns: number;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

/** What a step has made: its layers, and the cache's record of it. */
export interface Executed {
  readonly tree: Tree;
  readonly record: string;
}

/** What all builds share. */
export interface SharedWork extends SolverDependencies {
  readonly executions: Executions<Executed>;
  readonly runs: Turns;
  readonly files: Turns;
}

/** A vertex with what became of it. */
export interface Solved {
  readonly tree: Tree;
  /** Of the cache, whose result the tree is. */
  readonly record: string | null;
  readonly links: readonly CacheLink[];
  readonly cached: boolean;
}

/** The empty file system. */
export const EMPTY: Solved = { tree: { kind: 'layers', layers: [] }, record: null, links: [], cached: true };

/** Of layers; a directory has none. */
export function layersOf(tree: Tree): readonly Digest[] {
  return tree.kind === 'layers' ? tree.layers : [];
}
