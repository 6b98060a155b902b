import {
  Box,
  ClipboardCopy,
  Copy,
  CopyPlus,
  Eraser,
  ExternalLink,
  FileText,
  OctagonX,
  Pause,
  Pencil,
  Play,
  RotateCw,
  SlidersHorizontal,
  Square,
  SquareTerminal,
  StepForward,
  Trash2,
} from 'lucide-react';
import type { ReactElement } from 'react';
import type { AppCommand, CommandContext, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import type { Verb } from '../../stores/engine-store.ts';
import type { Services } from '../../stores/services.tsx';
import { shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { act, eligible } from './actions.tsx';
import { copyAs } from './copy-as.ts';
import { mergedLogs } from './logs/merged-details.tsx';
import { openUrl, type PublishedPort, portText, publishedPorts } from './ports.ts';
import { isUp } from './view-model.ts';

const words = t.verbs;
const place = 'containers';
/** Of how many containers one list of lines can be made. */
const MOST_LOGS = 50;
const rowOf = ({ engine }: Services, id: string) => engine.getState().containers.get(id);

type Run = ObjectCommand['run'];
type More = Pick<ObjectCommand, 'keys' | 'danger' | 'apart' | 'rare' | 'under'>;

/** A verb of the engine's, for one or for several. */
function verb(name: Verb, icon: ReactElement, more: More, run: Run = ({ services }, ids) => void act(services, name, ids)): ObjectCommand {
  return {
    id: `container.${name}`,
    place,
    title: words.title[name],
    titleFor: (names) => (names.length === 1 ? words.one[name](names[0] ?? '') : words.many[name](names.length)),
    icon,
    several: true,
    eligible: ({ services }, id) => eligible(services, name, [id]).length > 0,
    run,
    ...more,
  };
}

const exists: ObjectCommand['eligible'] = ({ services }, id) => rowOf(services, id) !== undefined;

/** What is done with one container at a time. */
function single(
  id: string,
  title: string,
  titleFor: (name: string) => string,
  icon: ReactElement,
  run: Run,
  more: More & Pick<Partial<ObjectCommand>, 'eligible' | 'choices'>,
): ObjectCommand {
  return { id: `container.${id}`, place, title, titleFor: ([name = '']) => titleFor(name), icon, several: false, eligible: exists, run, ...more };
}

const ask =
  (command: string): Run =>
  ({ services }, ids) =>
    services.ui.setState({ asking: { command, ids } });

const toTab =
  (tab: string): Run =>
  ({ services, navigate }, [id]) => {
    services.ui.setTab(place, tab);
    navigate(`/containers/${id}`);
  };

const toLogs: Run = (context, ids) => {
  if (ids.length === 1) toTab('logs')(context, ids);
  else context.navigate(mergedLogs(ids.slice(0, MOST_LOGS)));
};

const linksOf = (services: Services, id: string): readonly PublishedPort[] => {
  const row = rowOf(services, id);
  return row && isUp(row) ? publishedPorts(row).filter(({ url }) => url !== '') : [];
};

const openPort: Run = ({ services }, [id = '']) => {
  const [first] = linksOf(services, id);
  if (first) openUrl(first.url);
};

/** In its row; in a dialog where that is not shown: on another screen, filtered out, or below a group that is folded. */
const startRenaming: Run = ({ services }, [id = '']) =>
  services.ui.setState(
    document.querySelector(`main [data-row="${CSS.escape(id)}"]`) ? { renaming: id } : { asking: { command: 'container.rename', ids: [id] } },
  );

/** The menus, the bar over selected containers, the palette and the keys are made of it. */
export const CONTAINER_COMMANDS: readonly ObjectCommand[] = [
  verb('start', <Play />, { keys: 'S' }),
  verb('stop', <Square />, { keys: 'S' }),
  verb('restart', <RotateCw />, { keys: 'R' }),
  verb('pause', <Pause />, { keys: 'P', rare: true }),
  verb('unpause', <StepForward />, { keys: 'P', rare: true }),
  verb('kill', <OctagonX />, { keys: 'K', rare: true }, ask('container.kill')),
  {
    ...single('logs', words.openLogs, words.one.logs, <FileText />, toLogs, { keys: 'L', apart: true }),
    titleFor: (names) => (names.length === 1 ? words.one.logs(names[0] ?? '') : t.logs.several(names.length)),
    several: true,
  },
  single('terminal', words.openTerminal, words.one.terminal, <SquareTerminal />, toTab('terminal'), {
    keys: 'T',
    eligible: ({ services }, id) => rowOf(services, id)?.state === 'running',
  }),
  single('edit', words.edit, words.one.edit, <SlidersHorizontal />, toTab('edit'), { keys: 'E' }),
  single('open-port', words.openPort, words.one.openPort, <ExternalLink />, openPort, {
    keys: 'O',
    eligible: ({ services }, id) => linksOf(services, id).length > 0,
    choices: ({ services }, id) => linksOf(services, id).map((port) => ({ id: portText(port), label: portText(port), run: () => openUrl(port.url) })),
  }),
  single('rename', words.title.rename, words.one.rename, <Pencil />, startRenaming, { keys: 'F2', apart: true }),
  single(
    'duplicate',
    words.title.duplicate,
    words.one.duplicate,
    <CopyPlus />,
    ({ services }, [id = '']) => services.ui.setState({ run: { image: '', from: id } }),
    {
      keys: 'D',
    },
  ),
  single('copy-id', words.copyId, words.one.copyId, <Copy />, (_context, [id = '']) => void navigator.clipboard.writeText(id), { keys: 'Shift+Y' }),
  ...(['run', 'compose', 'api'] as const).map((form, index) =>
    single(`copy-${form}`, t.copyAs[form], t.copyAs[`${form}Of`], <ClipboardCopy />, ({ services }, [id = '']) => void copyAs(services, id, form), {
      under: t.copyAs.title,
      keys: ['Y', 'Shift+C', 'Shift+A'][index] ?? '',
    }),
  ),
  {
    ...single('empty-log', t.logs.empty, t.logs.emptyOf, <Eraser />, ask('container.empty-log'), { keys: 'Shift+L', danger: true, apart: true, rare: true }),
    titleFor: (names) => (names.length === 1 ? t.logs.emptyOf(names[0] ?? '') : t.logs.emptyMany(names.length)),
    several: true,
  },
  verb('remove', <Trash2 />, { keys: 'Del', danger: true }, ask('container.remove')),
];

const stoppedIds = ({ services }: CommandContext): readonly string[] =>
  [...services.engine.getState().containers.values()].filter((row) => !isUp(row)).map(({ id }) => id);

export const CONTAINER_APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'container.run',
    title: t.containers.runNew,
    group: t.containers.title,
    keys: 'Mod+Shift+R',
    icon: <Play />,
    menu: 'file',
    run: ({ services }) => services.ui.setState({ run: { image: '' } }),
  },
  {
    id: 'container.prune',
    title: words.prune,
    group: t.containers.title,
    keys: 'Shift+Del',
    place,
    icon: <Trash2 />,
    danger: true,
    enabled: (context) => stoppedIds(context).length > 0,
    run: (context) => context.services.ui.setState({ asking: { command: 'container.prune', ids: stoppedIds(context) } }),
  },
];

export const CONTAINERS: ObjectKind = {
  place,
  title: t.palette.container,
  heading: t.containers.title,
  icon: <Box />,
  list: function* ({ containers }) {
    for (const { id, name, image } of containers.values()) yield { id, name, note: `${image} ${shortId(id)}` };
  },
  nameOf: ({ containers }, id) => containers.get(id)?.name,
};
