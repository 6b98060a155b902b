import { Download } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { type ListBarProps, ListFilter, ListScope } from '../../stores/list-bar.tsx';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { PageMenu } from '../../stores/page-menu.tsx';
import { useEngine, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { PageBar } from '../../ui/page.tsx';
import { LoadButton } from './load-button.tsx';
import { isDangling } from './view-model.ts';

const SCOPES = ['all', 'used', 'unused', 'dangling'] as const;
const SCOPE_WORDS = { ...t.images.scopes, ...t.imageTools.scopes };

/** What can be done without choosing an image. */
function Tools({ any }: { readonly any: boolean }): ReactElement {
  const ui = useUi();
  return (
    <>
      {any && <PageMenu ids={['image.check-all', 'image.prune']} />}
      <LoadButton />
      <Button look="primary" onClick={() => ui.setState({ asking: { command: 'image.pull', ids: [] } })}>
        <Download />
        {t.pull.action}
      </Button>
    </>
  );
}

export function Bar({ filterRef, onLeaveFilter }: ListBarProps): ReactElement {
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
          <ListScope place="images" label={words.scope} scopes={SCOPES} words={SCOPE_WORDS} counts={counts} />
          <ListFilter place="images" label={words.filter} filterRef={filterRef} onLeaveFilter={onLeaveFilter} />
        </>
      )}
    </PageBar>
  );
}
