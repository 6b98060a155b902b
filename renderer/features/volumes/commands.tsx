import { ClipboardCopy, Copy, Database, Download, FolderOpen, Plus, Trash2, Upload } from 'lucide-react';
import type { AppCommand, CommandContext, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import { startDownload } from '../../stores/download.ts';
import { tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { kindOf, ownLabels, volumeTitle } from './view-model.ts';

const words = t.volumes;
const place = 'volumes';
const rowOf = ({ services }: CommandContext, id: string) => services.engine.getState().volumes.get(id);
const exists = (context: CommandContext, id: string): boolean => rowOf(context, id) !== undefined;
/** Those of memory have no files of their own. */
const hasFiles = (context: CommandContext, id: string): boolean => {
  const row = rowOf(context, id);
  return row !== undefined && kindOf(row) !== 'tmpfs';
};
const ask = (command: string) => (context: CommandContext, ids: readonly string[]) => context.services.ui.setState({ asking: { command, ids } });

export const VOLUMES: ObjectKind = {
  place,
  title: words.one,
  heading: words.title,
  icon: <Database />,
  list: function* ({ volumes }) {
    for (const row of volumes.values()) yield { id: row.id, name: volumeTitle(row), note: ownLabels(row).flat().join(' ') };
  },
  nameOf: ({ volumes }, id) => {
    const row = volumes.get(id);
    return row && volumeTitle(row);
  },
};

export const VOLUME_APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'volume.create',
    title: words.createTitle,
    group: words.title,
    keys: 'N',
    place,
    icon: <Plus />,
    menu: 'file',
    run: (context) => ask('volume.create')(context, []),
  },
  {
    id: 'volume.import',
    title: words.importTitle,
    group: words.title,
    keys: 'I',
    place,
    icon: <Upload />,
    menu: 'file',
    run: (context) => ask('volume.import')(context, []),
  },
  {
    id: 'volume.prune',
    title: words.prune,
    group: words.title,
    keys: 'Shift+Del',
    place,
    icon: <Trash2 />,
    danger: true,
    enabled: ({ services }) => [...services.engine.getState().volumes.values()].some(({ usedBy }) => usedBy.length === 0),
    run: (context) => ask('volume.prune')(context, []),
  },
];

export const VOLUME_COMMANDS: readonly ObjectCommand[] = [
  {
    id: 'volume.files',
    place,
    title: words.files,
    titleFor: ([name = '']) => words.filesOf(name),
    keys: 'F',
    icon: <FolderOpen />,
    several: false,
    eligible: hasFiles,
    run: ({ services, navigate }, [id = '']) => {
      services.ui.setTab(place, 'files');
      navigate(`/volumes/${encodeURIComponent(id)}`);
    },
  },
  {
    id: 'volume.clone',
    place,
    title: words.clone,
    titleFor: ([name = '']) => words.cloneOne(name),
    keys: 'D',
    icon: <Copy />,
    several: false,
    eligible: hasFiles,
    run: ask('volume.clone'),
  },
  {
    id: 'volume.export',
    place,
    title: words.export,
    titleFor: ([name = '']) => words.exportOne(name),
    keys: 'E',
    icon: <Download />,
    several: false,
    eligible: hasFiles,
    run: ({ services: { transport, toasts } }, [name = '']) =>
      void startDownload(transport, { kind: 'volume.export', name }).catch((error: unknown) => tellFailure(toasts, words.notExported(name), error)),
  },
  {
    id: 'volume.copy-name',
    place,
    title: words.copyName,
    titleFor: ([name = '']) => words.copyNameOf(name),
    keys: 'Y',
    icon: <ClipboardCopy />,
    apart: true,
    several: false,
    eligible: exists,
    run: (_, [id = '']) => void navigator.clipboard.writeText(id),
  },
  {
    id: 'volume.remove',
    place,
    title: words.remove,
    titleFor: (names) => (names.length === 1 && names[0] !== undefined ? words.removeOne(names[0]) : words.removeMany(names.length)),
    keys: 'Del',
    icon: <Trash2 />,
    danger: true,
    apart: true,
    several: true,
    eligible: exists,
    run: ask('volume.remove'),
  },
];
