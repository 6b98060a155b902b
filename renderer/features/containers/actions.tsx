import type { Verb } from '../../stores/engine-store.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
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

/** Whether `verb` would change it. */
export function eligible({ engine }: Services, verb: Verb, id: string): boolean {
  const { containers, pending } = engine.getState();
  const row = containers.get(id);
  if (!row || pending.has(id)) return false;
  if (verb === 'start') return !isUp(row);
  return verb === 'stop' || verb === 'restart' ? isUp(row) : true;
}
