import type { Digest } from '../../base/digest.ts';
import type { BuildEvent } from '../build-events.ts';
import type { StepSettings } from '../executor.ts';
import type { BuildGraph, Input, Tree } from '../graph.ts';

export interface SolveOptions {
  readonly settings: StepSettings;
  /** The files of each `context` operation, by its name. They stay for as long as the call runs. */
  readonly contexts: ReadonlyMap<string, Tree>;
  /** Aborted: the call throws the signal's reason after all of its steps have ended. */
  readonly signal: AbortSignal;
  /** `graph` first, then those of vertices; none after the call has ended. For output the step waits until it settles, if it is a promise. */
  readonly onEvent: (event: BuildEvent) => void | Promise<void>;
  /** Names of images whose cache may be used by this build. Those that are not here are passed over: who wants them pulls them before. */
  readonly cacheFrom: readonly string[];
  /**
   * What this build is compared with when it is told why a step ran again: builds of the same scope are the same thing at another
   * time, such as one tag, or one Dockerfile of one context.
   */
  readonly scope: string;
}

/** That the first `layers` layers of an image are the result of a step with this key. */
export interface CacheLink {
  readonly key: Digest;
  readonly layers: number;
}

export interface Solution {
  /** In the order of the results asked for; null results in no layers. */
  readonly trees: readonly Tree[];
  /** Of each result, the steps whose layers it consists of; for the configuration of an image with inline cache (`withInlineCache`). */
  readonly links: readonly (readonly CacheLink[])[];
}

/** Carries graphs out. Steps that do not need each other run side by side; one that another build runs already is waited for. */
export interface Solver {
  /**
   * Only what the results need is carried out. Each layer of each result is protected by the lease of `settings.buildId`, which the caller
   * ends. The first step that fails ends the others, and its error is thrown; what ended well before stays in the cache.
   */
  solve(graph: BuildGraph, results: readonly Input[], options: SolveOptions): Promise<Solution>;
}
