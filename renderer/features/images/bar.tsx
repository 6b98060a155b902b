import { BrushCleaning, Download, RefreshCw } from 'lucide-react';
import { type ReactElement, type RefObject, useMemo } from 'react';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { useEngine, useImageFacts, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { filterClass, PageBar } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { checkUpdates } from './actions.tsx';
import { LoadButton } from './load-button.tsx';
import { isDangling } from './view-model.ts';

const SCOPES = ['all', 'used', 'unused', 'dangling'] as const;
const SCOPE_WORDS = { ...t.images.scopes, ...t.imageTools.scopes };

/** What can be done without choosing an image. */
function Tools({ any }: { readonly any: boolean }): ReactElement {
  const services = useServices();
  const checking = useImageFacts((state) => state.checking);
  const tools = t.imageTools;
  const ask = (command: string) => services.ui.setState({ asking: { command, ids: [] } });
  return (
    <>
      {any && (
        <>
          <IconButton
            label={checking ? tools.update.checking : tools.update.check}
            disabled={checking}
            onClick={() => void checkUpdates(services, [...services.engine.getState().images.values()])}
          >
            <RefreshCw />
          </IconButton>
          <IconButton label={tools.prune.action} onClick={() => ask('image.prune')}>
            <BrushCleaning />
          </IconButton>
        </>
      )}
      <LoadButton />
      <Button look="primary" onClick={() => ask('image.pull')}>
        <Download />
        {t.pull.action}
      </Button>
    </>
  );
}

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
    let dangling = 0;
    for (const row of images.values()) {
      if (row.usedBy.length > 0) used++;
      if (isDangling(row)) dangling++;
    }
    return { all: images.size, used, unused: images.size - used, dangling };
  }, [images]);
  const words = t.images;
  if (selected.size > 0) return <SelectedCommands place="images" words={words.selected(selected.size)} />;
  return (
    <PageBar title={words.title} end={<Tools any={counts.all > 0} />}>
      {counts.all > 0 && (
        <>
          <Segmented
            label={words.scope}
            value={scope}
            onChange={(value) => ui.setList('images', { scope: value })}
            segments={SCOPES.map((value) => ({ value, label: SCOPE_WORDS[value], number: counts[value] }))}
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
