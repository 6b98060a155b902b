import { CircleCheck, History } from 'lucide-react';
import { type ReactElement, useEffect, useMemo } from 'react';
import { useLocation } from 'wouter';
import type { Notice } from '../../../electron/ipc/contract/notices.ts';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { NarrowedList } from '../../stores/narrowed-list.tsx';
import { ObjectTable } from '../../stores/object-table.tsx';
import { useNotices, useServices, useTasks, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { isListed, noticeTitle } from './notice-words.ts';
import { listed, taskTitle } from './view-model.ts';

const NONE: ReadonlyMap<string, TaskRow> = new Map();

/** Everything long that runs or was done, and what happened meanwhile. It needs no engine: the shell itself keeps the list. */
export function ActivityPage({ id }: { readonly id: string | null }): ReactElement {
  const known = useTasks((state) => state.tasks);
  const tasks = known ?? NONE;
  const { scope, sort } = useUiState((state) => state.lists.activity);
  const filter = useUiState((state) => state.filters.activity);
  const { notices: store } = useServices();
  const notices = useNotices((state) => state.notices);
  const all = useMemo(() => new Map<string, TaskRow | Notice>([...tasks, ...[...notices].filter(([, notice]) => isListed(notice))]), [tasks, notices]);
  const ids = useMemo(() => listed(all.values(), scope, filter, sort), [all, scope, filter, sort]);
  // What is on the screen has been seen; where the shell does not hear of it, it stays new.
  const hasNews = useMemo(() => [...notices.values()].some(({ isSeen }) => !isSeen), [notices]);
  useEffect(() => {
    if (hasNews) store.see().catch(() => undefined);
  }, [store, hasNews]);
  const { active, filterRef, placement, onActive, open, focusList } = useListPlace('activity', id, all);

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
              const row = all.get(target);
              return !row ? target : 'time' in row ? noticeTitle(row) : taskTitle(row);
            }}
            onActive={onActive}
            onOpen={open}
          />
        ) : (
          <Nothing any={all.size > 0} />
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
