import { CircleCheck, Hammer } from 'lucide-react';
import { type ReactElement, useEffect, useMemo } from 'react';
import type { BuildRow } from '../../../runtime/api/types/build.ts';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { NarrowedList } from '../../stores/narrowed-list.tsx';
import { ObjectTable } from '../../stores/object-table.tsx';
import { useBuilds, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Bar, BuildButton } from './bar.tsx';
import { COLUMNS } from './cells.tsx';
import { Details } from './details.tsx';
import { buildTitle, listed } from './view-model.ts';

const NONE: ReadonlyMap<string, BuildRow> = new Map();

/** Builds of every client, newest first; with an id in the address, its details beside it. */
export function BuildsPage({ id }: { readonly id: string | null }): ReactElement {
  const { builds: store } = useServices();
  const known = useBuilds((state) => state.builds);
  const builds = known ?? NONE;
  const { scope, sort } = useUiState((state) => state.lists.builds);
  const filter = useUiState((state) => state.filters.builds);
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
            <ObjectTable
              place="builds"
              label={t.builds.title}
              ids={ids}
              columns={COLUMNS}
              active={active}
              nameOf={(target) => {
                const row = builds.get(target);
                return row ? buildTitle(row) : target;
              }}
              onActive={onActive}
              onOpen={open}
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
  const scope = useUiState((state) => state.lists.builds.scope);
  const words = t.builds;
  if (any) return <NarrowedList place="builds" icon={<CircleCheck />} words={{ ...words, noneInScope: words.noneInScope[scope] ?? words.noneMatch }} />;
  return <EmptyState icon={<Hammer />} title={words.emptyTitle} text={words.emptyText} action={<BuildButton primary />} />;
}
