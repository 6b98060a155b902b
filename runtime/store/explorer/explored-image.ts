import { namedAs, shownName, shownPath } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import type { TarEntry } from '../../formats/tar/entry.ts';
import { pathComponents } from '../../formats/tar/path.ts';
import type {
  Change,
  ExploredLayer,
  ImageLayersSummary,
  LayerSummary,
  ListedDirectory,
  ListedEntry,
  ListOptions,
  Tally,
  WastedPath,
} from './explorer-types.ts';
import { FileTree, pathOf, type TreeNode } from './file-tree.ts';
import { readLayerEntries } from './layer-entries.ts';

/** Entries of all layers together; each costs a few hundred bytes while its image is looked at. */
const MAX_ENTRIES = 500_000;
const WORST = 100;

type Marks = Record<Exclude<Change, 'same'>, { files: number; bytes: number }>;

interface Below {
  bytes: number;
  added: number;
  changed: number;
  deleted: number;
}

interface FoundNode {
  /** From the directory that was searched. */
  readonly path: string;
  readonly child: TreeNode;
  readonly change: Change;
}

/** The layers of one image in memory. */
export class ExploredImage {
  readonly summary: ImageLayersSummary;
  readonly #layers: readonly (readonly TarEntry[])[];
  #tree: FileTree;
  #below = new Map<TreeNode, Below>();

