import { Brush, List, Plus, Waypoints } from 'lucide-react';
import { type ReactElement, type RefObject, useMemo } from 'react';
import { SelectedCommands, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { filterClass, PageBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { NETWORK_APP_COMMANDS } from './commands.tsx';
import { counted, SCOPES } from './view-model.ts';

const words = t.networks;
const VIEWS = [
  { value: 'list', label: words.views.list, icon: <List /> },
  { value: 'map', label: words.views.map, icon: <Waypoints /> },
] as const;

interface BarProps {
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onLeaveFilter: () => void;
}

export function Bar({ filterRef, onLeaveFilter }: BarProps): ReactElement {
  const ui = useUi();
  const context = useCommandContext();
  const view = useUiState((state) => state.networkView);
  const scope = useUiState((state) => state.lists.networks.scope);
  const filter = useUiState((state) => state.filters.networks);
  const selected = useUiState((state) => state.selected.networks);
  const networks = useEngine((state) => state.networks);
  const containers = useEngine((state) => state.containers);
  const counts = useMemo(() => counted(networks, containers), [networks, containers]);
  if (selected.size > 0 && view === 'list') return <SelectedCommands place="networks" words={words.selected(selected.size)} />;
  const prune = NETWORK_APP_COMMANDS.find(({ id }) => id === 'network.prune');
  return (
    <PageBar
      title={words.title}
      end={
        <>
          {prune?.enabled?.(context) && (
            <IconButton label={words.prune} onClick={() => prune.run(context)}>
              <Brush />
            </IconButton>
          )}
          <Button look="primary" onClick={() => ui.setState({ asking: { command: 'network.create', ids: [] } })}>
            <Plus />
            {words.create}
          </Button>
        </>
      }
    >
      <Segmented label={words.view} value={view} segments={VIEWS} onChange={(value) => ui.setState({ networkView: value === 'map' ? 'map' : 'list' })} />
      {view === 'list' && (
        <Segmented
          label={words.scope}
          value={scope}
          onChange={(value) => ui.setList('networks', { scope: value })}
          segments={SCOPES.map((value) => ({ value, label: words.scopes[value], number: counts[value] ?? 0 }))}
        />
      )}
      <SearchField
        ref={filterRef}
        className={filterClass}
        label={words.filter}
        keys="/"
        value={filter}
        onChange={(text) => ui.setFilter('networks', text)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && filter !== '') ui.setFilter('networks', '');
          else if (event.key !== 'Escape' && event.key !== 'Enter' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          event.stopPropagation();
          if (event.key !== 'Escape' || filter === '') onLeaveFilter();
        }}
      />
    </PageBar>
  );
}
