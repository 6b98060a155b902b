import { Play, X } from 'lucide-react';
import { type ReactElement, type RefObject, useMemo } from 'react';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { NOTHING_SELECTED } from '../../stores/ui-store.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { filterClass, PageBar, SelectionBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { act, eligible } from './actions.tsx';
import { isUp } from './view-model.ts';

/** Title, scope and filter; while containers are selected, what can be done with them. */
export function Bar({
  filterRef,
  onLeaveFilter,
  onRemove,
}: {
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onLeaveFilter: () => void;
  readonly onRemove: (ids: readonly string[]) => void;
}): ReactElement {
  const ui = useUi();
  const scope = useUiState((state) => state.lists.containers.scope);
  const filter = useUiState((state) => state.filters.containers);
  const selected = useUiState((state) => state.selected.containers);
  const containers = useEngine((state) => state.containers);
  const counts = useMemo(() => {
    let running = 0;
    for (const row of containers.values()) if (isUp(row)) running++;
    return { all: containers.size, running, stopped: containers.size - running };
  }, [containers]);

  if (selected.size > 0) return <Selection selected={selected} onRemove={onRemove} />;
  const scopes = t.containers.scopes;
  return (
    <PageBar
      title={t.containers.title}
      end={
        <Button look={counts.all > 0 ? 'primary' : 'plain'} onClick={() => ui.setState({ run: { image: '' } })}>
          <Play />
          {t.containers.run}
        </Button>
      }
    >
      {counts.all > 0 && (
        <>
          <Segmented
            label={t.containers.scope}
            value={scope}
            onChange={(value) => ui.setList('containers', { scope: value })}
            segments={(['all', 'running', 'stopped'] as const).map((value) => ({ value, label: scopes[value], number: counts[value] }))}
          />
          <SearchField
            ref={filterRef}
            className={filterClass}
            label={t.containers.filter}
            keys="/"
            value={filter}
            onChange={(text) => ui.setFilter('containers', text)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && filter !== '') ui.setFilter('containers', '');
              else if (event.key !== 'Escape' && event.key !== 'Enter' && event.key !== 'ArrowDown') return;
              event.preventDefault();
              event.stopPropagation();
              if (event.key !== 'Escape' || filter === '') onLeaveFilter();
            }}
          />
        </>
      )}
    </PageBar>
  );
}

function Selection({ selected, onRemove }: { readonly selected: ReadonlySet<string>; readonly onRemove: (ids: readonly string[]) => void }): ReactElement {
  const services = useServices();
  // The buttons count what they would change, which the engine's state decides.
  useEngine((state) => state.containers);
  useEngine((state) => state.pending);
  const start = eligible(services, 'start', selected);
  const stop = eligible(services, 'stop', selected);
  const words = t.containers;
  return (
    <SelectionBar
      count={words.selected(selected.size)}
      end={
        <IconButton label={t.clear} keys="Esc" onClick={() => services.ui.select('containers', NOTHING_SELECTED)}>
          <X />
        </IconButton>
      }
    >
      {start.length > 0 && <Button onClick={() => void act(services, 'start', start)}>{words.startMany(start.length)}</Button>}
      {stop.length > 0 && <Button onClick={() => void act(services, 'stop', stop)}>{words.stopMany(stop.length)}</Button>}
      {stop.length > 0 && <Button onClick={() => void act(services, 'restart', stop)}>{words.restartMany(stop.length)}</Button>}
      <Button onClick={() => onRemove(eligible(services, 'remove', selected))}>{words.removeMany(selected.size)}</Button>
    </SelectionBar>
  );
}
