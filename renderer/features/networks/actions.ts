import type { BulkResult } from '../../../electron/ipc/contract/fields.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';

const words = t.networks;

/** Removes all of them and tells which ones stayed and why. */
export async function removeNetworks({ engine, transport, toasts }: Services, ids: readonly string[]): Promise<void> {
  const { networks } = engine.getState();
  const names = new Map(ids.map((id) => [id, networks.get(id)?.name ?? id]));
  const title = (failed: readonly string[]): string =>
    failed.length === 1 ? words.removeFailed(names.get(failed[0] ?? '') ?? '') : words.removeFailedMany(failed.length);
  engine.setPending(ids, 'remove');
  try {
    const failed = failuresOf(await transport.request('network.remove', { ids: [...ids] }));
    if (failed.length === 0) return;
    const hint = failed.some(({ message }) => message.includes('active endpoints')) ? `. ${words.inUseHint}` : '';
    const details = failed.map(({ id, message }) => `${names.get(id) ?? id}: ${message}`).join('\n');
    tellFailure(toasts, `${title(failed.map(({ id }) => id))}${hint}`, new Error(details));
  } catch (error) {
    tellFailure(toasts, title(ids), error);
  } finally {
    engine.setPending(ids, null);
  }
}

export async function disconnect({ engine, transport, toasts }: Services, id: string, container: string): Promise<void> {
  const name = engine.getState().containers.get(container)?.name ?? container.slice(0, 12);
  try {
    const [failed] = failuresOf(await transport.request('network.disconnect', { id, containers: [container] }));
    if (failed) tellFailure(toasts, words.disconnectFailed(name), new Error(failed.message));
  } catch (error) {
    tellFailure(toasts, words.disconnectFailed(name), error);
  }
}

const failuresOf = ({ results }: BulkResult): readonly { readonly id: string; readonly message: string }[] =>
  results.flatMap(({ id, failure }) => (failure ? [{ id, message: failure.message }] : []));
