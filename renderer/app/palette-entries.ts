import type { EngineState } from '../stores/engine-store.ts';
import type { UiStore } from '../stores/ui-store.ts';
import { shortId } from '../strings/format.ts';
import { t } from '../strings/t.ts';

export interface Entry {
  readonly id: string;
  readonly kind: 'container' | 'image' | 'action';
  readonly title: string;
  readonly note: string;
  readonly run: () => void;
}

const LIMIT = 50;

/** How well words match: the start of the title before the start of a word before anywhere; null: not at all. */
export function score(title: string, note: string, query: string): number | null {
  const text = title.toLowerCase();
  let sum = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = text.indexOf(word);
    if (at === 0) sum += 3;
    else if (at > 0) sum += /[^a-z0-9]/.test(text.charAt(at - 1)) ? 2 : 1;
    else if (!note.toLowerCase().includes(word)) return null;
  }
  return sum;
}

/** Objects and actions for `query`, the best first. */
export function found(entries: readonly Entry[], query: string): readonly Entry[] {
  return entries
    .flatMap((entry) => {
      const points = score(entry.title, entry.note, query);
      return points === null ? [] : [{ entry, points }];
    })
    .sort((a, b) => b.points - a.points)
    .slice(0, LIMIT)
    .map(({ entry }) => entry);
}

export function allEntries(
  { containers, images }: Pick<EngineState, 'containers' | 'images'>,
  ui: UiStore,
  navigate: (path: string) => void,
): readonly Entry[] {
  const actions: readonly Entry[] = [
    { id: 'run', kind: 'action', title: t.containers.runNew, note: '', run: () => ui.setState({ run: { image: '' } }) },
    { id: 'containers', kind: 'action', title: t.shortcuts.goContainers, note: '', run: () => navigate('/containers') },
    { id: 'images', kind: 'action', title: t.shortcuts.goImages, note: '', run: () => navigate('/images') },
    { id: 'terminal', kind: 'action', title: t.shortcuts.terminal, note: '', run: () => ui.setState(({ terminalOpen }) => ({ terminalOpen: !terminalOpen })) },
    { id: 'shortcuts', kind: 'action', title: t.shortcuts.title, note: '', run: () => ui.setState({ overlay: 'shortcuts' }) },
  ];
  return [
    ...actions,
    ...[...containers.values()].map(
      (row): Entry => ({
        id: row.id,
        kind: 'container',
        title: row.name,
        note: `${row.image} ${shortId(row.id)}`,
        run: () => navigate(`/containers/${row.id}`),
      }),
    ),
    ...[...images.values()].map(
      (row): Entry => ({
        id: row.id,
        kind: 'image',
        title: row.tags[0] ?? shortId(row.id),
        note: row.tags.slice(1).join(' '),
        run: () => navigate(`/images/${row.id}`),
      }),
    ),
  ];
}
