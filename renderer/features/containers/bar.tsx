import { ListTree, Play } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { type ListBarProps, ListFilter, ListScope } from '../../stores/list-bar.tsx';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { PageMenu } from '../../stores/page-menu.tsx';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { PageBar } from '../../ui/page.tsx';
import { isUp } from './view-model.ts';

/** Title, scope and filter; while containers are selected, what can be done with them. */
export function Bar({ filterRef, onLeaveFilter }: ListBarProps): ReactElement {
  const ui = useUi();
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
          {counts.all > 0 && <ListMenu />}
          <Button look={counts.all > 0 ? 'primary' : 'plain'} onClick={() => ui.setState({ run: { image: '' } })}>
            <Play />
            {t.containers.run}
          </Button>
        </>
      }
    >
      {counts.all > 0 && (
        <>
          <ListScope place="containers" label={t.containers.scope} scopes={['all', 'running', 'stopped']} words={scopes} counts={counts} />
          <ListFilter place="containers" label={t.containers.filter} hint={t.containerList.filterHint} filterRef={filterRef} onLeaveFilter={onLeaveFilter} />
        </>
      )}
    </PageBar>
  );
}

function ListMenu(): ReactElement {
  const { ui } = useServices();
  const grouped = useUiState((state) => state.lists.containers.grouped);
  const words = t.containerList;
  const group = {
    id: 'group',
    label: grouped ? words.ungroup : words.group,
    icon: <ListTree />,
    run: () => ui.setList('containers', { grouped: !grouped }),
  };
  return <PageMenu first={[group]} ids={['container.prune']} />;
}
