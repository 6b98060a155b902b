import { type Digest, digestOf } from '../../base/digest.ts';
import type { Executor, StepContext, StepSettings } from '../executor.ts';
import type { FileAction, Input, Operation, RunMount, Tree, Vertex } from '../graph.ts';
import { canonicalJson } from './canonical-json.ts';

/** What a step's result depends on. A key that was not seen before differs from an earlier one in one of the three parts. */
export interface StepKey {
  readonly key: Digest;
  /** The operation without what goes into it. */
  readonly instruction: Digest;
  readonly base: Digest;
  /** Of its other inputs, what it reads. */
  readonly files: Digest;
}

/** Steps with a result of their own; the others result in what they are given. */
export type Step = Operation & { readonly kind: 'run' | 'file' };

/** Counts up when a step comes to do something else by the same words: caches of earlier engines do not count then. */
const REVISION = 2;

/** The name of a tree's content. */
export function treeDigest(tree: Tree): Digest {
  return tree.kind === 'layers' ? digestOf(tree.layers.join('\n')) : tree.digest;
}

/** Reads what the step would read. The inputs must be solved. */
export async function stepKey(step: Step, vertex: Vertex, context: StepContext, executor: Executor): Promise<StepKey> {
  const instruction = digestOf(canonicalJson([REVISION, step.kind, vertex.platform, definitionOf(step, context.settings)]));
  const base = treeDigest(context.input(step.kind === 'run' ? step.root : step.base));
  const files = step.kind === 'file' ? await executor.fileKey(step, context) : await mountedKey(step.mounts, context, executor);
  return { key: digestOf([instruction, base, files].join('\n')), instruction, base, files };
}

async function mountedKey(mounts: readonly RunMount[], context: StepContext, executor: Executor): Promise<Digest> {
  const keys: Digest[] = [];
  for (const { type, from, source } of mounts) {
    if ((type !== 'bind' && type !== 'cache') || from === undefined) continue;
    keys.push(await executor.treeKey(context.input(from), source ?? '/', context.signal));
  }
  return digestOf(keys.join('\n'));
}

/** Without numbers of vertices, which say nothing about content, and without what must not matter: proxies and values of secrets. */
function definitionOf(step: Step, settings: StepSettings): unknown {
  const made = { sourceDateEpoch: settings.sourceDateEpoch };
  if (step.kind === 'file') return { ...made, actions: step.actions.map(actionWithoutInputs) };
  const { root: _root, uncachedEnv, env, mounts, ...rest } = step;
  const uncached = new Set(uncachedEnv);
  return {
    ...made,
    ...rest,
    env: env.filter((entry) => !uncached.has(entry)),
    mounts: mounts.map(({ from, ...mount }) => ({ ...mount, from: placeOf(from) })),
    extraHosts: settings.extraHosts,
    networkMode: step.network === 'default' ? settings.networkMode : undefined,
  };
}

function actionWithoutInputs(action: FileAction): unknown {
  if (action.kind === 'mkdir') return action;
  return { ...action, sources: action.sources.map((source) => ('inline' in source ? source : { ...source, input: placeOf(source.input) })) };
}

function placeOf(input: Input | undefined): string {
  if (input === undefined) return 'nothing';
  return input === null ? 'empty' : 'vertex';
}
