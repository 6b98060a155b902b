import { Library, Plus, SearchX } from 'lucide-react';
import { type ReactElement, useEffect, useMemo } from 'react';
import { ListFilter } from '../../stores/list-bar.tsx';
import { useListPlace } from '../../stores/list-place.tsx';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { ObjectTable } from '../../stores/object-table.tsx';
import { useRegistries, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page, PageBar } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { COLUMNS } from './cells.tsx';
import { listedRegistries } from './view-model.ts';

const words = t.registries;
const NOTHING: ReadonlyMap<string, unknown> = new Map();

/** Registries and the logins for them. They are the shell's, so the list is there while the engine is not. */
export function RegistriesPage(): ReactElement {
  const { ui, registries } = useServices();
  const list = useRegistries((state) => state.list);
  const error = useRegistries((state) => state.error);
  const { sort } = useUiState((state) => state.lists.registries);
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
          <ListFilter place="registries" label={words.filter} filterRef={filterRef} onLeaveFilter={focusList} />
        </PageBar>
      )}
      {list !== null && list.problems.length > 0 && (
        <Banner look="error">
          {words.problems}: {list.problems.join('; ')}
        </Banner>
      )}
      {list !== null && error !== '' && (
        <Banner
          action={
            <Button small onClick={() => void registries.load()}>
              {t.retry}
            </Button>
          }
        >
          {words.stale}: {error}
        </Banner>
      )}
      {list === null && error === '' && <SkeletonRows label={t.loading} />}
      {list === null && error !== '' && (
        <EmptyState alert icon={<Library />} title={words.failed} text={error} action={<Button onClick={() => void registries.load()}>{t.retry}</Button>} />
      )}
      {list !== null && hosts.length === 0 && (
        <EmptyState icon={<SearchX />} title={words.emptyMatch} action={<Button onClick={() => ui.setFilter('registries', '')}>{t.clearFilter}</Button>} />
      )}
      {list !== null && hosts.length > 0 && (
        <ObjectTable
          place="registries"
          label={words.title}
          ids={hosts}
          columns={COLUMNS}
          active={active}
          nameOf={(host) => host}
          onActive={onActive}
          onOpen={edit}
        />
      )}
    </Page>
  );
}
