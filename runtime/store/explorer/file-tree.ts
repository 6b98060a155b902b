import type { TarEntry } from '../../formats/tar/entry.ts';
import { pathComponents } from '../../formats/tar/path.ts';
import { whiteoutOf } from '../../formats/tar/whiteout.ts';
import type { Change } from './explorer-types.ts';

export interface TreeNode {
  readonly name: string;
  readonly parent: TreeNode | null;
  readonly type: TarEntry['type'];
  readonly size: number;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  readonly link: string;
  /** Place of the layer that it is from. */
  readonly layer: number;
  /** The newest layer that has an entry for it. */
  touched: number;
  /** By the newest layer. What lies below a deleted directory is deleted as well. */
  change: Change;
  readonly children: Map<string, TreeNode> | null;
}

/** Told of bytes of an earlier layer that the present one hides. */
type OnHidden = (node: TreeNode) => void;

const ROOT: TarEntry = {
  name: '/',
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  mtimeNano: 0,
  linkName: '',
  major: 0,
  minor: 0,
  xattrs: undefined,
};

/** The files of layers laid over each other (image-spec layer.md), with what the newest of them did. */
export class FileTree {
  readonly root = nodeOf(ROOT, '', null, 0, 'same');
  readonly #onHidden: OnHidden;
  /** Whose marks go when the next layer comes. */
  #marked: TreeNode[] = [];
  #layer = -1;

  constructor(onHidden: OnHidden = () => undefined) {
    this.#onHidden = onHidden;
  }

  /** How many layers there are. */
  get depth(): number {
    return this.#layer + 1;
  }

  /** What the newest layer has added, changed and deleted. */
  get marked(): readonly TreeNode[] {
    return this.#marked;
  }

  /** Lays the next layer over those that are there. */
  add(entries: readonly TarEntry[]): void {
    for (const node of this.#marked) {
      if (node.change !== 'deleted') node.change = 'same';
      else if (node.parent?.children?.get(node.name) === node) node.parent.children.delete(node.name);
    }
    this.#marked = [];
    this.#layer++;
    for (const entry of entries) this.#apply(entry);
  }

  #apply(entry: TarEntry): void {
    const path = pathComponents(entry.name);
    const name = path.pop();
    if (name === undefined) {
      describe(this.root, entry);
      return;
    }
    if (path.some((component) => whiteoutOf(component).kind !== 'none')) return;
    const whiteout = whiteoutOf(name);
    if (whiteout.kind === 'metadata') return;
    const parent = this.#directory(path);
    if (whiteout.kind === 'opaque') this.#hideBelow(parent);
    else if (whiteout.kind === 'whiteout') this.#hide(parent, whiteout.name);
    else this.#put(parent, name, entry);
  }

  #put(parent: TreeNode, name: string, entry: TarEntry): void {
    const before = parent.children?.get(name);
    if (before === undefined || before.change === 'deleted') {
      this.#place(parent, name, entry, before === undefined ? 'added' : 'changed');
    } else if (before.type === 'directory' && entry.type === 'directory') {
      const isSame = before.mode === entry.mode && before.uid === entry.uid && before.gid === entry.gid;
      describe(before, entry);
      before.touched = this.#layer;
      if (!isSame && before.change === 'same') this.#mark(before, 'changed');
    } else if (before.layer === this.#layer) {
      this.#place(parent, name, entry, before.change);
    } else {
      this.#tellHidden(before);
      this.#place(parent, name, entry, 'changed');
    }
  }

  #place(parent: TreeNode, name: string, entry: TarEntry, change: Change): TreeNode {
    const node = nodeOf(entry, name, parent, this.#layer, change);
    parent.children?.set(name, node);
    this.#marked.push(node);
    return node;
  }

  /** What this layer itself has by that name stays, a directory without the earlier layers' content. */
  #hide(parent: TreeNode, name: string): void {
    const node = parent.children?.get(name);
    if (node === undefined || node.change === 'deleted') return;
    if (node.touched === this.#layer) {
      this.#hideBelow(node);
      return;
    }
    this.#tellHidden(node);
    this.#mark(node, 'deleted');
  }

  #hideBelow(directory: TreeNode): void {
    for (const child of directory.children?.values() ?? []) this.#hide(directory, child.name);
  }

  #mark(node: TreeNode, change: Change): void {
    node.change = change;
    this.#marked.push(node);
  }

  #tellHidden(node: TreeNode): void {
    if (node.change === 'deleted') return;
    // What this layer has put there counts for nobody.
    if (node.layer !== this.#layer && node.type !== 'directory') this.#onHidden(node);
    for (const child of node.children?.values() ?? []) this.#tellHidden(child);
  }

  /** Makes directories that no entry has named, as unpacking does. */
  #directory(path: readonly string[]): TreeNode {
    let node = this.root;
    for (const name of path) {
      const next = node.children?.get(name);
      if (next?.children && next.change !== 'deleted') node = next;
      else {
        if (next !== undefined && next.change !== 'deleted' && next.layer !== this.#layer) this.#tellHidden(next);
        node = this.#place(node, name, ROOT, next === undefined ? 'added' : 'changed');
      }
    }
    return node;
  }
}

/** As a path from the root. */
export function pathOf(node: TreeNode): string {
  const names: string[] = [];
  for (let each: TreeNode | null = node; each?.parent; each = each.parent) names.push(each.name);
  return `/${names.reverse().join('/')}`;
}

function nodeOf(entry: TarEntry, name: string, parent: TreeNode | null, layer: number, change: Change): TreeNode {
  const { type, size, mode, uid, gid, mtime, linkName } = entry;
  return { name, parent, type, size, mode, uid, gid, mtime, link: linkName, layer, touched: layer, change, children: type === 'directory' ? new Map() : null };
}

function describe(node: TreeNode, { mode, uid, gid, mtime }: TarEntry): void {
  Object.assign(node, { mode, uid, gid, mtime });
}
