import { Network, SearchX } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { objectMenu, targetsOf, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { NetworkMapView } from './map.tsx';
import { listed } from './view-model.ts';

const words = t.networks;

/** The list of networks or their map; with an id in the address, its details beside it. */
export function NetworksPage({ id }: { readonly id: string | null }): ReactElement {
  const context = useCommandContext();
  const ui = useUi();
  const networks = useEngine((state) => state.networks);
  const containers = useEngine((state) => state.containers);
  const view = useUiState((state) => state.networkView);
  const { scope, sort, widths } = useUiState((state) => state.lists.networks);
  const filter = useUiState((state) => state.filters.networks);
  const selected = useUiState((state) => state.selected.networks);
  const ids = useMemo(() => listed(networks, containers, { scope, filter, sort }), [networks, containers, scope, filter, sort]);
  const { active, filterRef, placement, onActive, open, focusList } = useListPlace('networks', id, networks);

  return (
    <ListWithDetails place="networks" placement={placement} details={id === null ? null : <Details key={id} id={id} placement={placement} />}>
      <Page>
        <Bar filterRef={filterRef} onLeaveFilter={focusList} />
        <EngineGate>
          {view === 'map' ? (
            <NetworkMapView selected={id} />
          ) : ids.length > 0 ? (
            <VirtualTable
              label={words.title}
              ids={ids}
              columns={COLUMNS}
              widths={widths}
              sort={sort}
              selected={selected}
              active={active}
              nameOf={(target) => networks.get(target)?.name ?? target}
              onSort={(next) => ui.setList('networks', { sort: next })}
              onWidth={(column, width) => ui.setList('networks', { widths: { ...widths, [column]: width } })}
              onSelect={(next) => ui.select('networks', next)}
              onActive={onActive}
              onOpen={(target) => open(target, ui.getState().detailsTab.networks)}
              menu={(target) => objectMenu(context, 'networks', targetsOf(context, 'networks', target))}
            />
          ) : (
            <Nothing filtered={filter !== ''} />
          )}
        </EngineGate>
      </Page>
    </ListWithDetails>
  );
}

/** The engine always has networks: an empty list is one that was narrowed. */
function Nothing({ filtered }: { readonly filtered: boolean }): ReactElement {
  const ui = useUi();
  const filter = useUiState((state) => state.filters.networks);
  if (filtered) {
    const clear = () => ui.setFilter('networks', '');
    return (
      <EmptyState icon={<SearchX />} title={words.noneMatch} text={words.noneMatchText(filter)} action={<Button onClick={clear}>{words.clearFilter}</Button>} />
    );
  }
  const all = () => ui.setList('networks', { scope: 'all' });
  return <EmptyState icon={<Network />} title={words.noneInScope} text={words.noneInScopeText} action={<Button onClick={all}>{words.showAll}</Button>} />;
}
