import { Copy, Download, Trash2, Unplug } from 'lucide-react';
import { type ReactElement, useCallback, useEffect, useMemo } from 'react';
import type { VolumeRow } from '../../../runtime/api/types/feed.ts';
import type { DetailsPlacement } from '../../stores/list-place.tsx';
import { runOn, useCommandContext } from '../../stores/object-commands.tsx';
import { tellFailure, useEngine, useServices, useUi, useUiState, useVolumeSize } from '../../stores/services.tsx';
import { UsedBy } from '../../stores/used-by.tsx';
import { diskSize, joined, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { DetailsFrame } from '../../ui/details-frame.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FileBrowser } from '../../ui/file-browser/file-browser.tsx';
import { InspectView } from '../../ui/inspect-view.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { kindOf, volumeTitle } from './view-model.ts';

const TABS = ['files', 'usedBy', 'inspect'];

export function Details({ id, placement }: { readonly id: string; readonly placement: DetailsPlacement }): ReactElement {
  const { transport, volumeSizes } = useServices();
  const context = useCommandContext();
  const ui = useUi();
  const row = useEngine((state) => state.volumes.get(id));
  const size = useVolumeSize(id);
  const held = useUiState((state) => state.detailsTab.volumes);
  const tab = TABS.includes(held) ? held : 'files';
  const inspect = useCallback(() => transport.request('volume.inspect', { id }), [transport, id]);
  useEffect(() => volumeSizes.want([id]), [volumeSizes, id]);
  const words = t.volumes;
  if (!row) {
    return (
      <DetailsFrame name={shortId(id)} meta="" {...placement}>
        <EmptyState icon={<Unplug />} title={words.gone} text={words.goneText} />
      </DetailsFrame>
    );
  }
  const kind = kindOf(row);
  const run = (name: string) => {
    const command = context.commands.objects.find((one) => one.id === name);
    if (command) runOn(context, command, [id]);
  };
  return (
    <DetailsFrame
      name={volumeTitle(row)}
      meta={
        <>
          <span title={words.kindHints[kind]}>{words.kinds[kind]}</span>
          {typeof size === 'number' && <span>{joined(diskSize(size))}</span>}
          <span>{row.usedBy.length > 0 ? words.usedBy(row.usedBy.length) : words.unused}</span>
        </>
      }
      actions={
        <>
          <IconButton small label={words.clone} disabled={kind === 'tmpfs'} onClick={() => run('volume.clone')}>
            <Copy />
          </IconButton>
          <IconButton small label={words.export} disabled={kind === 'tmpfs'} onClick={() => run('volume.export')}>
            <Download />
          </IconButton>
          <IconButton small label={words.remove} command="volume.remove" onClick={() => run('volume.remove')}>
            <Trash2 />
          </IconButton>
        </>
      }
      {...placement}
    >
      <Tabs
        label={t.detailsView.tabsLabel}
        value={tab}
        onChange={(next) => ui.setTab('volumes', next)}
        tabs={[
          { id: 'files', label: words.files, content: <Files row={row} /> },
          {
            id: 'usedBy',
            label: words.usedByTab,
            content: <UsedBy ids={row.usedBy} label={words.usedByTab} none={{ title: words.nobody, text: words.nobodyText }} />,
          },
          { id: 'inspect', label: t.detailsView.tabs.inspect, content: <InspectView read={inspect} revision={row} /> },
        ]}
      />
    </DetailsFrame>
  );
}

function Files({ row: { id, ...row } }: { readonly row: VolumeRow }): ReactElement {
  const { files, toasts } = useServices();
  const source = useMemo(() => files.of({ of: 'volume', id }, { name: id, tell: (title, error) => tellFailure(toasts, title, error) }), [files, toasts, id]);
  if (kindOf(row) === 'tmpfs') return <EmptyState icon={<Unplug />} title={t.volumes.kinds.tmpfs} text={t.volumes.kindHints.tmpfs} />;
  return <FileBrowser key={source.key} source={source} />;
}
