import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { reasonText } from './view-model.ts';

/** Screens that show by themselves how a task of theirs has ended. */
function showsItself(location: string, { kind, id }: TaskRow): boolean {
  if (location === '/activity' || location === `/activity/${id}`) return true;
  const [noun, verb] = kind.split('.');
  if (noun === 'disk') return location === '/disk';
  if (verb === 'build') return location.startsWith('/builds');
  return noun === 'image' && verb === 'load' && location.startsWith('/images');
}

/** Tells how a task has ended while another screen is shown. What was canceled needs no words: somebody did it. */
export function useTaskToasts(): void {
  const { tasks, toasts, ui } = useServices();
  const [location] = useLocation();
  const shown = useRef(location);
  useEffect(() => {
    shown.current = location;
  }, [location]);
  useEffect(
    () =>
      tasks.onEnd((row) => {
        // The dialog in which a pull was begun shows its end.
        const isWatched = row.kind === 'image.pull' && ui.getState().asking?.command === 'image.pull';
        if (row.state === 'canceled' || isWatched || showsItself(shown.current, row)) return;
        const words = t.activity.kinds[row.kind];
        if (row.state === 'done') toasts.add({ title: words.done(row.object), timeout: 5000 });
        else toasts.add({ title: words.failed(row.object), type: 'error', priority: 'high', timeout: 12_000, data: { details: reasonText(row) } });
      }),
    [tasks, toasts, ui],
  );
}
