import { Layers, PackageOpen, SearchX } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useMemo, useState } from 'react';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { type RowCommands, removeImages, rowMenu } from './actions.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS, Commands } from './cells.tsx';
import { Details } from './details.tsx';
import { LoadButton } from './load-button.tsx';
import { LoadList } from './load-list.tsx';
import { imageReference, imageTitle, listed } from './view-model.ts';

/** The list of images; with an id in the address, its details beside it. */
export function ImagesPage({ id }: { readonly id: string | null }): ReactElement {
  const services = useServices();
  const ui = useUi();
  const images = useEngine((state) => state.images);
  const { scope, sort, widths } = useUiState((state) => state.lists.images);
  const filter = useUiState((state) => state.filters.images);
  const selected = useUiState((state) => state.selected.images);
  const [removing, setRemoving] = useState<readonly string[]>([]);
  const ids = useMemo(() => listed(images.values(), scope, filter, sort), [images, scope, filter, sort]);
  const { active, filterRef, placement, onActive, open, close, focusList } = useListPlace('images', id, images);
  const commands = useMemo<RowCommands>(() => ({ open: (target) => open(target, ui.getState().detailsTab.images), remove: setRemoving }), [open, ui]);

  const rowKey = (event: KeyboardEvent, target: string): boolean => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const row = images.get(target);
    if (!row) return false;
    if (event.key === 'r') ui.setState({ run: { image: imageReference(row) } });
    else if (event.key === 'Delete') setRemoving(selected.has(target) ? [...selected] : [target]);
    else return false;
    return true;
  };

  return (
    <Commands value={commands}>
      <ListWithDetails
        place="images"
        placement={placement}
        details={id === null ? null : <Details key={id} id={id} placement={placement} onRemove={setRemoving} />}
      >
        <Page>
          <Bar filterRef={filterRef} onLeaveFilter={focusList} onRemove={setRemoving} />
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
                onOpen={commands.open}
                onRowKey={rowKey}
                menu={(target) => rowMenu(services, target, commands)}
              />
            ) : (
              <Nothing any={images.size > 0} />
            )}
          </EngineGate>
        </Page>
      </ListWithDetails>
      <Removal
        ids={removing}
        onClose={() => setRemoving([])}
        onConfirm={(targets) => {
          if (id !== null && targets.includes(id)) close();
          void removeImages(services, targets);
        }}
      />
    </Commands>
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
  return <EmptyState icon={<PackageOpen />} title={words.emptyTitle} text={words.emptyText} action={<LoadButton primary label={words.loadMany} />} />;
}

function Removal({
  ids,
  onClose,
  onConfirm,
}: {
  readonly ids: readonly string[];
  readonly onClose: () => void;
  readonly onConfirm: (ids: readonly string[]) => void;
}): ReactElement {
  const images = useEngine((state) => state.images);
  const rows = ids.flatMap((id) => images.get(id) ?? []);
  const [first] = rows;
  return (
    <ConfirmDialog
      open={rows.length > 0}
      title={t.images.removeTitle(rows.length, first ? imageTitle(first) : '')}
      objects={rows.flatMap((row) => (row.tags.length > 0 ? row.tags : [imageTitle(row)]))}
      consequence={t.images.removeText}
      action={t.images.removeMany(rows.length)}
      onConfirm={() => onConfirm(rows.map(({ id }) => id))}
      onClose={onClose}
    />
  );
}
