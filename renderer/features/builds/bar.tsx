import { Hammer } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { type ListBarProps, ListFilter, ListScope } from '../../stores/list-bar.tsx';
import { SelectedCommands } from '../../stores/object-commands.tsx';
import { useBuilds, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { PageBar } from '../../ui/page.tsx';

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

export function Bar({ filterRef, onLeaveFilter }: ListBarProps): ReactElement {
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
          <ListScope place="builds" label={words.scope} scopes={['all', 'running', 'failed']} words={words.scopes} counts={counts} />
          <ListFilter place="builds" label={words.filter} filterRef={filterRef} onLeaveFilter={onLeaveFilter} />
        </>
      )}
    </PageBar>
  );
}
