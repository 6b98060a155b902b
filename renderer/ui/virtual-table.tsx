import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, memo, type ReactElement, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { t } from '../strings/t.ts';
import { RowCheckbox } from './checkbox.tsx';
import { cx } from './class-names.ts';
import { type MenuAction, PointerMenu } from './menu.tsx';
import { TableHead } from './table-head.tsx';
import { type Column, fittingColumns, gridTemplate, movedIndex, range } from './table-layout.ts';
import styles from './virtual-table.module.css';

const ROW_HEIGHT = 32;

interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export interface VirtualTableProps {
  readonly label: string;
  readonly ids: readonly string[];
  readonly columns: readonly Column[];
  readonly widths: Readonly<Record<string, number>>;
  readonly sort: Sort;
  readonly selected: ReadonlySet<string>;
  /** The row under the keyboard; its details are shown. */
  readonly active: string | null;
  /** Words for the checkbox of a row. */
  readonly nameOf: (id: string) => string;
  readonly onSort: (sort: Sort) => void;
  readonly onWidth: (column: string, width: number) => void;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  readonly onActive: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly menu: (id: string) => readonly MenuAction[];
  readonly onPointerInside?: (inside: boolean) => void;
}

/** A grid of which only the visible rows exist. It has one tab stop; arrows move the active row inside it. */
export function VirtualTable(props: VirtualTableProps): ReactElement {
  const { label, ids, columns, widths, sort, selected, active, nameOf, onSort, onWidth, onSelect, onOpen, menu, onPointerInside } = props;
  const prefix = useId();
  const viewport = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(1200);
  const menuFor = useRef<string | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  useLayoutEffect(() => {
    const element = viewport.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);

  const shown = useMemo(() => fittingColumns(columns, widths, width), [columns, widths, width]);
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => ids[index] ?? index,
  });

  const activeIndex = active === null ? -1 : ids.indexOf(active);
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex, { align: 'auto' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a move of the active row scrolls; a list that grows under it does not
  }, [active]);

  const toggle = useCallback((id: string) => {
    const next = new Set(latest.current.selected);
    if (!next.delete(id)) next.add(id);
    latest.current.onSelect(next);
  }, []);

  const click = useCallback(
    (event: MouseEvent, id: string) => {
      const { active: from, ids: all, selected: held, onSelect: select, onOpen: open } = latest.current;
      if (event.shiftKey) select(new Set([...held, ...range(all, from, id)]));
      else if (event.ctrlKey || event.metaKey) toggle(id);
      else open(id);
    },
    [toggle],
  );

  const keyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const pageRows = Math.max(1, Math.floor((viewport.current?.clientHeight ?? ROW_HEIGHT) / ROW_HEIGHT) - 1);
    const moved = event.altKey || event.ctrlKey || event.metaKey ? null : movedIndex(event.key, activeIndex, ids.length, pageRows);
    const target = moved === null ? undefined : ids[moved];
    if (target !== undefined) {
      event.preventDefault();
      if (event.shiftKey && active !== null) onSelect(new Set([...selected, active, target]));
      props.onActive(target);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      onSelect(new Set(ids));
    } else if (event.key === 'Escape' && selected.size > 0) {
      event.stopPropagation();
      onSelect(new Set());
    } else if (active !== null && activeIndex >= 0) {
      if (event.key === ' ') toggle(active);
      else if (event.key === 'Enter') onOpen(active);
      else return;
      event.preventDefault();
    }
  };

  return (
    <div
      role="grid"
      aria-label={label}
      aria-rowcount={ids.length + 1}
      aria-colcount={shown.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={activeIndex < 0 ? undefined : `${prefix}${active}`}
      tabIndex={0}
      className={cx(styles.table, selected.size > 0 && styles.someSelected)}
      style={{ ['--columns' as string]: gridTemplate(shown, widths), ['--inner' as string]: `${width}px` }}
      onKeyDown={keyDown}
      onPointerEnter={() => onPointerInside?.(true)}
      onPointerLeave={() => onPointerInside?.(false)}
    >
      <TableHead
        columns={shown}
        widths={widths}
        sort={sort}
        all={ids.length > 0 && ids.every((id) => selected.has(id))}
        some={selected.size > 0}
        onSort={onSort}
        onWidth={onWidth}
        onAll={(on) => onSelect(new Set(on ? ids : []))}
      />
      <PointerMenu actions={() => (menuFor.current === null ? [] : menu(menuFor.current))}>
        <div
          ref={viewport}
          className={styles.viewport}
          onContextMenu={(event) => {
            const row = (event.target as Element).closest<HTMLElement>('[data-row]');
            menuFor.current = row?.dataset.row ?? null;
            if (menuFor.current !== null) latest.current.onActive(menuFor.current);
          }}
        >
          <div className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const id = ids[item.index];
              return (
                id !== undefined && (
                  <Row
                    key={id}
                    id={id}
                    domId={`${prefix}${id}`}
                    index={item.index}
                    top={item.start}
                    columns={shown}
                    active={id === active}
                    selected={selected.has(id)}
                    name={nameOf(id)}
                    onClick={click}
                    onToggle={toggle}
                  />
                )
              );
            })}
          </div>
        </div>
      </PointerMenu>
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly domId: string;
  readonly index: number;
  readonly top: number;
  readonly columns: readonly Column[];
  readonly active: boolean;
  readonly selected: boolean;
  readonly name: string;
  readonly onClick: (event: MouseEvent, id: string) => void;
  readonly onToggle: (id: string) => void;
}

const Row = memo(function Row({ id, domId, index, top, columns, active, selected, name, onClick, onToggle }: RowProps): ReactElement {
  const [touched, setTouched] = useState(false);
  return (
    <div
      id={domId}
      role="row"
      data-row={id}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-current={active ? 'true' : undefined}
      className={cx(styles.row, active && styles.active)}
      style={{ transform: `translateY(${top}px)` }}
      onPointerEnter={() => setTouched(true)}
      onClick={(event) => onClick(event, id)}
    >
      <div role="gridcell" className={cx(styles.cell, styles.check)} onClick={(event) => event.stopPropagation()}>
        <RowCheckbox checked={selected} label={t.selectOne(name)} onToggle={() => onToggle(id)} />
      </div>
      {columns.map(({ id: column, align, header, lazy, Cell }) => (
        <div key={column} role={header ? 'rowheader' : 'gridcell'} className={cx(styles.cell, align === 'end' && styles.end)}>
          {(!lazy || touched || active) && <Cell id={id} />}
        </div>
      ))}
    </div>
  );
});

/** Buttons at the end of a row; they appear under the pointer and on the active row. */
export const RowActions = ({ children }: { readonly children: ReactElement | readonly ReactElement[] }): ReactElement => (
  <div className={styles.rowActions} onClick={(event) => event.stopPropagation()}>
    {children}
  </div>
);
