import type { LayerDirectoryAnswer } from '../../../runtime/api/types/layers.ts';

export type Entry = LayerDirectoryAnswer['entries'][number];

/** One directory of a layer, as far as it was read. */
export interface Directory {
  readonly entries: readonly Entry[];
  readonly total: number;
}

/** A line of the tree. */
export type TreeLine =
  | { readonly kind: 'entry'; readonly path: string; readonly depth: number; readonly entry: Entry; readonly open: boolean }
  | { readonly kind: 'more'; readonly path: string; readonly depth: number; readonly left: number };

const ROOT = '/';
export const pathIn = (directory: string, name: string): string => (directory === ROOT ? `/${name}` : `${directory}/${name}`);

/** What is to be seen of directories of which some are open and were read. */
export function treeLines(directories: ReadonlyMap<string, Directory>, open: ReadonlySet<string>, path = ROOT, depth = 0): readonly TreeLine[] {
  const directory = directories.get(path);
  if (!directory) return [];
  const lines: TreeLine[] = [];
  for (const entry of directory.entries) {
    const own = pathIn(path, entry.name);
    const isOpen = entry.type === 'directory' && open.has(own);
    lines.push({ kind: 'entry', path: own, depth, entry, open: isOpen });
    if (isOpen) for (const line of treeLines(directories, open, own, depth + 1)) lines.push(line);
  }
  const left = directory.total - directory.entries.length;
  if (left > 0) lines.push({ kind: 'more', path, depth, left });
  return lines;
}
