import { Ban, ClipboardCopy, Hammer, Layers, RotateCcw, Trash2 } from 'lucide-react';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import type { BuildRow } from '../../../runtime/api/types/build.ts';
import type { AppCommand, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { buildState, buildTitle } from './view-model.ts';

const words = t.builds;
const rowOf = ({ builds }: Services, id: string): BuildRow | undefined => builds.getState().builds?.get(id);

/** The task that made it has its id; builds of other clients have none. */
const taskOf = ({ tasks }: Services, id: string): TaskRow | undefined => tasks.getState().tasks?.get(id);

/** By the engine, which knows builds of every client; a task of this shell ends with its build. */
async function cancelBuilds({ transport, toasts }: Services, ids: readonly string[]): Promise<void> {
  try {
    const { results } = await transport.request('build.cancel', { ids: [...ids] });
    // 409: it has ended meanwhile, which its row says.
    const failed = results.filter(({ failure }) => failure !== null && failure.status !== 409);
    if (failed.length > 0) tellFailure(toasts, words.cancelFailed, new Error(failed.map(({ failure }) => failure?.message).join('\n')));
  } catch (error) {
    tellFailure(toasts, words.cancelFailed, error);
  }
}

async function removeBuilds({ transport, builds, toasts }: Services, ids: readonly string[]): Promise<void> {
  try {
    const { results } = await transport.request('build.remove', { ids: [...ids] });
    const failed = results.filter(({ failure }) => failure !== null && failure.status !== 404);
    builds.drop(results.filter(({ failure }) => failure === null || failure.status === 404).map(({ id }) => id));
    if (failed.length > 0) tellFailure(toasts, words.removeFailed, new Error(failed.map(({ failure }) => failure?.message).join('\n')));
  } catch (error) {
    tellFailure(toasts, words.removeFailed, error);
  }
}

export const BUILD_APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'build.new',
    title: words.open,
    group: words.title,
    keys: 'Mod+Shift+B',
    icon: <Hammer />,
    menu: 'file',
    run: ({ services }) => services.ui.setState({ build: true }),
  },
];

export const BUILDS: ObjectKind = {
  place: 'builds',
  title: words.build,
  heading: words.title,
  icon: <Hammer />,
  list: function* (_, { builds }) {
    for (const row of builds.getState().builds?.values() ?? []) yield { id: row.id, name: buildTitle(row), note: buildState(row).word };
  },
  nameOf: (_, id, services) => {
    const row = rowOf(services, id);
    return row && buildTitle(row);
  },
};

export const BUILD_COMMANDS: readonly ObjectCommand[] = [
  {
    id: 'build.show-image',
    place: 'builds',
    title: words.showImage,
    titleFor: () => words.showImage,
    keys: 'I',
    icon: <Layers />,
    several: false,
    eligible: ({ services }, id) => services.engine.getState().images.has(rowOf(services, id)?.image ?? ''),
    run: ({ services, navigate }, [id = '']) => navigate(`/images/${rowOf(services, id)?.image ?? ''}`),
  },
  {
    id: 'build.cancel',
    place: 'builds',
    title: words.cancel,
    titleFor: ([first = '', ...others]) => (others.length === 0 ? words.cancelOne(first) : words.cancelMany(others.length + 1)),
    keys: 'C',
    icon: <Ban />,
    several: true,
    eligible: ({ services }, id) => rowOf(services, id)?.status === 'running',
    run: ({ services }, ids) => void cancelBuilds(services, ids),
  },
  {
    id: 'build.again',
    place: 'builds',
    title: words.retry,
    titleFor: ([name = '']) => words.retryOne(name),
    keys: 'R',
    icon: <RotateCcw />,
    several: false,
    eligible: ({ services }, id) => {
      const task = taskOf(services, id);
      return task !== undefined && task.state !== 'running';
    },
    run: ({ services }, [id = '']) => void services.tasks.retry(id).catch((error: unknown) => tellFailure(services.toasts, words.retryFailed, error)),
  },
  {
    id: 'build.copy-id',
    place: 'builds',
    title: words.copyId,
    titleFor: () => words.copyId,
    keys: 'Y',
    icon: <ClipboardCopy />,
    several: false,
    eligible: ({ services }, id) => rowOf(services, id) !== undefined,
    run: (_, [id = '']) => void navigator.clipboard.writeText(id),
  },
  {
    id: 'build.remove',
    place: 'builds',
    title: words.remove,
    titleFor: ([first = '', ...others]) => (others.length === 0 ? words.removeOne(first) : words.removeMany(others.length + 1)),
    keys: 'Del',
    icon: <Trash2 />,
    apart: true,
    several: true,
    eligible: ({ services }, id) => (rowOf(services, id)?.status ?? 'running') !== 'running',
    run: ({ services }, ids) => void removeBuilds(services, ids),
  },
];
