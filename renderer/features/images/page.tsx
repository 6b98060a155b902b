import { Layers, PackageOpen, SearchX } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { objectMenu, targetsOf, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useImageFacts, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { LoadButton } from './load-button.tsx';
import { LoadList } from './load-list.tsx';
import { useMeasured } from './use-measured.ts';
import { imageTitle, listed } from './view-model.ts';

/** The list of images; with an id in the address, its details beside it. */
export function ImagesPage({ id }: { readonly id: string | null }): ReactElement {
  const context = useCommandContext();
  const ui = useUi();
  const images = useEngine((state) => state.images);
  const { scope, sort, widths } = useUiState((state) => state.lists.images);
  const filter = useUiState((state) => state.filters.images);
  const selected = useUiState((state) => state.selected.images);
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
            <VirtualTable
              label={t.images.title}
              ids={ids}
              columns={COLUMNS}
              widths={widths}
              sort={sort}
              selected={selected}
              active={active}
              nameOf={(target) => {
                const row = images.get(target);
                return row ? imageTitle(row) : target;
              }}
              onSort={(next) => ui.setList('images', { sort: next })}
              onWidth={(column, width) => ui.setList('images', { widths: { ...widths, [column]: width } })}
              onSelect={(next) => ui.select('images', next)}
              onActive={onActive}
              onOpen={(target) => open(target, ui.getState().detailsTab.images)}
              menu={(target) => objectMenu(context, 'images', targetsOf(context, 'images', target))}
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
  const ui = useUi();
  const filter = useUiState((state) => state.filters.images);
  const words = t.images;
  if (any && filter !== '') {
    const clear = () => ui.setFilter('images', '');
    return (
      <EmptyState
        icon={<SearchX />}
        title={words.noneMatch}
        text={words.noneMatchText(filter)}
        action={<Button onClick={clear}>{t.containers.clearFilter}</Button>}
      />
    );
  }
  if (any) {
    const all = () => ui.setList('images', { scope: 'all' });
    return <EmptyState icon={<Layers />} title={words.noneInScope} text={words.noneInScopeText} action={<Button onClick={all}>{words.showAll}</Button>} />;
  }
  return <EmptyState icon={<PackageOpen />} title={words.emptyTitle} text={t.imageTools.emptyText} action={<FirstSteps />} />;
}
