import type { ComponentType } from 'react';

export interface Column {
  readonly id: string;
  readonly label: string;
  /** Pixels before the user has changed it; the smallest useful one for a column that grows. */
  readonly width: number;
  /** Its share of the room that is left; one column of a table at least should have one. */
  readonly grows?: number;
  /** Its head is for screen readers only. */
  readonly labelHidden?: boolean;
  /** Costly and seen only under the pointer: made when the row is first touched. */
  readonly lazy?: boolean;
  /** Names its row. */
  readonly header?: boolean;
  readonly align?: 'end';
  readonly sortable?: boolean;
  /** The highest goes first when there is no room; 0 never goes. */
  readonly dispensable: number;
  /** Not shown until the user asks for it. */
  readonly optional?: boolean;
  /** Always there, always last: not for the chooser. */
  readonly fixed?: boolean;
  /** Reads its own row, so that a change of one row paints one row. */
  readonly Cell: ComponentType<{ readonly id: string }>;
  /** What the row that heads a group has in this column; absent: nothing. */
  readonly GroupCell?: ComponentType<{ readonly id: string }>;
}

/** What the user has made of a table's columns; null: as they come. */
export interface ColumnChoice {
  /** Ids in the order they were put in; those that are missing follow in their own order. */
  readonly order: readonly string[] | null;
  /** Ids that are shown, in no order. */
  readonly shown: readonly string[] | null;
}

/** All columns in the user's order, the fixed ones last. */
export function orderedColumns(columns: readonly Column[], { order }: ColumnChoice): readonly Column[] {
  const place = (column: Column): number => {
    const at = order?.indexOf(column.id) ?? -1;
    return column.fixed ? 2000 : at < 0 ? 1000 : at;
  };
  return order === null ? columns : columns.toSorted((a, b) => place(a) - place(b));
}

/** A column that names its rows, or holds their buttons, cannot be left out. */
export const isChosen = (column: Column, { shown }: ColumnChoice): boolean =>
  column.fixed === true || column.header === true || (shown === null ? !column.optional : shown.includes(column.id));

/** The columns to show, as chosen. */
export const chosenColumns = (columns: readonly Column[], choice: ColumnChoice): readonly Column[] =>
  orderedColumns(columns, choice).filter((column) => isChosen(column, choice));

/** `id` one place (or `steps`) further among the columns that can move. */
export function movedColumn(columns: readonly Column[], choice: ColumnChoice, id: string, steps: number): readonly string[] {
  const order = orderedColumns(columns, choice)
    .filter(({ fixed }) => !fixed)
    .map((column) => column.id);
  const from = order.indexOf(id);
  const to = Math.max(0, Math.min(order.length - 1, from + steps));
  if (from < 0) return order;
  order.splice(from, 1);
  order.splice(to, 0, id);
  return order;
}

const CHECK_WIDTH = 36;
/** Pixels between which a width may be chosen. */
export const SMALLEST = 48;
export const WIDEST = 640;

const widthOf = (column: Column, widths: Readonly<Record<string, number>>): number =>
  column.grows ? column.width : Math.max(SMALLEST, widths[column.id] ?? column.width);

/** The columns for which there is room, in their order. */
export function fittingColumns(columns: readonly Column[], widths: Readonly<Record<string, number>>, available: number): readonly Column[] {
  const kept = [...columns];
  const needed = () => kept.reduce((sum, column) => sum + widthOf(column, widths), CHECK_WIDTH);
  while (needed() > available) {
    const most = Math.max(...kept.map((column) => column.dispensable));
    if (most <= 0) break;
    kept.splice(
      kept.findIndex((column) => column.dispensable === most),
      1,
    );
  }
  return kept;
}

/** The width a column gets when `width` is asked for: in bounds, and as it is where it would push the column itself out of the table. */
export function resizedTo(columns: readonly Column[], widths: Readonly<Record<string, number>>, available: number, column: Column, width: number): number {
  const next = Math.max(SMALLEST, Math.min(WIDEST, Math.round(width)));
  const fits = fittingColumns(columns, { ...widths, [column.id]: next }, available).includes(column);
  return fits ? next : widthOf(column, widths);
}

/** Text right after numbers needs more room than text after text. */
export const standsApart = (columns: readonly Column[], index: number): boolean =>
  columns[index - 1]?.align === 'end' && columns[index]?.align !== 'end' && !columns[index]?.labelHidden;

