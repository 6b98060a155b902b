import { Database, Plus } from 'lucide-react';
import { type ReactElement, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { NarrowedList } from '../../stores/narrowed-list.tsx';
import { ObjectTable } from '../../stores/object-table.tsx';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { listed, type Sizes, volumeTitle } from './view-model.ts';

const NO_SIZES: Sizes = new Map();

/** The list of volumes; with a name in the address, its details beside it. */
export function VolumesPage({ id }: { readonly id: string | null }): ReactElement {
  const { volumeSizes } = useServices();
  const volumes = useEngine((state) => state.volumes);
  const { scope, sort } = useUiState((state) => state.lists.volumes);
  const filter = useUiState((state) => state.filters.volumes);
  const bySize = sort.column === 'size';
  const sizes = useStore(volumeSizes, ({ bytes }) => (bySize ? bytes : NO_SIZES));
  const ids = useMemo(() => listed(volumes.values(), scope, filter, sort, sizes), [volumes, scope, filter, sort, sizes]);
  const { active, filterRef, placement, onActive, open, focusList } = useListPlace('volumes', id, volumes);
  // An order by size wants all of them; else only what is seen is measured.
  useEffect(() => {
    if (bySize) volumeSizes.want([...volumes.keys()]);
  }, [bySize, volumes, volumeSizes]);

  return (
    <ListWithDetails place="volumes" placement={placement} details={id === null ? null : <Details key={id} id={id} placement={placement} />}>
      <Page>
        <Bar filterRef={filterRef} onLeaveFilter={focusList} />
        <EngineGate>
          {ids.length > 0 ? (
            <ObjectTable
              place="volumes"
              label={t.volumes.title}
              ids={ids}
              columns={COLUMNS}
              active={active}
              nameOf={(target) => {
                const row = volumes.get(target);
                return row ? volumeTitle(row) : target;
              }}
              onActive={onActive}
              onOpen={open}
            />
          ) : (
            <Nothing any={volumes.size > 0} />
          )}
        </EngineGate>
      </Page>
    </ListWithDetails>
  );
}

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const ui = useUi();
  const words = t.volumes;
  if (any) return <NarrowedList place="volumes" icon={<Database />} words={words} />;
  const create = (
    <Button look="primary" onClick={() => ui.setState({ asking: { command: 'volume.create', ids: [] } })}>
      <Plus />
      {words.create}
    </Button>
  );
  return <EmptyState icon={<Database />} title={words.emptyTitle} text={words.emptyText} action={create} />;
}
