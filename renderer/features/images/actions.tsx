import { ClipboardCopy, Layers, Play, Trash2 } from 'lucide-react';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import type { MenuAction } from '../../ui/menu.tsx';
import { imageReference, imageTitle } from './view-model.ts';

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

export interface RowCommands {
  readonly open: (id: string) => void;
  readonly remove: (ids: readonly string[]) => void;
}

/** What can be done with one image, with its keys. */
export function rowMenu({ engine, ui }: Services, id: string, commands: RowCommands): readonly MenuAction[] {
  const row = engine.getState().images.get(id);
  if (!row) return [];
  const [name] = row.tags;
  return [
    { id: 'run', label: t.images.run, icon: <Play />, keys: 'R', run: () => ui.setState({ run: { image: imageReference(row) } }) },
    { id: 'details', label: t.images.layers, icon: <Layers />, keys: 'Enter', run: () => commands.open(id) },
    ...(name === undefined
      ? []
      : [{ id: 'copy-name', label: t.images.copyName, icon: <ClipboardCopy />, apart: true, run: () => void navigator.clipboard.writeText(name) }]),
    { id: 'copy-id', label: t.images.copyId, icon: <ClipboardCopy />, apart: name === undefined, run: () => void navigator.clipboard.writeText(id) },
    { id: 'remove', label: t.images.remove, icon: <Trash2 />, keys: 'Del', danger: true, apart: true, run: () => commands.remove([id]) },
  ];
}
