import { Ellipsis, Plus, Trash2, Upload } from 'lucide-react';
import { type ReactElement, type RefObject, useMemo } from 'react';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { useEngine, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { Menu } from '../../ui/menu.tsx';
import { filterClass, PageBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';

export function Bar({
  filterRef,
  onLeaveFilter,
}: {
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onLeaveFilter: () => void;
}): ReactElement {
  const ui = useUi();
  const scope = useUiState((state) => state.lists.volumes.scope);
  const filter = useUiState((state) => state.filters.volumes);
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
          <Menu
            trigger={
              <IconButton label={t.more}>
                <Ellipsis />
              </IconButton>
            }
            actions={() => [
              { id: 'import', label: words.importTitle, icon: <Upload />, run: () => ask('volume.import') },
              {
                id: 'prune',
                label: words.prune,
                icon: <Trash2 />,
                apart: true,
                danger: true,
                disabled: counts.unused === 0,
                run: () => ask('volume.prune'),
              },
            ]}
          />
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
          <Segmented
            label={words.scope}
            value={scope}
            onChange={(value) => ui.setList('volumes', { scope: value })}
            segments={(['all', 'used', 'unused'] as const).map((value) => ({ value, label: words.scopes[value], number: counts[value] }))}
          />
          <SearchField
            ref={filterRef}
            className={filterClass}
            label={words.filter}
            keys="/"
            value={filter}
            onChange={(text) => ui.setFilter('volumes', text)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && filter !== '') ui.setFilter('volumes', '');
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