  /** Reads all recipes; blocks the thread. Throws TooLarge for an image of very many files. */
  constructor(layers: readonly ExploredLayer[]) {
    let left = MAX_ENTRIES;
    this.#layers = layers.map(({ recipe }) => {
      const entries = readLayerEntries(recipe, left);
      left -= entries.length;
      return entries;
    });
    const wasteOf = layers.map(() => 0);
    const waste = new Map<string, { bytes: number; times: number }>();
    let hidden: { files: number; bytes: number } = { files: 0, bytes: 0 };
    this.#tree = new FileTree((node) => {
      hidden.files++;
      hidden.bytes += node.size;
      if (node.size === 0) return;
      wasteOf[node.layer] = (wasteOf[node.layer] ?? 0) + node.size;
      const path = pathOf(node);
      const known = waste.get(path) ?? { bytes: 0, times: 0 };
      waste.set(path, { bytes: known.bytes + node.size, times: known.times + 1 });
    });
    const marks = this.#layers.map((entries): Marks => {
      hidden = { files: 0, bytes: 0 };
      this.#tree.add(entries);
      return tallied(this.#tree.marked, hidden);
    });
    const summaries = layers.map(({ diffId }, position): LayerSummary => {
      const { added, changed, deleted } = marks[position] as Marks;
      return { diffId, added, changed, deleted, wastedBytes: wasteOf[position] ?? 0 };
    });
    const totalBytes = summaries.reduce((sum, { added, changed }) => sum + added.bytes + changed.bytes, 0);
    const wastedBytes = wasteOf.reduce((sum, bytes) => sum + bytes, 0);
    this.summary = { layers: summaries, totalBytes, wastedBytes, efficiency: totalBytes === 0 ? 1 : 1 - wastedBytes / totalBytes, wasted: worstOf(waste) };
  }

  /** One directory as it is after a layer, with what that layer did. NotFound for a path that is not there or no directory. */
  list({ layer, path, offset, limit, changesOnly, find }: ListOptions): ListedDirectory {
    this.#layOver(layer + 1);
    const { node, isDeleted } = this.#find(path);
    if (find !== '') {
      const found = this.#search(node, isDeleted, find.toLowerCase(), changesOnly);
      return {
        total: found.length,
        entries: found.slice(offset, offset + limit).map(({ path: name, child, change }) => ({ ...this.#entryOf(child, change), name: shownPath(name) })),
      };
    }
    const changeOf = (child: TreeNode): Change => (isDeleted ? 'deleted' : child.change);
    const found = [...(node.children?.values() ?? [])]
      .filter((child) => !changesOnly || changeOf(child) !== 'same' || this.#hasChanges(child))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    return { total: found.length, entries: found.slice(offset, offset + limit).map((child) => this.#entryOf(child, changeOf(child))) };
  }

  /** What lies below a directory and has `text` in its path from there, in the order of paths. */
  #search(directory: TreeNode, isDeleted: boolean, text: string, changesOnly: boolean): readonly FoundNode[] {
    const found: FoundNode[] = [];
    const walk = (node: TreeNode, prefix: string, isGone: boolean): void => {
      const children = [...(node.children?.values() ?? [])].sort((one, other) => (one.name < other.name ? -1 : 1));
      for (const child of children) {
        const path = `${prefix}${child.name}`;
        const change = isGone ? 'deleted' : child.change;
        if (path.toLowerCase().includes(text) && (!changesOnly || change !== 'same')) found.push({ path, child, change });
        if (child.children !== null) walk(child, `${path}/`, change === 'deleted');
      }
    };
    walk(directory, '', isDeleted);
    return found;
  }

  #layOver(depth: number): void {
    if (this.#tree.depth === depth) return;
    this.#below = new Map();
    if (this.#tree.depth > depth) this.#tree = new FileTree();
    for (const entries of this.#layers.slice(this.#tree.depth, depth)) this.#tree.add(entries);
  }

  #find(path: string): { readonly node: TreeNode; readonly isDeleted: boolean } {
    let node = this.#tree.root;
    let isDeleted = false;
    for (const name of pathComponents(namedAs(path))) {
      const next = node.children?.get(name);
      if (next === undefined) throw new EngineError('NotFound', `no such path in the layer: ${JSON.stringify(path.slice(0, 300))}`);
      node = next;
      isDeleted ||= node.change === 'deleted';
    }
    if (node.children === null) throw new EngineError('InvalidArgument', `not a directory: ${JSON.stringify(path.slice(0, 300))}`);
    return { node, isDeleted };
  }

  #hasChanges(node: TreeNode): boolean {
    const { added, changed, deleted } = this.#belowOf(node, node.change === 'deleted');
    return added + changed + deleted > 0;
  }

  #entryOf(node: TreeNode, change: Change): ListedEntry {
    const { name, type, mode, uid, gid, mtime, link, layer } = node;
    const { bytes, added, changed, deleted } = this.#belowOf(node, change === 'deleted');
    return {
      ...shownName(name),
      type,
      change,
      size: node.children === null ? node.size : bytes,
      mode,
      uid,
      gid,
      mtime,
      link: shownName(link).name,
      layer,
      below: { added, changed, deleted },
    };
  }

  /** Of what lies below a node, without the node. */
  #belowOf(node: TreeNode, isDeleted: boolean): Below {
    const known = this.#below.get(node);
    if (known !== undefined) return known;
    const sum: Below = { bytes: 0, added: 0, changed: 0, deleted: 0 };
    for (const child of node.children?.values() ?? []) {
      const change = isDeleted ? 'deleted' : child.change;
      const below = this.#belowOf(child, change === 'deleted');
      // The size of a directory is that of what is there; of one that is deleted, of what was.
      if (change !== 'deleted' || isDeleted) sum.bytes += child.size + below.bytes;
      if (child.children === null && change !== 'same') sum[change]++;
      for (const kind of ['added', 'changed', 'deleted'] as const) sum[kind] += below[kind];
    }
    if (node.children !== null) this.#below.set(node, sum);
    return sum;
  }
}

/** `hidden`: everything of earlier layers that is not to be seen any more, which is what was replaced and what was deleted. */
function tallied(marked: readonly TreeNode[], hidden: Tally): Marks {
  const marks: Marks = { added: { files: 0, bytes: 0 }, changed: { files: 0, bytes: 0 }, deleted: { ...hidden } };
  for (const node of marked) {
    // Of one that was replaced within the layer only the last counts.
    if (node.type === 'directory' || node.parent?.children?.get(node.name) !== node) continue;
    if (node.change !== 'added' && node.change !== 'changed') continue;
    marks[node.change].files++;
    marks[node.change].bytes += node.size;
  }
  return marks;
}

function worstOf(waste: ReadonlyMap<string, { readonly bytes: number; readonly times: number }>): WastedPath[] {
  return [...waste]
    .map(([path, { bytes, times }]) => ({ path: shownPath(path), bytes, times }))
    .sort((one, other) => other.bytes - one.bytes || (one.path < other.path ? -1 : 1))
    .slice(0, WORST);
}
