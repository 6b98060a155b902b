import { type KeyboardEvent, type ReactElement, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import { objectMenu, runOn, targetsOf, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useMetrics, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { keysOf, pressedKeys } from '../../stores/shortcuts.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { t } from '../../strings/t.ts';
import { ColumnChooser } from '../../ui/column-chooser.tsx';
import { APPLE } from '../../ui/keys.tsx';
import type { TableGroups } from '../../ui/table-groups.ts';
import { chosenColumns } from '../../ui/table-layout.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { COLUMNS } from './columns.tsx';
import { groupName, groupTitle, isGroupId, isLive, type Listing, listing } from './listing.ts';

type Points = ReadonlyMap<string, readonly MetricPoint[]>;
const NO_POINTS: Points = new Map();

/** What to show. While the pointer is over a list sorted by live values, these stand still, and so do the rows. */
export function useListing(): { readonly shown: Listing; readonly onPointerInside: (inside: boolean) => void } {
  const { metrics } = useServices();
  const containers = useEngine((state) => state.containers);
  const { scope, sort, grouped, folded } = useUiState((state) => state.lists.containers);
  const filter = useUiState((state) => state.filters.containers);
  const [held, setHeld] = useState<{ readonly points: Points; readonly sort: Sort } | null>(null);
  const live = isLive(sort.column);
  const still = held?.sort === sort ? held.points : null;
  const points = useMetrics((state) => (live && still === null ? state.points : NO_POINTS));
  const shown = useMemo(() => {
    const latest = still ?? (points === NO_POINTS ? metrics.getState().points : points);
    return listing(containers.values(), { scope, filter, sort, grouped, folded }, (id) => latest.get(id)?.at(-1));
  }, [containers, scope, filter, sort, grouped, folded, metrics, points, still]);
  return { shown, onPointerInside: (inside) => setHeld(inside && live ? { points: metrics.getState().points, sort } : null) };
}

export interface ListProps {
  readonly shown: Listing;
  readonly active: string | null;
  readonly onActive: (id: string) => void;
  readonly onOpen: (id: string, tab: string) => void;
  readonly onPointerInside: (inside: boolean) => void;
}

export function List({ shown, active, onActive, onOpen, onPointerInside }: ListProps): ReactElement {
  const services = useServices();
  const ui = useUi();
  const context = useCommandContext();
  const [path] = useLocation();
  const memory = useUiState((state) => state.lists.containers);
  const selected = useUiState((state) => state.selected.containers);
  const { widths, order, shown: shownColumns } = memory;
  const columns = useMemo(() => chosenColumns(COLUMNS, { order, shown: shownColumns }), [order, shownColumns]);
  const members = (id: string) => shown.members.get(id) ?? [];

  const groups: TableGroups = {
    isGroup: isGroupId,
    groupOf: (id) => shown.groupOf.get(id) ?? null,
    isOpen: (id) => !memory.folded.includes(groupName(id)),
    onFold: (id, open) => {
      const name = groupName(id);
      const others = memory.folded.filter((one) => one !== name);
      ui.setList('containers', { folded: open ? others : [...others, name] });
    },
    members,
  };

  // A group is no object that the keys of the window know: they would mean the container whose details are open.
  const groupKey = (event: KeyboardEvent, id: string): boolean => {
    if (!isGroupId(id)) return false;
    const keys = pressedKeys(event.nativeEvent, APPLE);
    const chosen = services.settings.getState().shortcuts;
    const meant = context.commands.objects.filter((command) => command.place === 'containers' && keysOf(command, chosen) === keys);
    meant.some((command) => command.several && runOn(context, command, members(id)));
    return meant.length > 0;
  };

  return (
    <VirtualTable
      label={t.containers.title}
      ids={shown.rows}
      objects={shown.containers}
      {...(shown.members.size > 0 && { groups })}
      columns={columns}
      widths={widths}
      sort={memory.sort}
      selected={selected}
      active={active}
      nameOf={(id) => (isGroupId(id) ? groupTitle(id) : (services.engine.getState().containers.get(id)?.name ?? id))}
      onSort={(sort) => ui.setList('containers', { sort })}
      onWidth={(column, width) => ui.setList('containers', { widths: { ...widths, [column]: width } })}
      onSelect={(next) => ui.select('containers', next)}
      onActive={onActive}
      onOpen={(id) => onOpen(id, ui.getState().detailsTab.containers)}
      onRowKey={groupKey}
      menu={(id) => objectMenu(context, 'containers', isGroupId(id) ? members(id) : targetsOf(context, 'containers', id))}
      onPointerInside={onPointerInside}
      revealed={path !== '/containers'}
      scroll={memory.scroll}
      onScroll={(scroll) => scroll !== memory.scroll && ui.setList('containers', { scroll })}
      headEnd={<ColumnChooser columns={COLUMNS} choice={{ order, shown: shownColumns }} onChoice={(choice) => ui.setList('containers', choice)} />}
    />
  );
}
