import { type ReactElement, type RefObject, useMemo } from 'react';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { useServices, useTasks, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { filterClass, PageBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { forgetTasks } from './commands.tsx';

export function Bar({
  filterRef,
  onLeaveFilter,
}: {
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onLeaveFilter: () => void;
}): ReactElement {
  const services = useServices();
  const ui = useUi();
  const scope = useUiState((state) => state.lists.activity.scope);
  const filter = useUiState((state) => state.filters.activity);
  const selected = useUiState((state) => state.selected.activity);
  const tasks = useTasks((state) => state.tasks);
  const counts = useMemo(() => {
    const rows = [...(tasks?.values() ?? [])];
    const of = (wanted: string) => rows.filter(({ state }) => state === wanted).length;
    return { all: rows.length, running: of('running'), failed: of('failed') };
  }, [tasks]);
  const words = t.activity;
  if (selected.size > 0) return <SelectedCommands place="activity" words={words.selected(selected.size)} />;
  return (
    <PageBar
      title={words.title}
      end={counts.all > counts.running ? <Button onClick={() => void forgetTasks(services, [])}>{words.clearAll}</Button> : undefined}
    >
      {counts.all > 0 && (
        <>
          <Segmented
            label={words.scope}
            value={scope}
            onChange={(value) => ui.setList('activity', { scope: value })}
            segments={(['all', 'running', 'failed'] as const).map((value) => ({ value, label: words.scopes[value], number: counts[value] }))}
          />
          <SearchField
            ref={filterRef}
            className={filterClass}
            label={words.filter}
            keys="/"
            value={filter}
            onChange={(text) => ui.setFilter('activity', text)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && filter !== '') ui.setFilter('activity', '');
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
