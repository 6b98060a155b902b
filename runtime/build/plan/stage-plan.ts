import type { Dockerfile, SourceRange } from '../../formats/dockerfile/ast.ts';
import type { Input, Operation } from '../graph.ts';
import type { GlobalArguments } from './build-arguments.ts';
import type { PlanRequest } from './plan.ts';
import type { StageState } from './stage-state.ts';

/** A stage being planned: what its instructions need beside themselves. */
export interface StagePlan {
  readonly dockerfile: Dockerfile;
  readonly request: PlanRequest;
  readonly globals: GlobalArguments;
  readonly state: StageState;
  /** `KEY=value` of the proxies. */
  readonly proxies: readonly string[];
  /** A vertex of this stage by the name `[stage n/m] text`. */
  readonly step: (operation: Operation, text: string, range: SourceRange) => number;
  /** A vertex that is no instruction of its own. */
  readonly part: (operation: Operation, name: string, range: SourceRange) => number;
  /** The client's files. */
  context(): number;
  /**
   * Files of `--from`: an earlier stage, an image or a named context; `mountedAt`: of a mount. InvalidArgument for a later stage and for itself,
   * NotFound for an image that is nowhere.
   */
  from(name: string, mountedAt?: string): Promise<Input>;
}
