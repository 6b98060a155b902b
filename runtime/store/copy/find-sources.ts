import { bytesOfText, textOfBytes } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import { goMatch, hasWildcards } from '../../formats/dockerfile/glob.ts';
import { O } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { openInRoot } from '../trees/in-root.ts';
import { MAX_DEPTH } from '../trees/limits.ts';
import { TreeNode } from '../trees/tree-node.ts';

/** Files of a tree that COPY or ADD names. */
export interface SourceFiles {
  /** Descriptor of the directory that is `/`; the job's owner keeps it open. */
  readonly root: number;
  /** A path or a pattern of Go's filepath.Match; `.` and `..` stay inside of the root. */
  readonly path: string;
  /** `--parents`: links are not followed, `**` stands for any directories, and `/./` says from where on parents are kept. */
  readonly parents: boolean;
}

export interface FoundSource extends Disposable {
  /** Below the root. */
  readonly path: string;
  readonly node: TreeNode;
  /** `parents`: the components from the pivot on. */
  readonly kept: readonly string[];
}

interface Pattern {
  readonly components: readonly string[];
  /** Where the kept parents begin. */
  readonly pivot: number;
}

/**
 * What `source` names, in the order of names. Links at the end are followed as BuildKit follows them; those on the way never lead out
 * of the root. What a pattern matches is not searched further. Each is valid until the next.
 */
export function* findSources(sys: Syscalls, source: SourceFiles): Generator<FoundSource> {
  const pattern = patternOf(source);
  const plain = pattern.components.findIndex((component) => isPattern(component, source.parents));
  if (plain === -1 && !source.parents) {
    const path = pattern.components.map(unescaped).join('/');
    const fd = openIfPresent(sys, source.root, path === '' ? '/' : path, O.PATH);
    if (fd !== undefined) yield* found(TreeNode.of(sys, fd), path, []);
    return;
  }
  const before = source.parents ? 0 : plain;
  const start = pattern.components.slice(0, before).map(unescaped).join('/');
  const fd = openIfPresent(sys, source.root, start === '' ? '/' : start, O.PATH | O.DIRECTORY);
  if (fd === undefined) return;
  using directory = TreeNode.of(sys, fd);
  yield* search(sys, source, { ...pattern, components: pattern.components.slice(before) }, directory, start === '' ? [] : start.split('/'), before, 0);
}

function* search(
  sys: Syscalls,
  source: SourceFiles,
  pattern: Pattern,
  directory: TreeNode,
  path: readonly string[],
  skipped: number,
  depth: number,
): Generator<FoundSource> {
  if (depth > MAX_DEPTH) throw new EngineError('TooLarge', `directories are nested more than ${MAX_DEPTH} deep`);
  const [component, ...rest] = pattern.components;
  if (component === undefined) {
    yield* found(TreeNode.of(sys, sys.openat2(directory.fd, '.', { flags: O.PATH })), path.join('/'), path.slice(pattern.pivot));
    return;
  }
  const isAny = source.parents && component === '**';
  if (isAny && rest.length > 0) yield* search(sys, source, { ...pattern, components: rest }, directory, path, skipped, depth + 1);
  const names = isPattern(component, source.parents) ? directory.names() : [bytesOfText(unescaped(component))];
  for (const name of names) {
    const text = textOfBytes(name);
    if (!isAny && isPattern(component, source.parents) && !goMatch(component, text)) continue;
    const child = directory.child(name);
    if (child === undefined) continue;
    const childPath = [...path, text];
    if (rest.length === 0) {
      // At the end a link is followed, as one that is named without a pattern is.
      const followed = source.parents || child.format !== 0o120000 ? child : follow(sys, source.root, child, childPath);
      if (followed !== undefined) yield* found(followed, childPath.join('/'), childPath.slice(pattern.pivot));
      continue;
    }
    using held = child;
    if (!held.isDirectory) continue;
    yield* search(sys, source, isAny ? pattern : { ...pattern, components: rest }, held, childPath, skipped, depth + 1);
  }
}

function follow(sys: Syscalls, root: number, link: TreeNode, path: readonly string[]): TreeNode | undefined {
  link[Symbol.dispose]();
  const fd = openIfPresent(sys, root, path.join('/'), O.PATH);
  return fd === undefined ? undefined : TreeNode.of(sys, fd);
}

function* found(node: TreeNode, path: string, kept: readonly string[]): Generator<FoundSource> {
  using source: FoundSource = { node, path, kept, [Symbol.dispose]: () => node[Symbol.dispose]() };
  yield source;
}

function openIfPresent(sys: Syscalls, root: number, path: string, flags: number): number | undefined {
  try {
    return openInRoot(sys, root, path, flags);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) return undefined;
    throw error;
  }
}

function patternOf({ path, parents }: SourceFiles): Pattern {
  const components: string[] = [];
  let pivot = 0;
  for (const component of path.split('/')) {
    if (component === '.' && parents && path.includes('/./')) pivot = components.length;
    if (component === '' || component === '.') continue;
    if (component === '..') components.pop();
    else components.push(component);
  }
  return { components, pivot: Math.min(pivot, components.length) };
}

function isPattern(component: string, parents: boolean): boolean {
  return hasWildcards(component) || (parents && component === '**');
}

function unescaped(component: string): string {
  return component.replace(/\\(.)/gs, '$1');
}
