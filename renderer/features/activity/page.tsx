import { CircleCheck, History } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { useLocation } from 'wouter';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { NarrowedList } from '../../stores/narrowed-list.tsx';
import { ObjectTable } from '../../stores/object-table.tsx';
import { useTasks, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { listed, taskTitle } from './view-model.ts';

const NONE: ReadonlyMap<string, TaskRow> = new Map();

/** Everything long that runs or was done. It needs no engine: the shell itself keeps the list. */
export function ActivityPage({ id }: { readonly id: string | null }): ReactElement {
  const known = useTasks((state) => state.tasks);
  const tasks = known ?? NONE;
  const { scope, sort } = useUiState((state) => state.lists.activity);
  const filter = useUiState((state) => state.filters.activity);
  const ids = useMemo(() => listed(tasks.values(), scope, filter, sort), [tasks, scope, filter, sort]);
  const { active, filterRef, placement, onActive, open, focusList } = useListPlace('activity', id, tasks);

  return (
    <ListWithDetails place="activity" placement={placement} details={id === null ? null : <Details key={id} id={id} placement={placement} />}>
      <Page>
        <Bar filterRef={filterRef} onLeaveFilter={focusList} />
        {known === null ? (
          <SkeletonRows label={t.loading} />
        ) : ids.length > 0 ? (
          <ObjectTable
            place="activity"
            label={t.activity.title}
            ids={ids}
            columns={COLUMNS}
            active={active}
            nameOf={(target) => {
              const row = tasks.get(target);
              return row ? taskTitle(row) : target;
            }}
            onActive={onActive}
            onOpen={open}
          />
        ) : (
          <Nothing any={tasks.size > 0} />
        )}
      </Page>
    </ListWithDetails>
  );
}

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const [, navigate] = useLocation();
  const scope = useUiState((state) => state.lists.activity.scope);
  const words = t.activity;
  if (any) return <NarrowedList place="activity" icon={<CircleCheck />} words={{ ...words, noneInScope: words.noneInScope[scope] ?? words.nothingRuns }} />;
  return (
    <EmptyState
      icon={<History />}
      title={words.emptyTitle}
      text={words.emptyText}
      action={<Button onClick={() => navigate('/images')}>{words.emptyAction}</Button>}
    />
  );
}
