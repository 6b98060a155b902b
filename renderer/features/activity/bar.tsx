import { type ReactElement, useMemo } from 'react';
import { type ListBarProps, ListFilter, ListScope } from '../../stores/list-bar.tsx';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { useNotices, useServices, useTasks, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { PageBar } from '../../ui/page.tsx';
import { forget } from './commands.tsx';
import { isListed } from './notice-words.ts';

export function Bar({ filterRef, onLeaveFilter }: ListBarProps): ReactElement {
  const services = useServices();
  const selected = useUiState((state) => state.selected.activity);
  const tasks = useTasks((state) => state.tasks);
  const notices = useNotices((state) => [...state.notices.values()].filter(isListed).length);
  const counts = useMemo(() => {
    const rows = [...(tasks?.values() ?? [])];
    const of = (wanted: string) => rows.filter(({ state }) => state === wanted).length;
    return { all: rows.length + notices, running: of('running'), failed: of('failed'), notices };
  }, [tasks, notices]);
  const words = t.activity;
  if (selected.size > 0) return <SelectedCommands place="activity" words={words.selected(selected.size)} />;
  return (
    <PageBar title={words.title} end={counts.all > counts.running ? <Button onClick={() => void forget(services, [])}>{words.clearAll}</Button> : undefined}>
      {counts.all > 0 && (
        <>
          <ListScope place="activity" label={words.scope} scopes={['all', 'running', 'failed', 'notices']} words={words.scopes} counts={counts} />
          <ListFilter place="activity" label={words.filter} filterRef={filterRef} onLeaveFilter={onLeaveFilter} />
        </>
      )}
    </PageBar>
  );
}
