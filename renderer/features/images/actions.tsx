import type { ImageRow } from '../../../runtime/api/types/feed.ts';
import { startDownload } from '../../stores/download.ts';
import { updatedNames } from '../../stores/image-facts.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { imageTitle } from './view-model.ts';

/** Removes all of them, every tag of each, and tells which ones stayed and why. */
export async function removeImages({ engine, transport, toasts }: Services, ids: readonly string[]): Promise<void> {
  const names = new Map(ids.map((id) => [id, nameOf(engine.getState().images.get(id), id)]));
  engine.setPending(ids, 'remove');
  try {
    // An id with several tags wants force, which would also untag what a stopped container needs.
    const { images } = engine.getState();
    const forced = (id: string) => (images.get(id)?.tags.length ?? 0) > 1 && images.get(id)?.usedBy.length === 0;
    const groups = [
      { ids: ids.filter(forced), force: true },
      { ids: ids.filter((id) => !forced(id)), force: false },
    ].filter((group) => group.ids.length > 0);
    const answers = await Promise.all(groups.map((group) => transport.request('image.remove', group)));
    const failed = answers.flatMap(({ results }) => results).flatMap(({ id, failure }) => (failure ? [{ id, failure }] : []));
    const [first] = failed;
    if (!first) return;
    const hint = failed.some(({ failure }) => failure.status === 409) ? ` ${t.images.inUseHint}` : '';
    const title = failed.length === 1 ? t.images.removeFailed(names.get(first.id) ?? first.id) : t.images.removeFailedMany(failed.length);
    tellFailure(toasts, `${title}.${hint}`, new Error(failed.map(({ id, failure }) => `${names.get(id) ?? id}: ${failure.message}`).join('\n')));
  } catch (error) {
    tellFailure(toasts, ids.length === 1 ? t.images.removeFailed(names.get(ids[0] ?? '') ?? '') : t.images.removeFailedMany(ids.length), error);
  } finally {
    engine.setPending(ids, null);
  }
}

const nameOf = (row: Parameters<typeof imageTitle>[0] | undefined, id: string): string => (row ? imageTitle(row) : id);

/** Asks the registries whether there are newer images of these names, and tells in a sentence. */
export async function checkUpdates({ imageFacts, toasts }: Services, rows: readonly ImageRow[]): Promise<void> {
  const words = t.imageTools.update;
  try {
    const { updates, failed } = await imageFacts.check(rows);
    const said = updates > 0 ? words.some(updates) : failed > 0 ? '' : words.none;
    toasts.add({ title: [said, failed > 0 ? words.failed(failed) : ''].filter(Boolean).join('. ') });
  } catch (error) {
    tellFailure(toasts, words.failed(rows.length), error);
  }
}

/** Pulls every name of these images that stands for another one by now. */
export async function updateImages({ engine, imageFacts, tasks, toasts }: Services, ids: readonly string[]): Promise<void> {
  const { images } = engine.getState();
  const names = ids.flatMap((id) => {
    const row = images.get(id);
    return row ? updatedNames(row, imageFacts.getState().remote) : [];
  });
  for (const reference of names) {
    await tasks.run({ kind: 'image.pull', reference, platform: '' }).catch((error: unknown) => tellFailure(toasts, t.pull.failures.other(reference), error));
  }
}

/** One archive of all of them, by their names where they have any. */
export async function saveImages({ engine, transport, toasts }: Services, ids: readonly string[]): Promise<void> {
  const { images } = engine.getState();
  const references = ids.flatMap((id) => {
    const tags = images.get(id)?.tags ?? [];
    return tags.length > 0 ? tags : [id];
  });
  await startDownload(transport, { kind: 'image.save', references }).catch((error: unknown) => tellFailure(toasts, t.imageTools.save.failed, error));
}
