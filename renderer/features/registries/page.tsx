import { Library, Plus, SearchX } from 'lucide-react';
import { type ReactElement, useEffect, useMemo } from 'react';
import { useListPlace } from '../../stores/list-place.tsx';
import { objectMenu, SelectedCommands, targetsOf, useCommandContext } from '../../stores/object-commands.tsx';
import { useRegistries, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/field.tsx';
import { filterClass, Page, PageBar } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { COLUMNS } from './cells.tsx';
import { listedRegistries } from './view-model.ts';

const words = t.registries;
const NOTHING: ReadonlyMap<string, unknown> = new Map();

/** Registries and the logins for them. They are the shell's, so the list is there while the engine is not. */
export function RegistriesPage(): ReactElement {
  const context = useCommandContext();
  const { ui, registries } = useServices();
  const list = useRegistries((state) => state.list);
  const error = useRegistries((state) => state.error);
  const { sort, widths } = useUiState((state) => state.lists.registries);
  const filter = useUiState((state) => state.filters.registries);
  const selected = useUiState((state) => state.selected.registries);
  useEffect(() => void registries.load(), [registries]);
  const hosts = useMemo(() => listedRegistries(list?.registries ?? [], filter, sort), [list, filter, sort]);
  const present = useMemo(() => (list ? new Map(list.registries.map((row) => [row.host, row])) : NOTHING), [list]);
  const { active, filterRef, onActive, focusList } = useListPlace('registries', null, present);
  const edit = (host: string) => ui.setState({ asking: { command: 'registry.login', ids: [host] } });
  const add = () => ui.setState({ asking: { command: 'registry.login', ids: [] } });
  return (
    <Page>
      {selected.size > 0 ? (
        <SelectedCommands place="registries" words={words.selected(selected.size)} />
      ) : (
        <PageBar
          title={words.title}
          end={
            <Button look="primary" onClick={add}>
              <Plus />
              {words.add}
            </Button>
          }
        >
          <SearchField
            ref={filterRef}
            className={filterClass}
            label={words.filter}
            keys="/"
            value={filter}
            onChange={(text) => ui.setFilter('registries', text)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && filter !== '') ui.setFilter('registries', '');
              else if (event.key !== 'Escape' && event.key !== 'Enter' && event.key !== 'ArrowDown') return;
              event.preventDefault();
              event.stopPropagation();
              if (event.key !== 'Escape' || filter === '') focusList();
            }}
          />
        </PageBar>
      )}
      {list !== null && list.problems.length > 0 && (
        <Banner look="error">
          {words.problems}: {list.problems.join('; ')}
        </Banner>
      )}
      {list === null && error === '' && <SkeletonRows label={t.loading} />}
      {list === null && error !== '' && (
        <EmptyState alert icon={<Library />} title={words.failed} text={error} action={<Button onClick={() => void registries.load()}>{t.retry}</Button>} />
      )}
      {list !== null && hosts.length === 0 && (
        <EmptyState
          icon={<SearchX />}
          title={words.emptyMatch}
          action={<Button onClick={() => ui.setFilter('registries', '')}>{t.containers.clearFilter}</Button>}
        />
      )}
      {list !== null && hosts.length > 0 && (
        <VirtualTable
          label={words.title}
          ids={hosts}
          columns={COLUMNS}
          widths={widths}
          sort={sort}
          selected={selected}
          active={active}
          nameOf={(host) => host}
          onSort={(next) => ui.setList('registries', { sort: next })}
          onWidth={(column, width) => ui.setList('registries', { widths: { ...widths, [column]: width } })}
          onSelect={(next) => ui.select('registries', next)}
          onActive={onActive}
          onOpen={edit}
          menu={(host) => objectMenu(context, 'registries', targetsOf(context, 'registries', host))}
        />
      )}
    </Page>
  );
}
