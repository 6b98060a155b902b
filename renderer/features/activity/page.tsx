import { CircleCheck, History, SearchX } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { useLocation } from 'wouter';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { objectMenu, targetsOf, useCommandContext } from '../../stores/object-commands.tsx';
import { useTasks, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { Bar } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { listed, taskTitle } from './view-model.ts';

const NONE: ReadonlyMap<string, TaskRow> = new Map();

/** Everything long that runs or was done. It needs no engine: the shell itself keeps the list. */
export function ActivityPage({ id }: { readonly id: string | null }): ReactElement {
  const context = useCommandContext();
  const ui = useUi();
  const known = useTasks((state) => state.tasks);
  const tasks = known ?? NONE;
  const { scope, sort, widths } = useUiState((state) => state.lists.activity);
  const filter = useUiState((state) => state.filters.activity);
  const selected = useUiState((state) => state.selected.activity);
  const ids = useMemo(() => listed(tasks.values(), scope, filter, sort), [tasks, scope, filter, sort]);
  const { active, filterRef, placement, onActive, open, focusList } = useListPlace('activity', id, tasks);

  return (
    <ListWithDetails place="activity" placement={placement} details={id === null ? null : <Details key={id} id={id} placement={placement} />}>
      <Page>
        <Bar filterRef={filterRef} onLeaveFilter={focusList} />
        {known === null ? (
          <SkeletonRows label={t.loading} />
        ) : ids.length > 0 ? (
          <VirtualTable
            label={t.activity.title}
            ids={ids}
            columns={COLUMNS}
            widths={widths}
            sort={sort}
            selected={selected}
            active={active}
            nameOf={(target) => {
              const row = tasks.get(target);
              return row ? taskTitle(row) : target;
            }}
            onSort={(next) => ui.setList('activity', { sort: next })}
            onWidth={(column, width) => ui.setList('activity', { widths: { ...widths, [column]: width } })}
            onSelect={(next) => ui.select('activity', next)}
            onActive={onActive}
            onOpen={(target) => open(target, '')}
            menu={(target) => objectMenu(context, 'activity', targetsOf(context, 'activity', target))}
          />
        ) : (
          <Nothing any={tasks.size > 0} />
        )}
      </Page>
    </ListWithDetails>
  );
}

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const ui = useUi();
  const [, navigate] = useLocation();
  const filter = useUiState((state) => state.filters.activity);
  const scope = useUiState((state) => state.lists.activity.scope);
  const words = t.activity;
  if (any && filter !== '') {
    const clear = () => ui.setFilter('activity', '');
    return (
      <EmptyState
        icon={<SearchX />}
        title={words.noneMatch}
        text={words.noneMatchText(filter)}
        action={<Button onClick={clear}>{t.containers.clearFilter}</Button>}
      />
    );
  }
  if (any) {
    const all = () => ui.setList('activity', { scope: 'all' });
    return (
      <EmptyState
        icon={<CircleCheck />}
        title={words.noneInScope[scope] ?? words.nothingRuns}
        text={words.noneInScopeText}
        action={<Button onClick={all}>{words.showAll}</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<History />}
      title={words.emptyTitle}
      text={words.emptyText}
      action={<Button onClick={() => navigate('/images')}>{words.emptyAction}</Button>}
    />
  );
}
