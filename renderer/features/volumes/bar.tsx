import { Plus } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { type ListBarProps, ListFilter, ListScope } from '../../stores/list-bar.tsx';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { PageMenu } from '../../stores/page-menu.tsx';
import { useEngine, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { PageBar } from '../../ui/page.tsx';

export function Bar({ filterRef, onLeaveFilter }: ListBarProps): ReactElement {
  const ui = useUi();
  const selected = useUiState((state) => state.selected.volumes);
  const volumes = useEngine((state) => state.volumes);
  const counts = useMemo(() => {
    let used = 0;
    for (const row of volumes.values()) if (row.usedBy.length > 0) used++;
    return { all: volumes.size, used, unused: volumes.size - used };
  }, [volumes]);
  const words = t.volumes;
  const ask = (command: string) => ui.setState({ asking: { command, ids: [] } });
  if (selected.size > 0) return <SelectedCommands place="volumes" words={words.selected(selected.size)} />;
  return (
    <PageBar
      title={words.title}
      end={
        <>
          <PageMenu ids={['volume.import', 'volume.prune']} />
          {counts.all > 0 && (
            <Button look="primary" onClick={() => ask('volume.create')}>
              <Plus />
              {words.create}
            </Button>
          )}
        </>
      }
    >
      {counts.all > 0 && (
        <>
          <ListScope place="volumes" label={words.scope} scopes={['all', 'used', 'unused']} words={words.scopes} counts={counts} />
          <ListFilter place="volumes" label={words.filter} filterRef={filterRef} onLeaveFilter={onLeaveFilter} />
        </>
      )}
    </PageBar>
  );
}
