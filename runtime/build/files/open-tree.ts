import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../base/digest.ts';
import type { OverlayViews } from '../../container/files/overlay-views.ts';
import type { FileService } from '../../store/copy/file-service.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import type { Tree } from '../graph.ts';
import type { BuildWorkspace } from '../workspace.ts';

export interface TreeDependencies {
  readonly views: OverlayViews;
  readonly layers: Pick<LayerStore, 'directoryOf'>;
  readonly workspace: BuildWorkspace;
}

export interface OpenedTree extends AsyncDisposable {
  /** Of its root. */
  readonly fd: number;
}

export interface WritableTree extends OpenedTree {
  /** What was written, once the tree is disposed of. */
  readonly upper: string;
  /** Top first. */
  readonly lower: readonly string[];
}

/** The files of `tree`, to be read. */
export async function openTree(dependencies: TreeDependencies, tree: Tree): Promise<OpenedTree> {
  if (tree.kind === 'directory') {
    const held = dependencies.workspace.hold(tree.path);
    try {
      const { fd } = openDirectory(tree.path);
      const close = (): void => {
        closeSync(fd);
        held[Symbol.dispose]();
      };
      return { fd, [Symbol.asyncDispose]: () => Promise.resolve(close()) };
    } catch (error) {
      held[Symbol.dispose]();
      throw error;
    }
  }
  await using undo = new AsyncDisposableStack();
  const { path } = undo.use(dependencies.workspace.make());
  const lower = lowerOf(dependencies, tree.layers);
  // An overlay that is only read has two directories at least.
  const opened = undo.use(lower.length === 0 ? openDirectory(path) : await dependencies.views.open({ lower: [...lower, path] }));
  const kept = undo.move();
  return { fd: opened.fd, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** A new writable directory in `directory`, which is one of the workspace, above `layers`, base first. */
export async function openWritable(
  dependencies: TreeDependencies,
  layers: (Tree & { readonly kind: 'layers' })['layers'],
  directory: string,
): Promise<WritableTree> {
  const [upper, work] = [join(directory, 'upper'), join(directory, 'work')];
  mkdirSync(upper, { mode: 0o755 });
  const lower = lowerOf(dependencies, layers);
  if (lower.length === 0) return { ...openDirectory(upper), upper, lower };
  mkdirSync(work, { mode: 0o700 });
  const view = await dependencies.views.open({ lower, upper, work });
  return { fd: view.fd, upper, lower, [Symbol.asyncDispose]: () => view[Symbol.asyncDispose]() };
}

function lowerOf({ layers }: TreeDependencies, diffIds: (Tree & { readonly kind: 'layers' })['layers']): readonly string[] {
  return diffIds.map((diffId) => layers.directoryOf(diffId)).toReversed();
}

function openDirectory(path: string): OpenedTree {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  return { fd, [Symbol.asyncDispose]: () => Promise.resolve(closeSync(fd)) };
}

/** Content of a directory that nobody writes to, as of a tree. */
export async function digestOfDirectory(files: Pick<FileService, 'digest'>, path: string, signal: AbortSignal): Promise<Digest> {
  await using directory = openDirectory(path);
  return (await files.digest({ root: directory.fd, path: '.', parents: false, exclude: [], ownerless: true }, signal)) ?? digestOf('');
}
