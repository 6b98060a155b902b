import { ClipboardCopy, CloudDownload, Download, Layers, PackageOpen, Play, RefreshCw, Replace, Tag, Trash2, Upload } from 'lucide-react';
import type { ImageRow } from '../../../runtime/api/types/feed.ts';
import type { AppCommand, CommandContext, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import { checkableNames, updatedNames } from '../../stores/image-facts.ts';
import { shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { checkUpdates, saveImages, updateImages } from './actions.tsx';
import { updatesOf } from './updates.ts';
import { imageReference, imageTitle } from './view-model.ts';

const words = t.images;
const rowOf = ({ services }: CommandContext, id = ''): ImageRow | undefined => services.engine.getState().images.get(id);
const exists = (context: CommandContext, id: string): boolean => rowOf(context, id) !== undefined;

export const IMAGES: ObjectKind = {
  place: 'images',
  title: t.palette.image,
  heading: t.images.title,
  icon: <Layers />,
  list: function* ({ images }) {
    for (const row of images.values()) yield { id: row.id, name: imageTitle(row), note: `${row.tags.slice(1).join(' ')} ${shortId(row.id)}` };
  },
  nameOf: ({ images }, id) => {
    const row = images.get(id);
    return row && imageTitle(row);
  },
};

const tools = t.imageTools;
const tagsOf = (context: CommandContext, ids: readonly string[]): readonly string[] => ids.flatMap((id) => rowOf(context, id)?.tags ?? []);
const hasName = (context: CommandContext, id: string): boolean => tagsOf(context, [id]).length > 0;

export const IMAGE_APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'image.pull',
    title: t.pull.action,
    group: words.title,
    keys: 'Mod+Shift+P',
    icon: <Download />,
    menu: 'file',
    run: ({ services }) => services.ui.setState({ asking: { command: 'image.pull', ids: [] } }),
  },
  {
    id: 'image.check-all',
    title: tools.update.check,
    group: words.title,
    keys: 'A',
    place: 'images',
    icon: <RefreshCw />,
    enabled: ({ services }) => !services.imageFacts.getState().checking,
    run: ({ services }) => void checkUpdates(services, [...services.engine.getState().images.values()]),
  },
  {
    id: 'image.prune',
    title: tools.prune.action,
    group: words.title,
    keys: 'Shift+Del',
    place: 'images',
    icon: <Trash2 />,
    danger: true,
    enabled: ({ services }) => services.engine.getState().images.size > 0,
    run: ({ services }) => services.ui.setState({ asking: { command: 'image.prune', ids: [] } }),
  },
];

export const IMAGE_COMMANDS: readonly ObjectCommand[] = [
  {
    id: 'image.run',
    place: 'images',
    title: words.run,
    titleFor: ([name = '']) => words.runOne(name),
    keys: 'R',
    icon: <Play />,
    several: false,
    eligible: exists,
    run: (context, [id]) => {
      const row = rowOf(context, id);
      if (row) context.services.ui.setState({ run: { image: imageReference(row) } });
    },
  },
  {
    id: 'image.layers',
    place: 'images',
    title: words.layers,
    titleFor: ([name = '']) => words.layersOf(name),
    keys: 'L',
    icon: <Layers />,
    several: false,
    eligible: exists,
    run: ({ services, navigate }, [id]) => {
      services.ui.setTab('images', 'layers');
      navigate(`/images/${id}`);
    },
  },
  {
    id: 'image.update',
    place: 'images',
    title: tools.update.take,
    titleFor: tools.update.takeOf,
    keys: 'U',
    icon: <CloudDownload />,
    several: true,
    eligible: (context, id) => {
      const row = rowOf(context, id);
      return row !== undefined && updatedNames(row, context.services.imageFacts.getState().remote).length > 0;
    },
    run: ({ services }, ids) => void updateImages(services, ids),
  },
  {
    id: 'image.recreate',
    place: 'images',
    title: tools.update.recreate,
    titleFor: ([name = '']) => tools.update.recreateOf(name),
    keys: 'Shift+U',
    icon: <Replace />,
    several: false,
    eligible: ({ services }, id) => {
      const { images, containers } = services.engine.getState();
      return updatesOf(images.get(id), containers, services.imageFacts.getState().remote).length > 0;
    },
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'image.recreate', ids } }),
  },
  {
    id: 'image.check',
    place: 'images',
    title: tools.update.check,
    titleFor: tools.update.checkOf,
    keys: 'C',
    icon: <RefreshCw />,
    several: true,
    eligible: (context, id) => {
      const row = rowOf(context, id);
      return row !== undefined && checkableNames(row).length > 0;
    },
    run: (context, ids) =>
      void checkUpdates(
        context.services,
        ids.flatMap((id) => rowOf(context, id) ?? []),
      ),
  },
  {
    id: 'image.tag',
    place: 'images',
    title: tools.tag.action,
    titleFor: ([name = '']) => tools.tag.of(name),
    keys: 'N',
    icon: <Tag />,
    apart: true,
    several: false,
    eligible: exists,
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'image.tag', ids } }),
  },
  {
    id: 'image.push',
    place: 'images',
    title: tools.push.action,
    titleFor: ([name = '']) => tools.push.of(name),
    keys: 'P',
    icon: <Upload />,
    several: false,
    eligible: hasName,
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'image.push', ids } }),
  },
  {
    id: 'image.save',
    place: 'images',
    title: tools.save.action,
    titleFor: tools.save.of,
    keys: 'E',
    icon: <PackageOpen />,
    several: true,
    eligible: exists,
    run: ({ services }, ids) => void saveImages(services, ids),
  },
  {
    id: 'image.copy-name',
    place: 'images',
    title: words.copyName,
    titleFor: ([name = '']) => words.copyNameOf(name),
    keys: 'Y',
    icon: <ClipboardCopy />,
    apart: true,
    several: false,
    eligible: (context, id) => (rowOf(context, id)?.tags.length ?? 0) > 0,
    run: (context, [id]) => void navigator.clipboard.writeText(rowOf(context, id)?.tags[0] ?? ''),
  },
  {
    id: 'image.copy-digest',
    place: 'images',
    title: tools.tag.copyDigest,
    titleFor: ([name = '']) => tools.tag.copyDigestOf(name),
    keys: 'D',
    icon: <ClipboardCopy />,
    several: false,
    eligible: (context, id) => (rowOf(context, id)?.digests.length ?? 0) > 0,
    run: (context, [id]) => void navigator.clipboard.writeText(rowOf(context, id)?.digests[0] ?? ''),
  },
  {
    id: 'image.copy-id',
    place: 'images',
    title: words.copyId,
    titleFor: ([name = '']) => words.copyIdOf(name),
    keys: 'Shift+Y',
    icon: <ClipboardCopy />,
    several: false,
    eligible: exists,
    run: (_, [id = '']) => void navigator.clipboard.writeText(id),
  },
  {
    id: 'image.remove',
    place: 'images',
    title: words.remove,
    titleFor: (names) => (names.length === 1 && names[0] !== undefined ? words.removeOne(names[0]) : words.removeMany(names.length)),
    keys: 'Del',
    icon: <Trash2 />,
    danger: true,
    apart: true,
    several: true,
    eligible: exists,
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'image.remove', ids } }),
  },
];
