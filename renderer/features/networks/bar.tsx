import { List, Plus, Waypoints } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { type ListBarProps, ListFilter, ListScope } from '../../stores/list-bar.tsx';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { PageMenu } from '../../stores/page-menu.tsx';
import { useEngine, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { PageBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { counted, SCOPES } from './view-model.ts';

const words = t.networks;
const VIEWS = [
  { value: 'list', label: words.views.list, icon: <List /> },
  { value: 'map', label: words.views.map, icon: <Waypoints /> },
] as const;

export function Bar({ filterRef, onLeaveFilter }: ListBarProps): ReactElement {
  const ui = useUi();
  const view = useUiState((state) => state.networkView);
  const selected = useUiState((state) => state.selected.networks);
  const networks = useEngine((state) => state.networks);
  const containers = useEngine((state) => state.containers);
  const counts = useMemo(() => counted(networks, containers), [networks, containers]);
  if (selected.size > 0 && view === 'list') return <SelectedCommands place="networks" words={words.selected(selected.size)} />;
  return (
    <PageBar
      title={words.title}
      end={
        <>
          <PageMenu ids={['network.prune']} />
          <Button look="primary" onClick={() => ui.setState({ asking: { command: 'network.create', ids: [] } })}>
            <Plus />
            {words.create}
          </Button>
        </>
      }
    >
      <Segmented label={words.view} value={view} segments={VIEWS} onChange={(value) => ui.setState({ networkView: value === 'map' ? 'map' : 'list' })} />
      {view === 'list' && <ListScope place="networks" label={words.scope} scopes={SCOPES} words={words.scopes} counts={counts} />}
      <ListFilter place="networks" label={words.filter} filterRef={filterRef} onLeaveFilter={onLeaveFilter} />
    </PageBar>
  );
}
