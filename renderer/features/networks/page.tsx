import { Network } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { NarrowedList } from '../../stores/narrowed-list.tsx';
import { ObjectTable } from '../../stores/object-table.tsx';
import { useEngine, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Page } from '../../ui/page.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { NetworkMapView } from './map.tsx';
import { listed } from './view-model.ts';

const words = t.networks;

/** The list of networks or their map; with an id in the address, its details beside it. */
export function NetworksPage({ id }: { readonly id: string | null }): ReactElement {
  const networks = useEngine((state) => state.networks);
  const containers = useEngine((state) => state.containers);
  const view = useUiState((state) => state.networkView);
  const { scope, sort } = useUiState((state) => state.lists.networks);
  const filter = useUiState((state) => state.filters.networks);
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
            <ObjectTable
              place="networks"
              label={words.title}
              ids={ids}
              columns={COLUMNS}
              active={active}
              nameOf={(target) => networks.get(target)?.name ?? target}
              onActive={onActive}
              onOpen={open}
            />
          ) : (
            // The engine always has networks: an empty list is one that was narrowed.
            <NarrowedList place="networks" icon={<Network />} words={words} />
          )}
        </EngineGate>
      </Page>
    </ListWithDetails>
  );
}
