import { type Digest, digestOf } from '../base/digest.ts';
import type { Executor, StepContext } from '../build/executor.ts';
import type { FileAction, Operation, Tree } from '../build/graph.ts';
import { canonicalJson } from '../build/solve/canonical-json.ts';
import { treeDigest } from '../build/solve/step-key.ts';
import type { Leases } from '../store/leases.ts';
import type { LayerRecords } from '../store/records/layers.ts';

type Of<Kind extends Operation['kind']> = Operation & { readonly kind: Kind };

/** Bytes of each layer that it makes. */
export const FAKE_LAYER_SIZE = 1000;

/**
 * An executor without a kernel: a step's layer is named after what the step is and what goes into it. `before` stands where the
 * work would be; it may wait, log and throw.
 */
export class FakeExecutor implements Executor {
  readonly #layers: LayerRecords;
  readonly #leases: Pick<Leases, 'add'>;
  /** How often each step was carried out, by what it is and reads. */
  readonly executed = new Map<string, number>();
  running = 0;
  mostRunning = 0;
  before: (operation: Of<'run' | 'file'>, context: StepContext) => Promise<void> = () => Promise.resolve();
  /** The content that a step reads at a path; by default all of the tree matters. */
  read: (tree: Tree, path: string) => string = (tree) => treeDigest(tree);

  constructor(layers: LayerRecords, leases: Pick<Leases, 'add'>) {
    this.#layers = layers;
    this.#leases = leases;
  }

  run(operation: Of<'run'>, context: StepContext): Promise<Tree & { readonly kind: 'layers' }> {
    return this.#make(operation, operation.root, context);
  }

  file(operation: Of<'file'>, context: StepContext): Promise<Tree & { readonly kind: 'layers' }> {
    return this.#make(operation, operation.base, context);
  }

  async fileKey(operation: Of<'file'>, context: StepContext): Promise<Digest> {
    await turn(context.signal);
    return digestOf(contentOf(operation, context, this.read).join('\n'));
  }

  async treeKey(tree: Tree, path: string, signal: AbortSignal): Promise<Digest> {
    await turn(signal);
    return digestOf(this.read(tree, path));
  }

  async git(operation: Of<'git'>, context: StepContext): Promise<Tree & { readonly kind: 'directory' }> {
    await turn(context.signal);
    return { kind: 'directory', path: '/nowhere/git', digest: digestOf(canonicalJson(operation)) };
  }

  async http(operation: Of<'http'>, context: StepContext): Promise<Tree & { readonly kind: 'directory' }> {
    await turn(context.signal);
    return { kind: 'directory', path: '/nowhere/http', digest: digestOf(canonicalJson(operation)) };
  }

  /** All that the step is and reads, and nothing of where its inputs stand in the graph. */
  #made(operation: Of<'run' | 'file'>, context: StepContext): unknown[] {
    if (operation.kind === 'file')
      return [operation.actions.map((action) => (action.kind === 'copy' ? pathsOf(action) : action)), contentOf(operation, context, this.read)];
    const mounts = operation.mounts.map(({ from, source = '/', target }) => [target, source, from === undefined ? '' : this.read(context.input(from), source)]);
    return [operation.argv, mounts];
  }

  async #make(operation: Of<'run' | 'file'>, base: number | null, context: StepContext): Promise<Tree & { readonly kind: 'layers' }> {
    const below = context.input(base);
    const layers = below.kind === 'layers' ? below.layers : [];
    const what = digestOf(canonicalJson([layers, ...this.#made(operation, context)]));
    this.executed.set(what, (this.executed.get(what) ?? 0) + 1);
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      await this.before(operation, context);
      context.signal.throwIfAborted();
      this.#leases.add(context.settings.buildId, { layers: [what] });
      this.#layers.put({ diffId: what, size: FAKE_LAYER_SIZE, tarSize: FAKE_LAYER_SIZE });
      return { kind: 'layers', layers: [...layers, what] };
    } finally {
      this.running--;
    }
  }
}

function contentOf(operation: Of<'file'>, context: StepContext, read: (tree: Tree, path: string) => string): string[] {
  return operation.actions.flatMap((action) =>
    action.kind === 'copy' ? action.sources.map((source) => ('inline' in source ? source.inline : read(context.input(source.input), source.path))) : [],
  );
}

function pathsOf({ sources }: FileAction & { readonly kind: 'copy' }): string[] {
  return sources.map((source) => ('inline' in source ? source.name : source.path));
}

async function turn(signal: AbortSignal): Promise<void> {
  await Promise.resolve();
  signal.throwIfAborted();
}
