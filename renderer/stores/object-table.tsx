import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import type { Column } from '../ui/table-layout.ts';
import { VirtualTable } from '../ui/virtual-table.tsx';
import { objectMenu, targetsOf, useCommandContext } from './object-commands.tsx';
import { useUi, useUiState } from './services.tsx';
import type { Place } from './ui-store.ts';

interface ObjectTableProps {
  readonly place: Place;
  readonly label: string;
  readonly ids: readonly string[];
  readonly columns: readonly Column[];
  readonly active: string | null;
  readonly nameOf: (id: string) => string;
  readonly onActive: (id: string) => void;
  /** With the tab of details that was open last. */
  readonly onOpen: (id: string, tab: string) => void;
}

/** The objects of a place, with what its list remembers and what can be done with them. */
export function ObjectTable({ place, label, ids, columns, active, nameOf, onActive, onOpen }: ObjectTableProps): ReactElement {
  const context = useCommandContext();
  const ui = useUi();
  const { sort, widths, scroll } = useUiState((state) => state.lists[place]);
  const [path] = useLocation();
  const selected = useUiState((state) => state.selected[place]);
  return (
    <VirtualTable
      label={label}
      ids={ids}
      columns={columns}
      widths={widths}
      sort={sort}
      selected={selected}
      active={active}
      nameOf={nameOf}
      onSort={(next) => ui.setList(place, { sort: next })}
      onWidth={(column, width) => ui.setList(place, { widths: { ...widths, [column]: width } })}
      onSelect={(next) => ui.select(place, next)}
      onActive={onActive}
      onOpen={(id) => onOpen(id, ui.getState().detailsTab[place])}
      revealed={path !== `/${place}`}
      scroll={scroll}
      onScroll={(offset) => offset !== scroll && ui.setList(place, { scroll: offset })}
      menu={(id) => objectMenu(context, place, targetsOf(context, place, id))}
    />
  );
}
