import { Hammer } from 'lucide-react';
import { type ReactElement, type RefObject, useMemo } from 'react';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { useBuilds, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { filterClass, PageBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';

const words = t.builds;

export const BuildButton = ({ primary = false }: { readonly primary?: boolean }): ReactElement => {
  const ui = useUi();
  return (
    <Button look={primary ? 'primary' : 'plain'} onClick={() => ui.setState({ build: true })}>
      <Hammer />
      {words.open}
    </Button>
  );
};

export function Bar({
  filterRef,
  onLeaveFilter,
}: {
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onLeaveFilter: () => void;
}): ReactElement {
  const ui = useUi();
  const scope = useUiState((state) => state.lists.builds.scope);
  const filter = useUiState((state) => state.filters.builds);
  const selected = useUiState((state) => state.selected.builds);
  const builds = useBuilds((state) => state.builds);
  const counts = useMemo(() => {
    const rows = [...(builds?.values() ?? [])];
    const of = (wanted: string) => rows.filter(({ status }) => status === wanted).length;
    return { all: rows.length, running: of('running'), failed: of('failed') };
  }, [builds]);
  if (selected.size > 0) return <SelectedCommands place="builds" words={words.selected(selected.size)} />;
  return (
    <PageBar title={words.title} end={counts.all > 0 ? <BuildButton primary /> : undefined}>
      {counts.all > 0 && (
        <>
          <Segmented
            label={words.scope}
            value={scope}
            onChange={(value) => ui.setList('builds', { scope: value })}
            segments={(['all', 'running', 'failed'] as const).map((value) => ({ value, label: words.scopes[value], number: counts[value] }))}
          />
          <SearchField
            ref={filterRef}
            className={filterClass}
            label={words.filter}
            keys="/"
            value={filter}
            onChange={(text) => ui.setFilter('builds', text)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && filter !== '') ui.setFilter('builds', '');
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
