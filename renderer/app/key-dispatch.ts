import { useEffect } from 'react';
import type { AppCommand, CommandContext, ObjectCommand } from '../stores/commands.ts';
import { runOn, targetsOf, useCommandContext } from '../stores/object-commands.tsx';
import { keysOf, mayLeave, pressedKeys, type Where } from '../stores/shortcuts.ts';
import { PLACES, type Place } from '../stores/ui-store.ts';
import { APPLE } from '../ui/keys.tsx';

function whereIs(target: EventTarget | null): Where {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.closest('.xterm')) return 'terminal';
  if (document.querySelector('[role="dialog"][data-open], [role="alertdialog"][data-open]') || target.closest('[role="menu"], [role="listbox"]'))
    return 'dialog';
  if (target.closest('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], [role="combobox"]')) return 'field';
  return 'page';
}

function shownPlace(): { readonly place: Place | undefined; readonly id: string | undefined } {
  const [, first, id] = location.hash.replace(/^#/, '').split('/');
  return { place: PLACES.find((one) => one === first), id };
}

/** The object under the keyboard: the one whose details are open, else the list's active row while it can be seen. */
function activeObject({ services }: CommandContext): { readonly place: Place; readonly id: string } | null {
  const { place, id } = shownPlace();
  if (!place) return null;
  if (id) return { place, id: decodeURIComponent(id) };
  const cursor = services.ui.getState().cursor[place];
  const shown = document.querySelector('main [role="grid"], main [role="treegrid"]')?.getAttribute('aria-activedescendant');
  return cursor !== null && shown?.endsWith(cursor) ? { place, id: cursor } : null;
}

/** The only place that turns keys into commands; what lists, trees and fields do with theirs, they have done before. */
export function useKeyDispatch(): void {
  const context = useCommandContext();
  useEffect(() => {
    const { commands } = context;
    const { settings, ui } = context.services;
    const keyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const keys = pressedKeys(event, APPLE);
      if (keys === null) return;
      const where = whereIs(event.target);
      const paletteOpen = ui.getState().overlay === 'palette';
      const chosen = settings.getState().shortcuts;
      const { place } = shownPlace();
      const isHere = (command: AppCommand): boolean => command.place === undefined || command.place === place;
      const app = commands.app.find((command) => keysOf(command, chosen) === keys && isHere(command) && (command.enabled?.(context) ?? true));
      // A key that is held does not start what it has just stopped.
      const again = event.repeat && app?.repeats !== true;
      if (app && (mayLeave(keys, where, APPLE) || (paletteOpen && app.id === 'app.palette'))) {
        event.preventDefault();
        if (!again) app.run(context);
      } else if (!app && !again && where === 'page' && runOnActive(context, (command) => keysOf(command, chosen) === keys)) event.preventDefault();
    };
    window.addEventListener('keydown', keyDown);
    return () => window.removeEventListener('keydown', keyDown);
  }, [context]);
}

function runOnActive(context: CommandContext, meant: (command: ObjectCommand) => boolean): boolean {
  const active = activeObject(context);
  if (!active) return false;
  return context.commands.objects.some(
    (command) =>
      command.place === active.place && meant(command) && runOn(context, command, command.several ? targetsOf(context, active.place, active.id) : [active.id]),
  );
}
