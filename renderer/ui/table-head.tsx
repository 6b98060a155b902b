import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, type PointerEvent, type ReactElement, type ReactNode, useContext } from 'react';
import { t } from '../strings/t.ts';
import { Checkbox } from './checkbox.tsx';
import { cx } from './class-names.ts';
import { gripId, headId } from './head-cursor.ts';
import { ZoomContext } from './media.ts';
import { type Column, isResizable, SMALLEST, standsApart, WIDEST } from './table-layout.ts';
import styles from './virtual-table.module.css';

interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export interface TableHeadProps {
  readonly columns: readonly Column[];
  /** The pixels of each column. */
  readonly spread: ReadonlyMap<string, number>;
  readonly sort: Sort;
  readonly all: boolean;
  readonly some: boolean;
  readonly onSort: (sort: Sort) => void;
  readonly onWidth: (column: string, width: number) => void;
  readonly onAll: (selected: boolean) => void;
  /** In the head of the last column. */
  readonly end?: ReactNode;
  /** Begins the ids of heads and grips. */
  readonly prefix: string;
  /** Id of the head or grip under the keyboard; null: the keyboard is in the rows. */
  readonly active: string | null;
}

/** Not drawn anew while its rows are scrolled. */
export const TableHead = memo(function TableHead(props: TableHeadProps): ReactElement {
  const { columns, spread, sort, all, some, onSort, onWidth, onAll, end, prefix, active } = props;
  const under = (column: string | undefined) => active === headId(prefix, column) && styles.headActive;
  return (
    <div role="row" aria-rowindex={1} className={styles.head}>
      <div role="columnheader" id={headId(prefix, undefined)} className={cx(styles.headCell, styles.check, under(undefined))}>
        <Checkbox checked={all} indeterminate={some && !all} label={t.selectAll} onChange={onAll} tabIndex={-1} />
      </div>
      {columns.map((column, index) => {
        const mine = sort.column === column.id;
        return (
          <div
            key={column.id}
            role="columnheader"
            id={headId(prefix, column.id)}
            aria-label={column.label}
            aria-sort={mine ? (sort.descending ? 'descending' : 'ascending') : undefined}
            className={cx(styles.headCell, column.align === 'end' && styles.end, standsApart(columns, index) && styles.apart, under(column.id))}
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
            {isResizable(column) && (
              <Grip
                id={gripId(prefix, column.id)}
                label={t.columns.width(column.label)}
                active={active === gripId(prefix, column.id)}
                width={spread.get(column.id) ?? column.width}
                onWidth={(width) => onWidth(column.id, width)}
              />
            )}
          </div>
        );
      })}
    </div>
  );
});

interface GripProps {
  readonly id: string;
  readonly label: string;
  readonly active: boolean;
  readonly width: number;
  readonly onWidth: (width: number) => void;
}

/** Dragged by the pointer; keys reach it from the head of its column. */
function Grip({ id, label, active, width, onWidth }: GripProps): ReactElement {
  const zoom = useContext(ZoomContext);
  const drag = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    const from = event.clientX;
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    const move = (next: globalThis.PointerEvent) => onWidth(width + (next.clientX - from) / zoom);
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', () => grip.removeEventListener('pointermove', move), { once: true });
  };
  return (
    <span
      id={id}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={SMALLEST}
      aria-valuemax={WIDEST}
      tabIndex={-1}
      className={cx(styles.grip, active && styles.gripActive)}
      onPointerDown={drag}
    />
  );
}
