import { type MouseEvent, memo, type ReactElement, useState } from 'react';
import { t } from '../strings/t.ts';
import { RowCheckbox } from './checkbox.tsx';
import { cx } from './class-names.ts';
import type { Ticked } from './table-groups.ts';
import { type Column, standsApart } from './table-layout.ts';
import styles from './virtual-table.module.css';

export interface TableRowProps {
  readonly id: string;
  readonly domId: string;
  readonly index: number;
  readonly top: number;
  readonly columns: readonly Column[];
  readonly active: boolean;
  readonly ticked: Ticked;
  readonly name: string;
  /** 1: at the margin; 2: below a group. */
  readonly level: 1 | 2;
  /** For a row that heads a group; null: it does not. */
  readonly open: boolean | null;
  /** It stays at the top while its group is scrolled. */
  readonly stuck: boolean;
  readonly tree: boolean;
  readonly draggable: boolean;
  readonly onClick: (event: MouseEvent, id: string) => void;
  readonly onToggle: (id: string) => void;
}

export const TableRow = memo(function TableRow(props: TableRowProps): ReactElement {
  const { id, domId, index, top, columns, active, ticked, name, level, open, stuck, tree, draggable, onClick, onToggle } = props;
  const [touched, setTouched] = useState(false);
  const group = open !== null;
  return (
    <div
      id={domId}
      role="row"
      data-row={id}
      draggable={draggable || undefined}
      aria-rowindex={index + 2}
      aria-selected={ticked === 'all'}
      aria-current={active ? 'true' : undefined}
      aria-level={tree ? level : undefined}
      aria-expanded={open ?? undefined}
      className={cx(styles.row, active && styles.active, group && styles.group, level === 2 && styles.below, stuck && styles.stuck)}
      style={stuck ? undefined : { transform: `translateY(${top}px)` }}
      onPointerEnter={() => setTouched(true)}
      onClick={(event) => onClick(event, id)}
    >
      <div role="gridcell" className={cx(styles.cell, styles.check)} onClick={(event) => event.stopPropagation()}>
        <RowCheckbox checked={ticked === 'all'} mixed={ticked === 'some'} label={t.selectOne(name)} onToggle={() => onToggle(id)} />
      </div>
      {columns.map(({ id: column, align, header, lazy, Cell, GroupCell }, at) => {
        const Content = group ? GroupCell : Cell;
        return (
          <div
            key={column}
            role={header ? 'rowheader' : 'gridcell'}
            className={cx(styles.cell, align === 'end' && styles.end, standsApart(columns, at) && styles.apart)}
          >
            {Content && (!lazy || touched || active) && <Content id={id} />}
          </div>
        );
      })}
    </div>
  );
});

/** Buttons at the end of a row; they appear under the pointer and on the active row. */
export const RowActions = ({ children }: { readonly children: ReactElement | readonly ReactElement[] }): ReactElement => (
  <div className={styles.rowActions} onClick={(event) => event.stopPropagation()}>
    {children}
  </div>
);
