import { Box, Package, SearchX } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { act, type RowCommands } from './actions.tsx';
import { Bar } from './bar.tsx';
import { Commands } from './cells.tsx';
import { Details } from './details.tsx';
import { List, useListed } from './list.tsx';
import { isUp } from './view-model.ts';

/** The list of containers; with an id in the address, its details beside it. */
export function ContainersPage({ id }: { readonly id: string | null }): ReactElement {
  const services = useServices();
  const containers = useEngine((state) => state.containers);
  const [removing, setRemoving] = useState<readonly string[]>([]);
  const { ids, onPointerInside } = useListed();
  const { active, filterRef, placement, onActive, open, close, focusList } = useListPlace('containers', id, containers);
  const commands = useMemo<RowCommands>(() => ({ open, remove: setRemoving }), [open]);

  return (
    <Commands value={commands}>
      <ListWithDetails
        place="containers"
        placement={placement}
        details={id === null ? null : <Details key={id} id={id} placement={placement} onRemove={setRemoving} />}
      >
        <Page>
          <Bar filterRef={filterRef} onLeaveFilter={focusList} onRemove={setRemoving} />
          <EngineGate>
            {ids.length > 0 ? (
              <List ids={ids} active={active} commands={commands} onPointerInside={onPointerInside} onActive={onActive} />
            ) : (
              <Nothing any={containers.size > 0} />
            )}
          </EngineGate>
        </Page>
      </ListWithDetails>
      <Removal
        ids={removing}
        onClose={() => setRemoving([])}
        onConfirm={(targets) => {
          if (id !== null && targets.includes(id)) close();
          void act(services, 'remove', targets);
        }}
      />
    </Commands>
  );
}

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const { ui } = useServices();
  const [, navigate] = useLocation();
  const filter = useUiState((state) => state.filters.containers);
  const scope = useUiState((state) => state.lists.containers.scope);
  const images = useEngine((state) => state.images.size > 0);
  const words = t.containers;
  if (any && filter !== '') {
    return (
      <EmptyState
        icon={<SearchX />}
        title={words.noneMatch}
        text={words.noneMatchText(filter)}
        action={<Button onClick={() => ui.setFilter('containers', '')}>{words.clearFilter}</Button>}
      />
    );
  }
  if (any) {
    return (
      <EmptyState
        icon={<Box />}
        title={scope === 'running' ? words.noneRunning : words.noneStopped}
        text={words.noneInScope}
        action={<Button onClick={() => ui.setList('containers', { scope: 'all' })}>{words.showAll}</Button>}
      />
    );
  }
  return images ? (
    <EmptyState
      icon={<Box />}
      title={words.emptyTitle}
      text={words.emptyWithImages}
      action={
        <Button look="primary" onClick={() => ui.setState({ run: { image: '' } })}>
          {words.runNew}
        </Button>
      }
    />
  ) : (
    <EmptyState
      icon={<Package />}
      title={words.emptyTitle}
      text={words.emptyText}
      action={
        <Button look="primary" onClick={() => navigate('/images')}>
          {words.loadFirst}
        </Button>
      }
    />
  );
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
  const containers = useEngine((state) => state.containers);
  const rows = ids.flatMap((id) => containers.get(id) ?? []);
  const running = rows.filter(isUp).length;
  const words = t.containers;
  return (
    <ConfirmDialog
      open={rows.length > 0}
      title={words.removeTitle(rows.length, rows[0]?.name ?? '')}
      objects={rows.map(({ name }) => name)}
      consequence={running === 0 ? words.removeText : rows.length === 1 ? words.removeOneRunningText : words.removeRunningText(running)}
      action={words.removeMany(rows.length)}
      onConfirm={() => onConfirm(rows.map(({ id }) => id))}
      onClose={onClose}
    />
  );
}
