import { Turns } from '../../base/turns.ts';
import { type BuildGraph, type Input, inputsOf } from '../graph.ts';
import { Executions } from './executions.ts';
import type { SharedWork, SolverDependencies } from './shared-work.ts';
import type { Solution, SolveOptions, Solver } from './solver.ts';
import { VertexSolver } from './vertex-solver.ts';

/** Copying waits for disks and threads more than for processors. */
const FILES_PER_RUN = 4;

export function createSolver(dependencies: SolverDependencies): Solver {
  const shared: SharedWork = {
    ...dependencies,
    executions: new Executions(),
    runs: new Turns(dependencies.simultaneousRuns),
    files: new Turns(dependencies.simultaneousRuns * FILES_PER_RUN),
  };
  return { solve: (graph, results, options) => solve(shared, graph, results, options) };
}

async function solve(shared: SharedWork, graph: BuildGraph, results: readonly Input[], options: SolveOptions): Promise<Solution> {
  options.signal.throwIfAborted();
  const failing = new AbortController();
  const failures: unknown[] = [];
  let ended = false;
  using users = shared.cache.users();
  const solver = new VertexSolver(shared, graph, {
    ...options,
    signal: AbortSignal.any([options.signal, failing.signal]),
    onEvent: (event) => (ended ? undefined : options.onEvent(event)),
    users,
    onFailure: (error) => {
      failures.push(error);
      failing.abort(error);
    },
  });
  void options.onEvent({
    type: 'graph',
    vertices: graph.vertices.map(({ name, stage, operation }) => ({ name, stage, inputs: inputsOf(operation) })),
  });
  // All are waited for, so that nothing goes on when the call has ended.
  await Promise.allSettled(neededFor(graph, results).map((vertex) => solver.solved(vertex)));
  ended = true;
  options.signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  const solved = await Promise.all(results.map((result) => solver.solved(result)));
  return { trees: solved.map(({ tree }) => tree), links: solved.map(({ links }) => links) };
}

/** In the order of the graph, in which inputs come first: however long a chain of steps is, none waits inside of another's call. */
function neededFor({ vertices }: BuildGraph, results: readonly Input[]): readonly number[] {
  const needed = new Set(results.filter((result) => result !== null));
  for (let vertex = vertices.length - 1; vertex >= 0; vertex--) {
    const operation = vertices[vertex]?.operation;
    if (needed.has(vertex) && operation !== undefined) for (const input of inputsOf(operation)) needed.add(input);
  }
  return [...needed].sort((a, b) => a - b);
}
