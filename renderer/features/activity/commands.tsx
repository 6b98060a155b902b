import { Activity, ArrowRight, Ban, ClipboardCopy, Play, RotateCcw, Trash2, Undo2 } from 'lucide-react';
import type { Notice } from '../../../electron/ipc/contract/notices.ts';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import type { CommandContext, ObjectCommand, ObjectKind } from '../../stores/commands.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { keptBytes } from '../../stores/task-kept.ts';
import { t } from '../../strings/t.ts';
import { isListed, noticePath, noticeState, noticeTitle } from './notice-words.ts';
import { taskState, taskTitle } from './view-model.ts';

const words = t.activity;
const rowOf = ({ tasks }: Services, id: string): TaskRow | undefined => tasks.getState().tasks?.get(id);
const noticeOf = ({ notices }: Services, id: string): Notice | undefined => notices.getState().notices.get(id);
const runs = ({ services }: CommandContext, id: string): boolean => rowOf(services, id)?.state === 'running';
const isOver = ({ services }: CommandContext, id: string): boolean =>
  noticeOf(services, id) !== undefined || (rowOf(services, id)?.state ?? 'running') !== 'running';

function failed({ services }: CommandContext, id: string): boolean {
  const row = rowOf(services, id);
  return row !== undefined && row.retryable && (row.state === 'failed' || row.state === 'canceled');
}

function isKept({ services }: CommandContext, id: string): boolean {
  const row = rowOf(services, id);
  return row !== undefined && keptBytes(row, Date.now()) > 0;
}

export const cancelTask = ({ tasks, toasts }: Services, id: string): Promise<void> =>
  tasks.cancel(id).catch((error: unknown) => tellFailure(toasts, words.cancelFailed, error));

/** Tasks that are over and notices; without ids: all of both. */
export async function forget(services: Services, ids: readonly string[]): Promise<void> {
  const { tasks, notices, toasts } = services;
  const told = ids.filter((id) => noticeOf(services, id));
  const done = ids.filter((id) => !noticeOf(services, id));
  try {
    if (done.length > 0 || ids.length === 0) await tasks.forget(done);
    if (told.length > 0 || ids.length === 0) await notices.forget(told);
  } catch (error) {
    tellFailure(toasts, words.forgetFailed, error);
  }
}

/** The id of the task that takes its place; null: it was not started. */
export const retryTask = ({ tasks, toasts }: Services, id: string): Promise<string | null> =>
  tasks.retry(id).catch((error: unknown) => (tellFailure(toasts, words.retryFailed, error), null));

/** What was tried again is another task; details that are open follow it, unless somebody has gone elsewhere meanwhile. */
export async function retryAndFollow(services: Services, navigate: (path: string) => void, id: string): Promise<void> {
  const next = await retryTask(services, id);
  if (next !== null && location.hash.endsWith(`/activity/${id}`)) navigate(`/activity/${next}`);
}

const again = ({ services, navigate }: CommandContext, [id = '']: readonly string[]): void => void retryAndFollow(services, navigate, id);

export const TASKS: ObjectKind = {
  place: 'activity',
  title: words.task,
  heading: words.title,
  icon: <Activity />,
  list: function* (_, { tasks, notices }) {
    for (const row of tasks.getState().tasks?.values() ?? []) yield { id: row.id, name: taskTitle(row), note: taskState(row).word };
    for (const notice of [...notices.getState().notices.values()].filter(isListed))
      yield { id: notice.id, name: noticeTitle(notice), note: noticeState(notice).word };
  },
  nameOf: (_, id, services) => {
    const row = rowOf(services, id);
    const notice = noticeOf(services, id);
    return row ? taskTitle(row) : notice && noticeTitle(notice);
  },
};

export const TASK_COMMANDS: readonly ObjectCommand[] = [
  {
    id: 'task.cancel',
    place: 'activity',
    title: words.cancel,
    titleFor: ([first = '', ...others]) => (others.length === 0 ? words.cancelOne(first) : words.cancelMany(others.length + 1)),
    keys: 'C',
    icon: <Ban />,
    several: true,
    eligible: runs,
    run: ({ services }, ids) => ids.forEach((id) => void cancelTask(services, id)),
  },
  {
    id: 'task.resume',
    place: 'activity',
    title: words.resume,
    titleFor: ([name = '']) => words.resumeOne(name),
    keys: 'R',
    icon: <Play />,
    several: false,
    eligible: (context, id) => failed(context, id) && isKept(context, id),
    run: again,
  },
  {
    id: 'task.retry',
    place: 'activity',
    title: words.retry,
    titleFor: ([name = '']) => words.retryOne(name),
    keys: 'R',
    icon: <RotateCcw />,
    several: false,
    eligible: (context, id) => failed(context, id) && !isKept(context, id),
    run: again,
  },
  {
    id: 'notice.show',
    place: 'activity',
    title: words.notices.show,
    titleFor: () => words.notices.show,
    keys: 'O',
    icon: <ArrowRight />,
    several: false,
    eligible: ({ services }, id) => noticeOf(services, id) !== undefined,
    run: ({ services, navigate }, [id = '']) => {
      const notice = noticeOf(services, id);
      if (notice) navigate(noticePath(notice));
    },
  },
  {
    id: 'notice.bring-back',
    place: 'activity',
    title: words.notices.bringBackAction,
    titleFor: () => words.notices.bringBackAction,
    keys: 'B',
    icon: <Undo2 />,
    several: false,
    eligible: ({ services }, id) => noticeOf(services, id)?.kind === 'container.unfinished',
    run: ({ services }, ids) => services.ui.setState({ asking: { command: 'notice.bring-back', ids } }),
  },
  {
    id: 'task.copy-error',
    place: 'activity',
    title: words.copyError,
    titleFor: () => words.copyError,
    keys: 'Y',
    icon: <ClipboardCopy />,
    several: false,
    eligible: ({ services }, id) => (rowOf(services, id)?.error ?? '') !== '',
    run: ({ services }, [id = '']) => void navigator.clipboard.writeText(rowOf(services, id)?.error ?? ''),
  },
  {
    id: 'task.forget',
    place: 'activity',
    title: words.forget,
    titleFor: ([first = '', ...others]) => (others.length === 0 ? words.forgetOne(first) : words.forgetMany(others.length + 1)),
    keys: 'Del',
    icon: <Trash2 />,
    apart: true,
    several: true,
    eligible: isOver,
    run: ({ services }, ids) => void forget(services, ids),
  },
];
