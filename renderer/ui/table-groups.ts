/** Rows that head others. Their ids are not ids of objects. */
export interface TableGroups {
  readonly isGroup: (id: string) => boolean;
  /** The id of the row that heads `id`; null: none does. */
  readonly groupOf: (id: string) => string | null;
  readonly isOpen: (id: string) => boolean;
  readonly onFold: (id: string, open: boolean) => void;
  /** Objects below a group, in order, also while it is folded. */
  readonly members: (id: string) => readonly string[];
}

export const NO_GROUPS: TableGroups = {
  isGroup: () => false,
  groupOf: () => null,
  isOpen: () => false,
  onFold: () => undefined,
  members: () => [],
};

/** The objects that rows stand for: a folded group for its members, an open one for none, as they have rows of their own. */
export const objectsOf = (rows: readonly string[], groups: TableGroups): readonly string[] =>
  rows.flatMap((id) => (groups.isGroup(id) ? (groups.isOpen(id) ? [] : groups.members(id)) : [id]));

export type Ticked = 'all' | 'some' | 'none';

export function tickedOf(ids: readonly string[], selected: ReadonlySet<string>): Ticked {
  if (selected.size === 0) return 'none';
  const ticked = ids.filter((id) => selected.has(id)).length;
  return ticked === 0 ? 'none' : ticked === ids.length ? 'all' : 'some';
}

/** What Left and Right do on a row of a tree (ARIA practices for treegrids): fold, unfold, go to the head, go to the first below. */
export function sideways(key: string, id: string, ids: readonly string[], groups: TableGroups): { readonly fold: boolean } | { readonly to: string } | null {
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return null;
  if (!groups.isGroup(id)) {
    const head = key === 'ArrowLeft' ? groups.groupOf(id) : null;
    return head === null ? null : { to: head };
  }
  const open = groups.isOpen(id);
  if (key === 'ArrowLeft') return open ? { fold: false } : null;
  if (!open) return { fold: true };
  const below = ids[ids.indexOf(id) + 1];
  return below === undefined || groups.groupOf(below) !== id ? null : { to: below };
}
