import { type KeyboardEvent, useState } from 'react';
import { type Column, headStep, isResizable } from './table-layout.ts';

/** Ids of elements; the box that selects all has no column. */
export const headId = (prefix: string, column: string | undefined): string => `${prefix}head-${column ?? ''}`;
export const gripId = (prefix: string, column: string): string => `${prefix}grip-${column}`;

interface HeadCursorProps {
  readonly prefix: string;
  /** Those that are shown. */
  readonly columns: readonly Column[];
  /** The pixels of each column. */
  readonly spread: ReadonlyMap<string, number>;
  readonly onWidth: (column: string, width: number) => void;
}

interface HeadCursor {
  /** Id of the head or grip under the keyboard; null: the keyboard is in the rows. */
  readonly at: string | null;
  readonly onKey: (event: KeyboardEvent) => void;
  /** Goes to the head of a column, or of the first one where it is not shown. */
  readonly enter: (column: string) => void;
  readonly leave: () => void;
}

/** Presses what is in the head of a column: the button that sorts by it, the box that selects all, the chooser of columns. */
const press = (head: string): void => document.getElementById(head)?.querySelector<HTMLElement>('button, [role="checkbox"]')?.click();

/** The keyboard among the heads of columns. The grid keeps the focus; a grip is named while its width changes, so that its value is said. */
export function useHeadCursor({ prefix, columns, spread, onWidth }: HeadCursorProps): HeadCursor {
  const [place, setPlace] = useState<{ readonly column: string | undefined; readonly onGrip: boolean } | null>(null);
  const heads = [undefined, ...columns.map(({ id }) => id)];
  // A column that has left the table hands the keyboard to the first head.
  const index = place === null ? -1 : Math.max(0, heads.indexOf(place.column));
  const column = columns[index - 1];
  return {
    at: place === null ? null : place.onGrip && column ? gripId(prefix, column.id) : headId(prefix, column?.id),
    enter: (id) => setPlace({ column: columns.some((one) => one.id === id) ? id : columns[0]?.id, onGrip: false }),
    leave: () => setPlace(null),
    onKey: (event) => {
      const step = event.altKey || event.ctrlKey || event.metaKey ? null : headStep(event.key, event.shiftKey, index, heads.length);
      if (step === null) return;
      event.preventDefault();
      if (step === 'leave') setPlace(null);
      else if (step === 'press') press(headId(prefix, column?.id));
      else if ('to' in step) setPlace({ column: heads[step.to], onGrip: false });
      else if (column && isResizable(column)) {
        onWidth(column.id, (spread.get(column.id) ?? column.width) + step.wider);
        setPlace({ column: column.id, onGrip: true });
      }
    },
  };
}
