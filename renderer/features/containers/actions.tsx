import { ClipboardCopy, FileText, Play, RotateCw, Square, SquareTerminal, Trash2 } from 'lucide-react';
import type { Verb } from '../../stores/engine-store.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import type { MenuAction } from '../../ui/menu.tsx';
import { isUp } from './view-model.ts';

/** Does `verb` to all of them and tells which ones failed; the list shows it as going on until the engine has answered. */
export async function act({ engine, transport, toasts }: Services, verb: Verb, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const names = new Map(ids.map((id) => [id, engine.getState().containers.get(id)?.name ?? id]));
  engine.setPending(ids, verb);
  try {
    const { results } =
      verb === 'remove'
        ? await transport.request('container.remove', { ids: [...ids], force: true })
        : await transport.request(`container.${verb}`, { ids: [...ids] });
    const failed = results.flatMap(({ id, failure }) => (failure ? [{ name: names.get(id) ?? id, message: failure.message }] : []));
    if (failed.length === 1 && failed[0]) tellFailure(toasts, t.containers.failed[verb](failed[0].name), new Error(failed[0].message));
    else if (failed.length > 1) {
      const text = failed.map(({ name, message }) => `${name}: ${message}`).join('\n');
      tellFailure(toasts, t.containers.failedMany[verb](failed.length), new Error(text));
    }
  } catch (error) {
    const title = ids.length === 1 ? t.containers.failed[verb](names.get(ids[0] ?? '') ?? '') : t.containers.failedMany[verb](ids.length);
    tellFailure(toasts, title, error);
  } finally {
    engine.setPending(ids, null);
  }
}

/** Of `ids`, those that `verb` would change. */
export function eligible({ engine }: Services, verb: Verb, ids: Iterable<string>): readonly string[] {
  const { containers, pending } = engine.getState();
  return [...ids].filter((id) => {
    const row = containers.get(id);
    if (!row || pending.has(id)) return false;
    if (verb === 'start') return !isUp(row);
    return verb === 'stop' || verb === 'restart' ? isUp(row) : true;
  });
}

export interface RowCommands {
  readonly open: (id: string, tab: string) => void;
  readonly remove: (ids: readonly string[]) => void;
}

/** What can be done with one container, with its keys. */
export function rowMenu(services: Services, id: string, commands: RowCommands): readonly MenuAction[] {
  const row = services.engine.getState().containers.get(id);
  if (!row) return [];
  const up = isUp(row);
  return [
    up
      ? { id: 'stop', label: t.containers.stop, icon: <Square />, keys: 'S', run: () => void act(services, 'stop', [id]) }
      : { id: 'start', label: t.containers.start, icon: <Play />, keys: 'S', run: () => void act(services, 'start', [id]) },
    { id: 'restart', label: t.containers.restart, icon: <RotateCw />, keys: 'R', disabled: !up, run: () => void act(services, 'restart', [id]) },
    { id: 'logs', label: t.containers.openLogs, icon: <FileText />, keys: 'L', apart: true, run: () => commands.open(id, 'logs') },
    { id: 'terminal', label: t.containers.openTerminal, icon: <SquareTerminal />, keys: 'T', disabled: !up, run: () => commands.open(id, 'terminal') },
    { id: 'copy', label: t.containers.copyId, icon: <ClipboardCopy />, apart: true, run: () => void navigator.clipboard.writeText(id) },
    { id: 'remove', label: t.containers.remove, icon: <Trash2 />, keys: 'Del', danger: true, apart: true, run: () => commands.remove([id]) },
  ];
}
