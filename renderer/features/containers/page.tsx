import { Box, Package, SearchX } from 'lucide-react';
import { type ReactElement, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { NOTHING_SELECTED } from '../../stores/ui-store.ts';
import { en } from '../../strings/en.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useMedia } from '../../ui/media.ts';
import { Page } from '../../ui/page.tsx';
import { Split } from '../../ui/split.tsx';
import { act, type RowCommands } from './actions.tsx';
import { Bar } from './bar.tsx';
import { Commands } from './cells.tsx';
import { Details } from './details.tsx';
import { List, useListed } from './list.tsx';
import { isUp } from './view-model.ts';

const PATH = '/containers';

/** The list of containers; with an id in the address, its details beside it. */
export function ContainersPage({ id }: { readonly id: string | null }): ReactElement {
  const services = useServices();
  const ui = useUi();
  const [, navigate] = useLocation();
  const filterRef = useRef<HTMLInputElement>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [removing, setRemoving] = useState<readonly string[]>([]);
  const { ids, onPointerInside } = useListed();
  const narrow = useMedia('(max-width: 999px)');
  const wide = useMedia('(min-width: 1600px)');
  const dock = useUiState((state) => state.dock);
  const below = dock === 'below' || (dock === 'auto' && !wide);
  const split = useUiState((state) => state.splits[below ? 'containers-below' : 'containers-right']);
  const any = useEngine((state) => state.containers.size > 0);
  const active = id ?? cursor;

  const commands = useMemo<RowCommands>(
    () => ({
      open: (target, tab) => {
        ui.setTab('containers', tab);
        navigate(`${PATH}/${target}`);
        setCursor(target);
      },
      remove: setRemoving,
    }),
    [ui, navigate],
  );
  const close = () => {
    setCursor(id);
    navigate(PATH);
    focusList();
  };

  useEffect(() => {
    const keyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '/') {
        event.preventDefault();
        filterRef.current?.focus();
      } else if (event.key === 'Escape') {
        if (ui.getState().selected.containers.size > 0) ui.select('containers', NOTHING_SELECTED);
        else if (id !== null) {
          navigate(PATH);
          setCursor(id);
          focusList();
        }
      }
    };
    window.addEventListener('keydown', keyDown);
    return () => window.removeEventListener('keydown', keyDown);
  }, [ui, id, navigate]);

  // What is gone can no longer be selected.
  const containers = useEngine((state) => state.containers);
  useEffect(() => {
    const { selected } = ui.getState();
    const kept = new Set([...selected.containers].filter((one) => containers.has(one)));
    if (kept.size < selected.containers.size) ui.select('containers', kept);
  }, [ui, containers]);

  const list = (
    <Page>
      <Bar filterRef={filterRef} onLeaveFilter={focusList} onRemove={setRemoving} />
      <EngineGate>
        {ids.length > 0 ? (
          <List
            ids={ids}
            active={active}
            commands={commands}
            onPointerInside={onPointerInside}
            onActive={(target) => {
              setCursor(target);
              if (id !== null) navigate(`${PATH}/${target}`, { replace: true });
            }}
          />
        ) : (
          <Nothing any={any} />
        )}
      </EngineGate>
    </Page>
  );
  const details = (target: string): ReactNode => (
    <Details
      key={target}
      id={target}
      page={narrow}
      below={below}
      onDock={(next) => ui.setState({ dock: next ? 'below' : 'right' })}
      onClose={close}
      onRemove={setRemoving}
    />
  );

  return (
    <Commands value={commands}>
      {narrow && id !== null ? (
        details(id)
      ) : (
        <Split
          below={below}
          second={id === null ? null : details(id)}
          secondSize={below ? 52 : 46}
          saved={split}
          onSaved={(layout) => ui.setSplit(below ? 'containers-below' : 'containers-right', layout)}
        >
          {list}
        </Split>
      )}
      <Removal
        ids={removing}
        onClose={() => setRemoving([])}
        onConfirm={(targets) => {
          if (id !== null && targets.includes(id)) navigate(PATH);
          void act(services, 'remove', targets);
        }}
      />
    </Commands>
  );
}

const focusList = (): void => document.querySelector<HTMLElement>('[role="grid"]')?.focus();
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, [contenteditable], .xterm, [role="dialog"]') !== null;

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const { ui } = useServices();
  const [, navigate] = useLocation();
  const filter = useUiState((state) => state.filters.containers);
  const scope = useUiState((state) => state.lists.containers.scope);
  const images = useEngine((state) => state.images.size > 0);
  const words = en.containers;
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
  const words = en.containers;
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
