import { ArrowDown, ArrowUp } from 'lucide-react';
import type { PointerEvent, ReactElement, ReactNode } from 'react';
import { t } from '../strings/t.ts';
import { Checkbox } from './checkbox.tsx';
import { cx } from './class-names.ts';
import { type Column, widthOf } from './table-layout.ts';
import styles from './virtual-table.module.css';

interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export interface TableHeadProps {
  readonly columns: readonly Column[];
  readonly widths: Readonly<Record<string, number>>;
  readonly sort: Sort;
  readonly all: boolean;
  readonly some: boolean;
  readonly onSort: (sort: Sort) => void;
  readonly onWidth: (column: string, width: number) => void;
  readonly onAll: (selected: boolean) => void;
  /** In the head of the last column. */
  readonly end?: ReactNode;
}

export function TableHead({ columns, widths, sort, all, some, onSort, onWidth, onAll, end }: TableHeadProps): ReactElement {
  return (
    <div role="row" aria-rowindex={1} className={styles.head}>
      <div role="columnheader" className={cx(styles.headCell, styles.check)}>
        <Checkbox checked={all} indeterminate={some && !all} label={t.selectAll} onChange={onAll} tabIndex={-1} />
      </div>
      {columns.map((column, index) => {
        const mine = sort.column === column.id;
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={mine ? (sort.descending ? 'descending' : 'ascending') : undefined}
            className={cx(styles.headCell, column.align === 'end' && styles.end)}
          >
            {column.sortable ? (
              <button
                type="button"
                tabIndex={-1}
                className={cx(styles.sort, mine && styles.sorted)}
                onClick={() => onSort({ column: column.id, descending: mine ? !sort.descending : column.align === 'end' })}
              >
                {column.label}
                {mine && (sort.descending ? <ArrowDown /> : <ArrowUp />)}
              </button>
            ) : (
              <span className={column.labelHidden ? 'visually-hidden' : undefined}>{column.label}</span>
            )}
            {index === columns.length - 1 && end !== undefined && <span className={styles.headEnd}>{end}</span>}
            {!column.grows && !column.labelHidden && <Grip start={widthOf(column, widths)} onWidth={(width) => onWidth(column.id, width)} />}
          </div>
        );
      })}
    </div>
  );
}

function Grip({ start, onWidth }: { readonly start: number; readonly onWidth: (width: number) => void }): ReactElement {
  const drag = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    const from = event.clientX;
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    const move = (next: globalThis.PointerEvent) => onWidth(Math.max(48, Math.round(start + next.clientX - from)));
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', () => grip.removeEventListener('pointermove', move), { once: true });
  };
  return <span className={styles.grip} onPointerDown={drag} aria-hidden="true" />;
}
