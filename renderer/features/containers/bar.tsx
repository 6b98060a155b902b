import { Ellipsis, ListTree, Play, Trash2 } from 'lucide-react';
import { type ReactElement, type RefObject, useMemo } from 'react';
import { SelectedCommands, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { Menu } from '../../ui/menu.tsx';
import { filterClass, PageBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { PRUNE } from './commands.tsx';
import { isUp } from './view-model.ts';

/** Title, scope and filter; while containers are selected, what can be done with them. */
export function Bar({
  filterRef,
  onLeaveFilter,
}: {
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onLeaveFilter: () => void;
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

  if (selected.size > 0) return <SelectedCommands place="containers" words={t.containers.selected(selected.size)} />;
  const scopes = t.containers.scopes;
  return (
    <PageBar
      title={t.containers.title}
      end={
        <>
          {counts.all > 0 && <PageMenu />}
          <Button look={counts.all > 0 ? 'primary' : 'plain'} onClick={() => ui.setState({ run: { image: '' } })}>
            <Play />
            {t.containers.run}
          </Button>
        </>
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
            hint={t.containerList.filterHint}
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

function PageMenu(): ReactElement {
  const { ui } = useServices();
  const context = useCommandContext();
  const grouped = useUiState((state) => state.lists.containers.grouped);
  const words = t.containerList;
  return (
    <Menu
      trigger={
        <IconButton label={t.more}>
          <Ellipsis />
        </IconButton>
      }
      actions={() => [
        {
          id: 'group',
          label: grouped ? words.ungroup : words.group,
          icon: <ListTree />,
          run: () => ui.setList('containers', { grouped: !grouped }),
        },
        {
          id: PRUNE.id,
          label: PRUNE.title,
          icon: <Trash2 />,
          danger: true,
          apart: true,
          disabled: PRUNE.enabled?.(context) === false,
          run: () => PRUNE.run(context),
        },
      ]}
    />
  );
}
