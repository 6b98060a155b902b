import { type ReactElement, type RefObject, useMemo } from 'react';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { useEngine, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { SearchField } from '../../ui/field.tsx';
import { filterClass, PageBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { LoadButton } from './load-button.tsx';

export function Bar({
  filterRef,
  onLeaveFilter,
}: {
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onLeaveFilter: () => void;
}): ReactElement {
  const ui = useUi();
  const scope = useUiState((state) => state.lists.images.scope);
  const filter = useUiState((state) => state.filters.images);
  const selected = useUiState((state) => state.selected.images);
  const images = useEngine((state) => state.images);
  const counts = useMemo(() => {
    let used = 0;
    for (const row of images.values()) if (row.usedBy.length > 0) used++;
    return { all: images.size, used, unused: images.size - used };
  }, [images]);
  const words = t.images;
  if (selected.size > 0) return <SelectedCommands place="images" words={words.selected(selected.size)} />;
  return (
    <PageBar title={words.title} end={<LoadButton primary={counts.all > 0} />}>
      {counts.all > 0 && (
        <>
          <Segmented
            label={words.scope}
            value={scope}
            onChange={(value) => ui.setList('images', { scope: value })}
            segments={(['all', 'used', 'unused'] as const).map((value) => ({ value, label: words.scopes[value], number: counts[value] }))}
          />
          <SearchField
            ref={filterRef}
            className={filterClass}
            label={words.filter}
            keys="/"
            value={filter}
            onChange={(text) => ui.setFilter('images', text)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && filter !== '') ui.setFilter('images', '');
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
