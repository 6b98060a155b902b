import { Ban, Clock, Copy, Download, EllipsisVertical, Eraser, History, WrapText } from 'lucide-react';
import type { ReactElement } from 'react';
import { startDownload } from '../../../stores/download.ts';
import type { LogWindow } from '../../../stores/log-window.ts';
import { tellFailure, useServices, useUiState } from '../../../stores/services.tsx';
import { t } from '../../../strings/t.ts';
import { IconButton } from '../../../ui/button.tsx';
import type { SelectedLines } from '../../../ui/log-view.tsx';
import { Menu, type MenuAction } from '../../../ui/menu.tsx';

/** How the lines look, and what can be done with them. */
export function ViewTools({
  log,
  names,
  selected,
  onCopy,
}: {
  readonly log: LogWindow;
  readonly names: readonly string[];
  readonly selected: SelectedLines | null;
  /** Null: all. */
  readonly onCopy: (lines: SelectedLines | null) => void;
}): ReactElement {
  const { ui, transport, toasts } = useServices();
  const times = useUiState((state) => state.logTimes);
  const wrap = useUiState((state) => state.logWrap);
  const words = t.logs;
  const download = (id: string): void =>
    void startDownload(transport, { kind: 'container.log', id }).catch((error) => tellFailure(toasts, words.downloadFailed, error));
  const actions = (): MenuAction[] => [
    ...(selected
      ? [{ id: 'selected', label: words.copySelected(selected.to - selected.from + 1), icon: <Copy />, keys: 'Mod+C', run: () => onCopy(selected) }]
      : [{ id: 'copy', label: words.copy, icon: <Copy />, disabled: log.end === log.first, run: () => onCopy(null) }]),
    ...log.ids.map((id, index) => ({
      id: `download-${id}`,
      label: log.ids.length === 1 ? words.download : words.downloadOf(names[index] ?? ''),
      icon: <Download />,
      run: () => download(id),
    })),
    log.isCleared
      ? { id: 'all', label: words.showAll, icon: <History />, apart: true, run: () => log.showAll() }
      : { id: 'clear', label: words.clear, icon: <Ban />, apart: true, disabled: log.end === log.first, run: () => log.clear() },
    {
      id: 'empty',
      label: words.emptyOnDisk,
      icon: <Eraser />,
      danger: true,
      disabled: log.error !== '' || !log.isLoaded,
      run: () => ui.setState({ asking: { command: 'container.empty-log', ids: log.ids } }),
    },
  ];
  return (
    <>
      <IconButton small label={words.times} aria-pressed={times} onClick={() => ui.setState({ logTimes: !times })}>
        <Clock />
      </IconButton>
      <IconButton small label={words.wrap} aria-pressed={wrap} onClick={() => ui.setState({ logWrap: !wrap })}>
        <WrapText />
      </IconButton>
      <Menu trigger={<IconButton small label={words.more} children={<EllipsisVertical />} />} actions={actions} />
    </>
  );
}
