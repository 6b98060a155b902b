import { Box, ClipboardCopy, FileText, Play, RotateCw, Square, SquareTerminal, Trash2 } from 'lucide-react';
import type { AppCommand, CommandContext, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import type { Verb } from '../../stores/engine-store.ts';
import { shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { act, eligible } from './actions.tsx';

const words = t.containers;
const oneOrMany =
  (one: (name: string) => string, many: (number: number) => string) =>
  (names: readonly string[]): string =>
    names.length === 1 && names[0] !== undefined ? one(names[0]) : many(names.length);
const can =
  (verb: Verb) =>
  ({ services }: CommandContext, id: string): boolean =>
    eligible(services, verb, id);
const open =
  (tab: string) =>
  ({ services, navigate }: CommandContext, [id]: readonly string[]): void => {
    services.ui.setTab('containers', tab);
    navigate(`/containers/${id}`);
  };
const exists = ({ services }: CommandContext, id: string): boolean => services.engine.getState().containers.has(id);

export const CONTAINERS: ObjectKind = {
  place: 'containers',
  title: t.palette.container,
  icon: <Box />,
  list: function* ({ containers }) {
    for (const { id, name, image } of containers.values()) yield { id, name, note: `${image} ${shortId(id)}` };
  },
  nameOf: ({ containers }, id) => containers.get(id)?.name,
};

export const CONTAINER_APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'container.run',
    title: words.runNew,
    group: words.title,
    keys: 'Mod+Shift+R',
    icon: <Play />,
    menu: 'file',
    run: ({ services }) => services.ui.setState({ run: { image: '' } }),
  },
];

export const CONTAINER_COMMANDS: readonly ObjectCommand[] = [
  {
    id: 'container.start',
    place: 'containers',
    title: words.start,
    titleFor: oneOrMany(words.startOne, words.startMany),
    keys: 'S',
    icon: <Play />,
    several: true,
    eligible: can('start'),
    run: ({ services }, ids) => void act(services, 'start', ids),
  },
  {
    id: 'container.stop',
    place: 'containers',
    title: words.stop,
    titleFor: oneOrMany(words.stopOne, words.stopMany),
    keys: 'S',
    icon: <Square />,
    several: true,
    eligible: can('stop'),
    run: ({ services }, ids) => void act(services, 'stop', ids),
  },
  {
    id: 'container.restart',
    place: 'containers',
    title: words.restart,
    titleFor: oneOrMany(words.restartOne, words.restartMany),
    keys: 'R',
    icon: <RotateCw />,
    several: true,
    eligible: can('restart'),
    run: ({ services }, ids) => void act(services, 'restart', ids),
  },
  {
    id: 'container.logs',
    place: 'containers',
    title: words.openLogs,
    titleFor: ([name = '']) => words.logsOf(name),
    keys: 'L',
    icon: <FileText />,
    apart: true,
    several: false,
    eligible: exists,
    run: open('logs'),
  },
  {
    id: 'container.terminal',
    place: 'containers',
    title: words.openTerminal,
    titleFor: ([name = '']) => words.terminalIn(name),
    keys: 'T',
    icon: <SquareTerminal />,
    several: false,
    eligible: can('stop'),
    run: open('terminal'),
  },
  {
    id: 'container.copy-id',
    place: 'containers',
    title: words.copyId,
    titleFor: ([name = '']) => words.copyIdOf(name),
    icon: <ClipboardCopy />,
    apart: true,
    several: false,
    eligible: exists,
    run: (_, [id = '']) => void navigator.clipboard.writeText(id),
  },
  {
    id: 'container.remove',
    place: 'containers',
    title: words.remove,
    titleFor: oneOrMany(words.removeOne, words.removeMany),
    keys: 'Del',
    icon: <Trash2 />,
    danger: true,
    apart: true,
    several: true,
    eligible: can('remove'),
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'container.remove', ids } }),
  },
];
