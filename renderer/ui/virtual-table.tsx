import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  createContext,
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { cx } from './class-names.ts';
import { useHeadCursor } from './head-cursor.ts';
import { type MenuAction, PointerMenu } from './menu.tsx';
import { NO_GROUPS, objectsOf, sideways, type TableGroups, tickedOf } from './table-groups.ts';
import { TableHead } from './table-head.tsx';
import { type Column, fittingColumns, gridTemplate, movedBy, movedIndex, range, resizedTo, spreadWidths } from './table-layout.ts';
import { TableRow } from './table-row.tsx';
import styles from './virtual-table.module.css';

/** Rows that are kept above and below those that are seen. */
const BEYOND = 8;

/** Pixels of a row; the same as the token. */
export const RowHeightContext = createContext(32);

interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export interface VirtualTableProps {
  readonly label: string;
  /** Rows in order; those that head groups among them. */
  readonly ids: readonly string[];
  /** What can be selected, where it is not all of `ids`. */
  readonly objects?: readonly string[];
  readonly groups?: TableGroups;
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
  /** Keys of rows that no key of the whole window knows: true when the key was used. */
  readonly onRowKey?: (event: KeyboardEvent, id: string) => boolean;
  readonly menu: (id: string) => readonly MenuAction[];
  /** Rows can be dragged: `aim` when the pointer is down on one, `begin` when it is dragged. */
  readonly rowDrag?: { readonly aim: (id: string) => void; readonly begin: (event: DragEvent, id: string) => void };
  readonly onPointerInside?: (inside: boolean) => void;
  /** The active row is brought into view when the list appears, as its details are open; else the list begins where it was left. */
  readonly revealed?: boolean;
  /** Where the list was left, in pixels. */
  readonly scroll?: number;
  /** Called when scrolling has come to rest. */
  readonly onScroll?: (offset: number) => void;
  /** A control at the end of the head. */
  readonly headEnd?: ReactNode;
}

/** As a click with the right button on the row would: the keys for it belong to the grid, which has the focus. */
function openMenu(rowId: string): void {
  const row = document.getElementById(rowId);
  const header = row?.querySelector('[role="rowheader"]') ?? row;
  if (!header) return;
  const { left, bottom } = header.getBoundingClientRect();
  header.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: left + 8, clientY: bottom - 4, button: 2 }));
}

const rowIdOf = (target: EventTarget): string | null => (target as Element).closest<HTMLElement>('[data-row]')?.dataset.row ?? null;

