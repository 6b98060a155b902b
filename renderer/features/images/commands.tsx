import { ClipboardCopy, Layers, Play, Trash2 } from 'lucide-react';
import type { ImageRow } from '../../../runtime/api/types/feed.ts';
import type { CommandContext, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import { shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { imageReference, imageTitle } from './view-model.ts';

const words = t.images;
const rowOf = ({ services }: CommandContext, id = ''): ImageRow | undefined => services.engine.getState().images.get(id);
const exists = (context: CommandContext, id: string): boolean => rowOf(context, id) !== undefined;

export const IMAGES: ObjectKind = {
  place: 'images',
  title: t.palette.image,
  icon: <Layers />,
  list: function* ({ images }) {
    for (const row of images.values()) yield { id: row.id, name: imageTitle(row), note: `${row.tags.slice(1).join(' ')} ${shortId(row.id)}` };
  },
  nameOf: ({ images }, id) => {
    const row = images.get(id);
    return row && imageTitle(row);
  },
};

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
    id: 'image.copy-name',
    place: 'images',
    title: words.copyName,
    titleFor: ([name = '']) => words.copyNameOf(name),
    icon: <ClipboardCopy />,
    apart: true,
    several: false,
    eligible: (context, id) => (rowOf(context, id)?.tags.length ?? 0) > 0,
    run: (context, [id]) => void navigator.clipboard.writeText(rowOf(context, id)?.tags[0] ?? ''),
  },
  {
    id: 'image.copy-id',
    place: 'images',
    title: words.copyId,
    titleFor: ([name = '']) => words.copyIdOf(name),
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
