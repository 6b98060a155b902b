import { CircleCheck, Hammer, SearchX } from 'lucide-react';
import { type ReactElement, useEffect, useMemo } from 'react';
import type { BuildRow } from '../../../runtime/api/types/build.ts';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { objectMenu, targetsOf, useCommandContext } from '../../stores/object-commands.tsx';
import { useBuilds, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { Bar, BuildButton } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { buildTitle, listed } from './view-model.ts';

const NONE: ReadonlyMap<string, BuildRow> = new Map();

/** Builds of every client, newest first; with an id in the address, its details beside it. */
export function BuildsPage({ id }: { readonly id: string | null }): ReactElement {
  const context = useCommandContext();
  const { builds: store } = useServices();
  const ui = useUi();
  const known = useBuilds((state) => state.builds);
  const builds = known ?? NONE;
  const { scope, sort, widths } = useUiState((state) => state.lists.builds);
  const filter = useUiState((state) => state.filters.builds);
  const selected = useUiState((state) => state.selected.builds);
  const ids = useMemo(() => listed(builds.values(), scope, filter, sort), [builds, scope, filter, sort]);
  const { active, filterRef, placement, onActive, open, focusList } = useListPlace('builds', id, builds);
  useEffect(() => store.follow(), [store]);

  return (
    <ListWithDetails place="builds" placement={placement} details={id === null ? null : <Details key={id} id={id} placement={placement} />}>
      <Page>
        <Bar filterRef={filterRef} onLeaveFilter={focusList} />
        <EngineGate>
          {known === null ? (
            <SkeletonRows label={t.loading} />
          ) : ids.length > 0 ? (
            <VirtualTable
              label={t.builds.title}
              ids={ids}
              columns={COLUMNS}
              widths={widths}
              sort={sort}
              selected={selected}
              active={active}
              nameOf={(target) => {
                const row = builds.get(target);
                return row ? buildTitle(row) : target;
              }}
              onSort={(next) => ui.setList('builds', { sort: next })}
              onWidth={(column, width) => ui.setList('builds', { widths: { ...widths, [column]: width } })}
              onSelect={(next) => ui.select('builds', next)}
              onActive={onActive}
              onOpen={(target) => open(target, ui.getState().detailsTab.builds)}
              menu={(target) => objectMenu(context, 'builds', targetsOf(context, 'builds', target))}
            />
          ) : (
            <Nothing any={builds.size > 0} />
          )}
        </EngineGate>
      </Page>
    </ListWithDetails>
  );
}

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const ui = useUi();
  const filter = useUiState((state) => state.filters.builds);
  const scope = useUiState((state) => state.lists.builds.scope);
  const words = t.builds;
  if (any && filter !== '') {
    const clear = () => ui.setFilter('builds', '');
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
    const all = () => ui.setList('builds', { scope: 'all' });
    return (
      <EmptyState
        icon={<CircleCheck />}
        title={words.noneInScope[scope] ?? words.noneMatch}
        text={words.noneInScopeText}
        action={<Button onClick={all}>{words.showAll}</Button>}
      />
    );
  }
  return <EmptyState icon={<Hammer />} title={words.emptyTitle} text={words.emptyText} action={<BuildButton primary />} />;
}
