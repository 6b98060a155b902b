import type { Verb } from '../../stores/engine-store.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { isUp } from './view-model.ts';

export interface ActOptions {
  /** For `kill`. */
  readonly signal?: string;
  /** For `remove`: volumes without a name too. */
  readonly volumes?: boolean;
}

/** Does `verb` to all of them and tells which ones failed; the list shows it as going on until the engine has answered. */
export async function act({ engine, transport, toasts }: Services, verb: Verb, ids: readonly string[], options: ActOptions = {}): Promise<void> {
  if (ids.length === 0) return;
  const names = new Map(ids.map((id) => [id, engine.getState().containers.get(id)?.name ?? id]));
  const targets = { ids: [...ids] };
  engine.setPending(ids, verb);
  try {
    const { results } =
      verb === 'remove'
        ? await transport.request('container.remove', { ...targets, force: true, volumes: options.volumes ?? false })
        : verb === 'kill'
          ? await transport.request('container.kill', { ...targets, signal: options.signal ?? 'SIGKILL' })
          : await transport.request(`container.${verb}`, targets);
    const failed = results.flatMap(({ id, failure }) => (failure ? [{ name: names.get(id) ?? id, message: failure.message }] : []));
    if (failed.length === 1 && failed[0]) tellFailure(toasts, t.verbs.failed[verb](failed[0].name), new Error(failed[0].message));
    else if (failed.length > 1) {
      const text = failed.map(({ name, message }) => `${name}: ${message}`).join('\n');
      tellFailure(toasts, t.verbs.failedMany[verb](failed.length), new Error(text));
    }
  } catch (error) {
    const title = ids.length === 1 ? t.verbs.failed[verb](names.get(ids[0] ?? '') ?? '') : t.verbs.failedMany[verb](ids.length);
    tellFailure(toasts, title, error);
  } finally {
    engine.setPending(ids, null);
  }
}

/** Of `ids`, those that `verb` would change. */
export function eligible({ engine }: Pick<Services, 'engine'>, verb: Verb, ids: Iterable<string>): readonly string[] {
  const { containers, pending } = engine.getState();
  return [...ids].filter((id) => {
    const row = containers.get(id);
    if (!row || pending.has(id)) return false;
    switch (verb) {
      case 'start':
        return !isUp(row);
      case 'pause':
        return row.state === 'running';
      case 'unpause':
        return row.state === 'paused';
      case 'kill':
      case 'stop':
      case 'restart':
        return isUp(row);
      case 'remove':
        return true;
    }
  });
}

/** Names may end in spaces while they are typed. False: it was not renamed, which has been told. */
export async function rename({ transport, toasts, engine }: Services, id: string, asked: string): Promise<boolean> {
  const name = asked.trim();
  const before = engine.getState().containers.get(id)?.name ?? id;
  if (name === '' || name === before) return true;
  try {
    await transport.request('container.rename', { id, name });
    return true;
  } catch (error) {
    tellFailure(toasts, t.verbs.failed.rename(before), error);
    return false;
  }
}