/** A grid of which only the visible rows exist. It has one tab stop; arrows move the active row inside it, and from the first row up into the head. */
export function VirtualTable(props: VirtualTableProps): ReactElement {
  const { label, ids, columns, widths, sort, selected, active, nameOf, onSort, onWidth, onSelect, onOpen, menu, onPointerInside, groups = NO_GROUPS } = props;
  const objects = props.objects ?? ids;
  const tree = props.groups !== undefined;
  const prefix = useId();
  const rowHeight = useContext(RowHeightContext);
  const viewport = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(1200);
  // The first frame has only what is seen.
  const [beyond, setBeyond] = useState(0);
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

  useEffect(() => {
    const frame = requestAnimationFrame(() => setBeyond(BEYOND));
    return () => cancelAnimationFrame(frame);
  }, []);

  const shown = useMemo(() => fittingColumns(columns, widths, width), [columns, widths, width]);
  const spread = useMemo(() => spreadWidths(shown, widths, width), [shown, widths, width]);
  // Another function would have the places of all rows computed anew, with each frame of scrolling.
  const keyOf = useCallback((index: number) => ids[index] ?? index, [ids]);
  const tickAll = useCallback((on: boolean) => onSelect(new Set(on ? objects : [])), [onSelect, objects]);
  const activeIndex = active === null ? -1 : ids.indexOf(active);
  // What was pressed last may have a menu or a field open: it stays when others push it out of sight.
  const [pressed, setPressed] = useState<string | null>(null);
  const pressedIndex = pressed === null ? -1 : ids.indexOf(pressed);
  const kept = useCallback(
    (seen: Range) => {
      const indexes = defaultRangeExtractor(seen);
      const more = [activeIndex, pressedIndex].filter((index) => index >= 0 && !indexes.includes(index));
      return more.length === 0 ? indexes : [...new Set([...indexes, ...more])].sort((a, b) => a - b);
    },
    [activeIndex, pressedIndex],
  );
  const virtual = useVirtualizer({
    rangeExtractor: kept,
    count: ids.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => rowHeight,
    overscan: beyond,
    getItemKey: keyOf,
    initialOffset: props.scroll ?? 0,
    // The head of a group may cover the first row.
    scrollPaddingStart: tree ? rowHeight : 0,
    onChange: (instance, scrolling) => {
      if (!scrolling && instance.scrollOffset !== null) latest.current.onScroll?.(Math.round(instance.scrollOffset));
    },
  });
  useLayoutEffect(() => virtual.measure(), [virtual, rowHeight]);
  const first = virtual.range?.startIndex ?? 0;
  const stuck = groups.groupOf(ids[first] ?? '');

  const painted = useRef(ids);
  useLayoutEffect(() => {
    const before = painted.current;
    painted.current = ids;
    const offset = virtual.scrollOffset ?? 0;
    if (before === ids || offset <= 0) return;
    const moved = movedBy(before, ids, Math.floor(offset / rowHeight), Math.ceil((viewport.current?.clientHeight ?? 0) / rowHeight));
    if (moved !== 0) virtual.scrollToOffset(offset + moved * rowHeight);
  }, [ids, virtual, rowHeight]);

  const appeared = useRef(false);
  useEffect(() => {
    const stays = !appeared.current && !latest.current.revealed;
    appeared.current = true;
    if (activeIndex >= 0 && !stays) virtual.scrollToIndex(activeIndex, { align: 'auto' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a move of the active row scrolls; a list that grows under it does not
  }, [active]);

  const toggle = useCallback((id: string) => {
    const { groups: heads = NO_GROUPS, selected: held, onSelect: select } = latest.current;
    const targets = heads.isGroup(id) ? heads.members(id) : [id];
    const next = new Set(held);
    const on = tickedOf(targets, held) !== 'all';
    for (const target of targets) {
      if (on) next.add(target);
      else next.delete(target);
    }
    select(next);
  }, []);

  const fold = useCallback((id: string) => {
    const { groups: heads = NO_GROUPS, onActive } = latest.current;
    onActive(id);
    heads.onFold(id, !heads.isOpen(id));
  }, []);

  const click = useCallback(
    (event: MouseEvent, id: string) => {
      const { active: from, ids: all, selected: held, onSelect: select, onOpen: open, groups: heads = NO_GROUPS } = latest.current;
      if (event.shiftKey) select(new Set([...held, ...objectsOf(range(all, from, id), heads)]));
      else if (event.ctrlKey || event.metaKey) toggle(id);
      else if (heads.isGroup(id)) fold(id);
      else open(id);
    },
    [toggle, fold],
  );

  const resize = useCallback(
    (id: string, next: number) => {
      const column = columns.find((one) => one.id === id);
      if (column) onWidth(id, resizedTo(columns, widths, width, column, next));
    },
    [columns, widths, width, onWidth],
  );
  const head = useHeadCursor({ prefix, columns: shown, spread, onWidth: resize });

  const keyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    if (head.at !== null) return head.onKey(event);
    if (event.key === 'ArrowUp' && activeIndex === 0 && !(event.shiftKey || event.altKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      head.enter(sort.column);
      return;
    }
    const pageRows = Math.max(1, Math.floor((viewport.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
    const moved = event.altKey || event.ctrlKey || event.metaKey ? null : movedIndex(event.key, activeIndex, ids.length, pageRows);
    const target = moved === null ? undefined : ids[moved];
    if (target !== undefined) {
      event.preventDefault();
      if (event.shiftKey && active !== null) onSelect(new Set([...selected, ...objectsOf([active, target], groups)]));
      props.onActive(target);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      onSelect(new Set(objects));
    } else if (event.key === 'Escape' && selected.size > 0) {
      event.stopPropagation();
      onSelect(new Set());
    } else if (active !== null && activeIndex >= 0) {
      const side = event.altKey || event.ctrlKey || event.metaKey ? null : sideways(event.key, active, ids, groups);
      // A key that is held tells the same thing once.
      if (event.repeat && !side) return event.preventDefault();
      if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openMenu(`${prefix}${active}`);
      else if (side && 'to' in side) props.onActive(side.to);
      else if (side) groups.onFold(active, side.fold);
      else if (event.key === ' ') toggle(active);
      else if (event.key === 'Enter' && groups.isGroup(active)) fold(active);
      else if (event.key === 'Enter') onOpen(active);
      else if (!props.onRowKey?.(event, active)) return;
      event.preventDefault();
    }
  };

  const row = (id: string, index: number, top: number, isStuck: boolean) => {
    const group = groups.isGroup(id);
    return (
      <TableRow
        key={id}
        id={id}
        domId={`${prefix}${id}`}
        index={index}
        top={top}
        columns={shown}
        active={id === active}
        ticked={tickedOf(group ? groups.members(id) : [id], selected)}
        name={nameOf(id)}
        level={groups.groupOf(id) === null ? 1 : 2}
        open={group ? groups.isOpen(id) : null}
        stuck={isStuck}
        tree={tree}
        draggable={props.rowDrag !== undefined}
        onClick={click}
        onToggle={toggle}
      />
    );
  };

  return (
    <div
      role={tree ? 'treegrid' : 'grid'}
      aria-label={label}
      aria-rowcount={ids.length + 1}
      aria-colcount={shown.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={head.at ?? (activeIndex < 0 ? undefined : `${prefix}${active}`)}
      tabIndex={0}
      className={cx(styles.table, selected.size > 0 && styles.someSelected, head.at !== null && styles.inHead)}
      style={{ ['--columns' as string]: gridTemplate(shown, spread), ['--inner' as string]: `${width}px` }}
      onKeyDown={keyDown}
      onBlur={(event) => event.target === event.currentTarget && head.leave()}
      onPointerDown={head.leave}
      onPointerEnter={() => onPointerInside?.(true)}
      onPointerLeave={() => onPointerInside?.(false)}
    >
      <TableHead
        columns={shown}
        spread={spread}
        sort={sort}
        all={objects.length > 0 && objects.every((id) => selected.has(id))}
        some={selected.size > 0}
        end={props.headEnd}
        prefix={prefix}
        active={head.at}
        onSort={onSort}
        onWidth={resize}
        onAll={tickAll}
      />
      <PointerMenu actions={() => (menuFor.current === null ? [] : menu(menuFor.current))}>
        <div
          ref={viewport}
          className={styles.viewport}
          onPointerDown={(event) => {
            const id = rowIdOf(event.target);
            setPressed(id);
            if (id !== null && event.button === 0) props.rowDrag?.aim(id);
          }}
          onDragStart={(event) => {
            const id = rowIdOf(event.target);
            if (id !== null) props.rowDrag?.begin(event, id);
          }}
          onContextMenu={(event) => {
            menuFor.current = rowIdOf(event.target);
            if (menuFor.current !== null) latest.current.onActive(menuFor.current);
          }}
        >
          <div className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
            {stuck !== null && row(stuck, ids.indexOf(stuck), 0, true)}
            {virtual.getVirtualItems().map((item) => {
              const id = ids[item.index];
              return id === undefined || id === stuck ? null : row(id, item.index, item.start, false);
            })}
          </div>
        </div>
      </PointerMenu>
    </div>
  );
}
