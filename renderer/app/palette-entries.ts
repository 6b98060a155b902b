import type { ReactElement } from 'react';
import type { CommandContext } from '../stores/commands.ts';
import type { EngineState } from '../stores/engine-store.ts';
import { t } from '../strings/t.ts';

export interface Entry {
  readonly id: string;
  /** What it is, in a word. */
  readonly kind: string;
  readonly icon: ReactElement | undefined;
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

/** Commands of the application that can be done now, then every object. */
export function allEntries(context: CommandContext, state: EngineState): readonly Entry[] {
  const { navigate } = context;
  const { app, kinds } = context.commands;
  return [
    ...app
      .filter((command) => command.id !== 'app.palette' && (command.enabled?.(context) ?? true))
      .map(
        (command): Entry => ({ id: command.id, kind: t.palette.action, icon: command.icon, title: command.title, note: '', run: () => command.run(context) }),
      ),
    ...kinds.flatMap(({ place, title: kind, icon, list }) =>
      [...list(state, context.services)].map(({ id, name, note }): Entry => ({ id, kind, icon, title: name, note, run: () => navigate(`/${place}/${id}`) })),
    ),
  ];
}
