import { posix } from 'node:path';
import { type Digest, digestOf, hexOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { hasWildcards } from '../../formats/dockerfile/glob.ts';
import type { CopyAction, CopySource } from '../../store/copy/copy-actions.ts';
import type { FileService } from '../../store/copy/file-service.ts';
import type { Owner } from '../../store/copy/made-directories.ts';
import type { Leases } from '../../store/leases.ts';
import type { ArchiveLimits } from '../../store/trees/archive-limits.ts';
import type { Executor, StepContext } from '../executor.ts';
import type { FileAction, FileSource, InlineFile, Operation, Tree } from '../graph.ts';
import { type OpenedTree, openTree, openWritable, type TreeDependencies } from './open-tree.ts';
import { ownerOf } from './owner.ts';

/** Makes a writable directory that nobody has mounted any more a layer, unless there is nothing in it. `lease` protects the layer before it can be seen. */
type Adopt = (
  source: { readonly upper: string; readonly lower: readonly string[]; readonly omitted: readonly string[] },
  lease: (diffId: Digest) => void,
) => Promise<{ readonly diffId: Digest } | null>;

export interface FileDependencies extends TreeDependencies {
  readonly adopt: Adopt;
  readonly files: FileService;
  readonly leases: Pick<Leases, 'add'>;
  /** Of each archive that ADD unpacks. */
  readonly limits: ArchiveLimits;
}

type FileOperation = Operation & { readonly kind: 'file' };

const PASSWD_BYTES = 1024 * 1024;
const ROOT = { uid: 0, gid: 0 };
const EMPTY: Tree = { kind: 'layers', layers: [] };

/** COPY, ADD and WORKDIR. */
export class FileExecutor implements Pick<Executor, 'file' | 'fileKey' | 'treeKey'> {
  readonly #dependencies: FileDependencies;
  /** Digests of trees that builds at work have, which never change. */
  readonly #digests = new WeakMap<Tree, Map<string, Promise<Digest | undefined>>>();

  constructor(dependencies: FileDependencies) {
    this.#dependencies = dependencies;
  }

  async file(operation: FileOperation, context: StepContext): Promise<Tree & { readonly kind: 'layers' }> {
    const { workspace, adopt, leases, files, limits } = this.#dependencies;
    const base = operation.base === null ? EMPTY : context.input(operation.base);
    if (base.kind !== 'layers') throw new EngineError('Internal', 'files cannot be copied above a directory');
    using directory = workspace.make();
    const { upper, lower } = await this.#write(base, directory.path, async (root) => {
      await using sources = new AsyncDisposableStack();
      const opened = new Map<number, OpenedTree>();
      const actions: CopyAction[] = [];
      for (const action of operation.actions) {
        const owner = await this.#owner(action, root, context, operation.base === null);
        actions.push(await this.#prepared(action, owner, context, opened, sources));
      }
      const { sourceDateEpoch } = context.settings;
      const time = sourceDateEpoch === undefined ? undefined : BigInt(sourceDateEpoch) * 1_000_000_000n;
      await files.copy({ root, actions, time, limits }, context.signal);
    });
    context.signal.throwIfAborted();
    const made = await adopt({ upper, lower, omitted: [] }, (diffId) => leases.add(context.settings.buildId, { layers: [diffId] }));
    return made === null ? base : { kind: 'layers', layers: [...base.layers, made.diffId] };
  }

  /** NotFound in BuildKit's words for a source that is not there. */
  async fileKey(operation: FileOperation, context: StepContext): Promise<Digest> {
    const keys: string[] = [];
    for (const action of operation.actions) {
      if (action.kind !== 'copy') continue;
      for (const source of action.sources) {
        if ('inline' in source) continue;
        const tree = treeOf(source, context);
        const digest = await this.#digest(tree, { path: source.path, parents: action.parents, exclude: action.exclude }, context.signal);
        if (digest === undefined && !(source.allowEmpty && hasWildcards(source.path))) throw missing(tree, source.path);
        keys.push(digest ?? '');
      }
    }
    return digestOf(keys.join('\n'));
  }

  async treeKey(tree: Tree, path: string, signal: AbortSignal): Promise<Digest> {
    const literal = path.replace(/[\\*?[]/g, '\\$&');
    const digest = await this.#digest(tree, { path: literal, parents: false, exclude: [] }, signal);
    if (digest === undefined) throw missing(tree, path);
    return digest;
  }

  async #write(
    base: Tree & { readonly kind: 'layers' },
    directory: string,
    work: (root: number) => Promise<void>,
  ): Promise<{ readonly upper: string; readonly lower: readonly string[] }> {
    await using tree = await openWritable(this.#dependencies, base.layers, directory);
    await work(tree.fd);
    return { upper: tree.upper, lower: tree.lower };
  }

  async #prepared(
    action: FileAction,
    owner: Owner | undefined,
    context: StepContext,
    opened: Map<number, OpenedTree>,
    stack: AsyncDisposableStack,
  ): Promise<CopyAction> {
    if (action.kind === 'mkdir') return { kind: 'mkdir', path: action.path, owner };
    const sources: (CopySource | InlineFile)[] = [];
    for (const source of action.sources) {
      if ('inline' in source) {
        sources.push(source);
        continue;
      }
      const tree = treeOf(source, context);
      const known = source.input === null ? undefined : opened.get(source.input);
      const from = known ?? stack.use(await openTree(this.#dependencies, tree));
      if (source.input !== null) opened.set(source.input, from);
      const { path, unpack, allowEmpty } = source;
      // A client's files are root's; those of an image or stage stay whose they are.
      sources.push({ root: from.fd, path, unpack, allowEmpty, owner: tree.kind === 'directory' ? ROOT : undefined });
    }
    const { destination, chmod, parents, exclude, isLinked = false } = action;
    return { kind: 'copy', sources, destination, owner, chmod, parents, exclude, isLinked };
  }

  /** Where there is no file system, nobody has a name; in one that lacks the name, root takes its place, as BuildKit has it, and the step says so. */
  async #owner({ chown }: FileAction, root: number, context: StepContext, isEmpty: boolean): Promise<Owner | undefined> {
    if (chown === undefined) return undefined;
    const read = async (path: string): Promise<string> => (await this.#dependencies.files.read({ root, path, limit: PASSWD_BYTES }))?.toString() ?? '';
    const { uid, gid, unknown } = ownerOf(chown, await read('/etc/passwd'), await read('/etc/group'));
    if (isEmpty && unknown.length > 0)
      throw new EngineError('InvalidArgument', `--chown=${chown}: there is no ${unknown.join(' and no ')} where there are no files`);
    for (const name of unknown) await context.log(2, Buffer.from(`warning: the image knows no ${name}, so files belong to root's number\n`));
    return { uid, gid };
  }

  #digest(tree: Tree, selection: { path: string; parents: boolean; exclude: readonly string[] }, signal: AbortSignal): Promise<Digest | undefined> {
    const known = this.#digests.get(tree) ?? new Map<string, Promise<Digest | undefined>>();
    this.#digests.set(tree, known);
    if (tree.kind === 'directory' && isWhole(selection)) return Promise.resolve(tree.digest);
    const key = JSON.stringify([selection.path, selection.parents, selection.exclude]);
    const found = known.get(key) ?? this.#compute(tree, selection, signal);
    known.set(key, found);
    // The next build step must not fail because of an earlier one that was stopped.
    found.catch(() => known.delete(key));
    return found;
  }

  async #compute(tree: Tree, selection: { path: string; parents: boolean; exclude: readonly string[] }, signal: AbortSignal): Promise<Digest | undefined> {
    await using opened = await openTree(this.#dependencies, tree);
    return await this.#dependencies.files.digest({ root: opened.fd, ...selection, ownerless: tree.kind === 'directory' }, signal);
  }
}

function treeOf({ input }: FileSource, context: StepContext): Tree {
  return input === null ? EMPTY : context.input(input);
}

function missing(tree: Tree, path: string): EngineError {
  const ref = hexOf(tree.kind === 'directory' ? tree.digest : digestOf(tree.layers.join(' '))).slice(0, 25);
  return new EngineError('NotFound', `failed to calculate checksum of ref ${ref}: ${JSON.stringify(`/${path.replace(/^\/+/, '')}`)}: not found`);
}

function isWhole({ path, parents, exclude }: { readonly path: string; readonly parents: boolean; readonly exclude: readonly string[] }): boolean {
  return !parents && exclude.length === 0 && /^[./]*$/.test(path) && posix.join('/', path) === '/';
}
