import { type ReactElement, useMemo, useState } from 'react';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import { objectMenu, targetsOf, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useMetrics, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { COLUMNS } from './cells.tsx';
import { heldOrder, isLive, listed } from './view-model.ts';

const NO_POINTS: ReadonlyMap<string, readonly MetricPoint[]> = new Map();

/** Ids to show. While the pointer is over a list sorted by live values, rows keep their places. */
export function useListed(): { readonly ids: readonly string[]; readonly onPointerInside: (inside: boolean) => void } {
  const { metrics } = useServices();
  const containers = useEngine((state) => state.containers);
  const { scope, sort } = useUiState((state) => state.lists.containers);
  const filter = useUiState((state) => state.filters.containers);
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const live = isLive(sort.column);
  const points = useMetrics((state) => (live && held === null ? state.points : NO_POINTS));
  const sorted = useMemo(() => {
    const latest = points === NO_POINTS ? metrics.getState().points : points;
    return listed(containers.values(), scope, filter, sort, (id) => latest.get(id)?.at(-1));
  }, [containers, scope, filter, sort, metrics, points]);
  const ids = live && held !== null ? heldOrder(held, sorted) : sorted;
  return { ids, onPointerInside: (inside) => setHeld(inside && live ? ids : null) };
}

export function List({
  ids,
  active,
  onOpen,
  onActive,
  onPointerInside,
}: {
  readonly ids: readonly string[];
  readonly active: string | null;
  readonly onOpen: (id: string, tab: string) => void;
  readonly onActive: (id: string) => void;
  readonly onPointerInside: (inside: boolean) => void;
}): ReactElement {
  const context = useCommandContext();
  const { services } = context;
  const ui = useUi();
  const { sort, widths } = useUiState((state) => state.lists.containers);
  const selected = useUiState((state) => state.selected.containers);
  const tab = () => ui.getState().detailsTab.containers;

  return (
    <VirtualTable
      label={t.containers.title}
      ids={ids}
      columns={COLUMNS}
      widths={widths}
      sort={sort}
      selected={selected}
      active={active}
      nameOf={(id) => services.engine.getState().containers.get(id)?.name ?? id}
      onSort={(next) => ui.setList('containers', { sort: next })}
      onWidth={(column, width) => ui.setList('containers', { widths: { ...widths, [column]: width } })}
      onSelect={(next) => ui.select('containers', next)}
      onActive={onActive}
      onOpen={(id) => onOpen(id, tab())}
      menu={(id) => objectMenu(context, 'containers', targetsOf(context, 'containers', id))}
      onPointerInside={onPointerInside}
    />
  );
}
