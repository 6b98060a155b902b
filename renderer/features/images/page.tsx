import { Layers, PackageOpen } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { NarrowedList } from '../../stores/narrowed-list.tsx';
import { ObjectTable } from '../../stores/object-table.tsx';
import { useEngine, useImageFacts, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { LoadButton } from './load-button.tsx';
import { LoadList } from './load-list.tsx';
import { useMeasured } from './use-measured.ts';
import { imageTitle, listed } from './view-model.ts';

/** The list of images; with an id in the address, its details beside it. */
export function ImagesPage({ id }: { readonly id: string | null }): ReactElement {
  const images = useEngine((state) => state.images);
  const { scope, sort } = useUiState((state) => state.lists.images);
  const filter = useUiState((state) => state.filters.images);
  const shared = useImageFacts((state) => (sort.column === 'unique' ? state.shared : null));
  const ids = useMemo(() => listed(images.values(), scope, filter, sort, shared ?? {}), [images, scope, filter, sort, shared]);
  useMeasured(images);
  const { active, filterRef, placement, onActive, open, focusList } = useListPlace('images', id, images);

  return (
    <ListWithDetails place="images" placement={placement} details={id === null ? null : <Details key={id} id={id} placement={placement} />}>
      <Page>
        <Bar filterRef={filterRef} onLeaveFilter={focusList} />
        <LoadList />
        <EngineGate>
          {ids.length > 0 ? (
            <ObjectTable
              place="images"
              label={t.images.title}
              ids={ids}
              columns={COLUMNS}
              active={active}
              nameOf={(target) => {
                const row = images.get(target);
                return row ? imageTitle(row) : target;
              }}
              onActive={onActive}
              onOpen={open}
            />
          ) : (
            <Nothing any={images.size > 0} />
          )}
        </EngineGate>
      </Page>
    </ListWithDetails>
  );
}

function FirstSteps(): ReactElement {
  const ui = useUi();
  return (
    <>
      <Button look="primary" onClick={() => ui.setState({ asking: { command: 'image.pull', ids: [] } })}>
        {t.pull.action}
      </Button>
      <LoadButton label={t.images.loadMany} />
    </>
  );
}

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const words = t.images;
  if (any) return <NarrowedList place="images" icon={<Layers />} words={words} />;
  return <EmptyState icon={<PackageOpen />} title={words.emptyTitle} text={t.imageTools.emptyText} action={<FirstSteps />} />;
}
