import { RequestError } from '../../engine/transport.ts';
import { sendBytes } from '../../stores/send-bytes.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';

const CONFLICT = 409;
const TOO_MANY = 429;

/** Removes all of them, and tells which ones stayed and why. */
export async function removeVolumes({ engine, transport, toasts }: Services, ids: readonly string[]): Promise<void> {
  engine.setPending(ids, 'remove');
  const words = t.volumes;
  const title = (failed: readonly string[]) => (failed.length === 1 ? words.removeFailed(failed[0] ?? '') : words.removeFailedMany(failed.length));
  try {
    const { results } = await transport.request('volume.remove', { ids: [...ids] });
    const failed = results.flatMap(({ id, failure }) => (failure ? [{ id, failure }] : []));
    if (failed.length === 0) return;
    const hint = failed.some(({ failure }) => failure.status === CONFLICT) ? ` ${words.inUseHint}` : '';
    const details = failed.map(({ id, failure }) => `${id}: ${failure.message}`).join('\n');
    tellFailure(toasts, `${title(failed.map(({ id }) => id))}.${hint}`, new Error(details));
  } catch (error) {
    tellFailure(toasts, title(ids), error);
  } finally {
    engine.setPending(ids, null);
  }
}

/** Goes on in the shell; the list of tasks shows how. */
export function cloneVolume({ tasks, toasts }: Services, name: string, to: string): void {
  tasks.run({ kind: 'volume.clone', name, to }).catch((error: unknown) => tellFailure(toasts, t.volumes.notStarted(t.volumes.cloneOne(name)), error));
}

/** Sends an archive; the list of tasks shows how far it is, can end it and tells of its end. What never got into that list is told here. */
export function importVolume({ transport, toasts }: Services, name: string, archive: File): void {
  const never = new AbortController().signal;
  sendBytes(transport, 'volume.import', { name, size: archive.size }, archive.stream(), never, () => undefined).catch((error: unknown) => {
    const isTold = error instanceof RequestError && error.status !== TOO_MANY;
    if (!isTold) tellFailure(toasts, t.volumes.notImported(name), error);
  });
}