export const isResizable = (column: Column): boolean => !column.grows && !column.labelHidden;

/** A column that grows takes no more than that before the others get their part. */
const COMFORTABLE = 440;

/**
 * The pixels of each column in a table of `available`. What is left goes to columns that grow until they are comfortable, then to all columns
 * by their width, save those of a width that was chosen: a name and its numbers do not stand at two ends of a wide window.
 */
export function spreadWidths(columns: readonly Column[], widths: Readonly<Record<string, number>>, available: number): ReadonlyMap<string, number> {
  const spread = new Map(columns.map((column) => [column.id, widthOf(column, widths)]));
  let left = Math.max(0, available - [...spread.values()].reduce((sum, width) => sum + width, CHECK_WIDTH));
  const give = (takers: readonly Column[], share: (column: Column) => number, most: number) => {
    const shares = takers.reduce((sum, column) => sum + share(column), 0);
    const room = left;
    for (const column of takers) {
      const held = spread.get(column.id) ?? 0;
      const more = Math.floor(Math.max(0, Math.min((room * share(column)) / shares, most - held)));
      spread.set(column.id, held + more);
      left -= more;
    }
  };
  give(
    columns.filter(({ grows }) => grows),
    ({ grows = 0 }) => grows,
    COMFORTABLE,
  );
  give(
    columns.filter(({ id, grows, labelHidden }) => grows || !(labelHidden || id in widths)),
    ({ width }) => width,
    Number.POSITIVE_INFINITY,
  );
  return spread;
}

/** Columns that grow share what rounding has left. */
export const gridTemplate = (columns: readonly Column[], spread: ReadonlyMap<string, number>): string =>
  [
    `${CHECK_WIDTH}px`,
    ...columns.map(({ id, grows, width }) => {
      const pixels = spread.get(id) ?? width;
      return grows ? `minmax(${width}px, ${pixels}fr)` : `${pixels}px`;
    }),
  ].join(' ');

/** Where a key moves the active row to; null: not a key that moves. */
export function movedIndex(key: string, index: number, length: number, pageRows: number): number | null {
  const clamp = (value: number) => Math.max(0, Math.min(length - 1, value));
  switch (key) {
    case 'ArrowDown':
      return clamp(index + 1);
    case 'ArrowUp':
      return index < 0 ? clamp(length - 1) : clamp(index - 1);
    case 'PageDown':
      return clamp(index + pageRows);
    case 'PageUp':
      return clamp(index - pageRows);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}

/** Pixels by which a key changes the width of a column. */
const WIDTH_STEP = 8;

/** What a key does among the heads of columns: go to another, change the width, press what is in it, or go back to the rows. */
export type HeadStep = { readonly to: number } | { readonly wider: number } | 'press' | 'leave';

/** `index` of `count` heads; null: not a key of theirs. */
export function headStep(key: string, shift: boolean, index: number, count: number): HeadStep | null {
  const side = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
  if (shift) return side === 0 ? null : { wider: side * WIDTH_STEP };
  if (side !== 0) return { to: Math.max(0, Math.min(count - 1, index + side)) };
  switch (key) {
    case 'Home':
    case 'ArrowUp':
    case 'End':
      return { to: key === 'Home' ? 0 : key === 'End' ? count - 1 : index };
    case 'Enter':
    case ' ':
      return 'press';
    case 'ArrowDown':
    case 'Escape':
      return 'leave';
    default:
      return null;
  }
}

/** The ids from one row to another, both included, whichever comes first. */
export function range(ids: readonly string[], from: string | null, to: string): readonly string[] {
  const end = ids.indexOf(to);
  const start = from === null ? end : ids.indexOf(from);
  if (end < 0) return [];
  return start < 0 ? [to] : ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}

/**
 * By how many rows those that are seen, `count` from `first` on, have moved when others came or went above them. 0: they were sorted
 * anew, or none of them is left.
 */
export function movedBy(before: readonly string[], after: readonly string[], first: number, count: number): number {
  const seen = before.slice(first, first + count);
  const wanted = new Set(seen);
  const places = new Map<string, number>();
  for (const [index, id] of after.entries()) if (wanted.has(id)) places.set(id, index);
  const left = seen.flatMap((id) => places.get(id) ?? []);
  const anchor = left[0];
  if (anchor === undefined || left.some((place, index) => index > 0 && place < (left[index - 1] ?? 0))) return 0;
  return anchor - first - seen.findIndex((id) => places.has(id));
}
