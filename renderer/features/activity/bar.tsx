import { type ReactElement, useMemo } from 'react';
import { type ListBarProps, ListFilter, ListScope } from '../../stores/list-bar.tsx';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { useServices, useTasks, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { PageBar } from '../../ui/page.tsx';
import { forgetTasks } from './commands.tsx';

export function Bar({ filterRef, onLeaveFilter }: ListBarProps): ReactElement {
  const services = useServices();
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
          <ListScope place="activity" label={words.scope} scopes={['all', 'running', 'failed']} words={words.scopes} counts={counts} />
          <ListFilter place="activity" label={words.filter} filterRef={filterRef} onLeaveFilter={onLeaveFilter} />
        </>
      )}
    </PageBar>
  );
}
