import { EllipsisVertical, Play, Trash2, Unplug } from 'lucide-react';
import { type ReactElement, useCallback } from 'react';
import type { DetailsPlacement } from '../../stores/list-place.tsx';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { UsedBy } from '../../stores/used-by.tsx';
import { diskSize, joined, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { DetailsFrame } from '../../ui/details-frame.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { InspectView } from '../../ui/inspect-view.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { History } from './history.tsx';
import { Layers } from './layers.tsx';
import { NamesTab } from './names-tab.tsx';
import { imageReference, imageTitle } from './view-model.ts';

const words = t.imageTools.details;
const TABS: readonly string[] = ['layers', 'history', 'tags', 'used-by', 'inspect'];

export function Details({ id, placement }: { readonly id: string; readonly placement: DetailsPlacement }): ReactElement {
  const { transport } = useServices();
  const ui = useUi();
  const context = useCommandContext();
  const row = useEngine((state) => state.images.get(id));
  const held = useUiState((state) => state.detailsTab.images);
  const tab = TABS.includes(held) ? held : 'layers';
  const inspect = useCallback(() => transport.request('image.inspect', { id }), [transport, id]);
  if (!row) {
    return (
      <DetailsFrame name={shortId(id)} meta="" {...placement}>
        <EmptyState icon={<Unplug />} title={t.images.gone} text={t.images.goneText} />
      </DetailsFrame>
    );
  }
  return (
    <DetailsFrame
      name={imageTitle(row)}
      meta={
        <>
          <span>{joined(diskSize(row.size))}</span>
          {row.usedBy.length > 0 && <span>{t.images.inUse(row.usedBy.length)}</span>}
        </>
      }
      actions={
        <>
          <Button small onClick={() => ui.setState({ run: { image: imageReference(row) } })}>
            <Play />
            {t.images.run}
          </Button>
          <IconButton small label={t.images.remove} command="image.remove" onClick={() => ui.setState({ asking: { command: 'image.remove', ids: [id] } })}>
            <Trash2 />
          </IconButton>
          <Menu
            trigger={
              <IconButton small label={t.moreFor(imageTitle(row))}>
                <EllipsisVertical />
              </IconButton>
            }
            actions={() => objectMenu(context, 'images', [id])}
          />
        </>
      }
      {...placement}
    >
      <Tabs
        label={t.detailsView.tabsLabel}
        value={tab}
        onChange={(next) => ui.setTab('images', next)}
        tabs={[
          { id: 'layers', label: words.layers, content: <Layers id={id} /> },
          { id: 'history', label: words.history, content: <History id={id} /> },
          { id: 'tags', label: words.tags, content: <NamesTab row={row} /> },
          {
            id: 'used-by',
            label: words.usedBy,
            content: <UsedBy ids={row.usedBy} label={words.usedBy} none={{ title: t.imageTools.usedBy.none, text: t.imageTools.usedBy.noneText }} />,
          },
          { id: 'inspect', label: words.inspect, content: <InspectView read={inspect} revision={row} /> },
        ]}
      />
    </DetailsFrame>
  );
}
