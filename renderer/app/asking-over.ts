import { useEffect } from 'react';
import type { CommandContext } from '../stores/commands.ts';
import type { Objects } from '../stores/engine-store.ts';
import { useCommandContext } from '../stores/object-commands.tsx';
import type { Asking, Place } from '../stores/ui-store.ts';
import { t } from '../strings/t.ts';

const PLACE_OF: Readonly<Record<string, Place & keyof Objects>> = { container: 'containers', image: 'images', volume: 'volumes', network: 'networks' };

/** Whether a question is about objects of which none is left: a pull is about a name, and what is new about nothing. */
function isOver({ command, ids }: Asking, objects: Objects): boolean {
  const place = PLACE_OF[command.split('.')[0] ?? ''];
  return place !== undefined && command !== 'image.pull' && ids.length > 0 && !ids.some((id) => objects[place].has(id));
}

/**
 * A question ends with the last object that it is about, and says so. Left open it would be asked again, under the next key that is pressed,
 * when one comes back: an image that is pulled once more has the id that it had.
 */
export function endQuestions({ services, commands }: CommandContext): () => void {
  const { engine, ui, toasts } = services;
  return engine.subscribe((state, before) => {
    const { asking } = ui.getState();
    if (!asking || !isOver(asking, state) || isOver(asking, before)) return;
    const kind = commands.kinds.find(({ place }) => place === PLACE_OF[asking.command.split('.')[0] ?? '']);
    const names = asking.ids.flatMap((id) => kind?.nameOf(before, id, services) ?? []);
    ui.setState({ asking: null });
    toasts.add({ title: t.shell.goneMeanwhile(names), timeout: 8000 });
  });
}

export function useQuestionsEnd(): void {
  const context = useCommandContext();
  useEffect(() => endQuestions(context), [context]);
}
