import { Ellipsis, X } from 'lucide-react';
import { createContext, type ReactElement, type ReactNode, useCallback, useContext, useMemo } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { t } from '../strings/t.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { CommandKeysContext } from '../ui/keys.tsx';
import { Menu, type MenuAction } from '../ui/menu.tsx';
import { SelectionBar } from '../ui/page.tsx';
import { type CommandContext, type Commands, eligibleIds, namesOf, type ObjectCommand } from './commands.ts';
import { useEngine, useServices, useUiState } from './services.tsx';
import { keysOf } from './shortcuts.ts';
import { NOTHING_SELECTED, type Place } from './ui-store.ts';

/** All commands there are; the application fills it in. */
export const CommandsContext = createContext<Commands>({ app: [], objects: [], kinds: [] });

export function useCommandContext(): CommandContext {
  const services = useServices();
  const commands = useContext(CommandsContext);
  const [, navigate] = useLocation();
  return useMemo(() => ({ services, navigate, commands }), [services, navigate, commands]);
}

/** Lets buttons and fields that stand for a command show its keys as they are now. */
export function CommandKeys({ children }: { readonly children: ReactNode }): ReactElement {
  const { settings } = useServices();
  const { app, objects } = useContext(CommandsContext);
  const chosen = useStore(settings, (state) => state.shortcuts);
  const keys = useMemo(() => new Map([...app, ...objects].map((command) => [command.id, keysOf(command, chosen)])), [app, objects, chosen]);
  return <CommandKeysContext value={useCallback((id: string) => keys.get(id), [keys])}>{children}</CommandKeysContext>;
}

/** Objects that a command means when `id` is pointed at: all that are selected when it is one of them. */
export function targetsOf({ services }: CommandContext, place: Place, id: string): readonly string[] {
  const selected = services.ui.getState().selected[place];
  return selected.has(id) ? [...selected] : [id];
}

/** The menu of objects. What cannot be done now is dim, unless another command under the same keys can. */
export function objectMenu(context: CommandContext, place: Place, ids: readonly string[]): readonly MenuAction[] {
  const { services } = context;
  const chosen = services.settings.getState().shortcuts;
  const commands = context.commands.objects.filter((command) => command.place === place && (ids.length === 1 || command.several));
  const rows = commands.map((command) => ({ command, keys: keysOf(command, chosen), able: eligibleIds(command, context, ids) }));
  const actions: MenuAction[] = [];
  for (const { command, keys, able } of rows) {
    const instead = able.length === 0 && keys !== undefined && rows.some((other) => other.keys === keys && other.able.length > 0);
    if (instead) continue;
    const action: MenuAction = {
      id: command.id,
      label: ids.length === 1 ? command.title : command.titleFor(namesOf(context, place, able.length > 0 ? able : ids)),
      ...(command.icon && { icon: command.icon }),
      ...(keys !== undefined && { keys }),
      ...(command.danger && { danger: true }),
      ...(command.apart && { apart: true }),
      disabled: able.length === 0,
      ...choicesOf(command, context, able),
      run: () => void runOn(context, command, able),
    };
    const before = actions.at(-1);
    if (command.under === undefined) actions.push(action);
    else if (before?.id === command.under) actions[actions.length - 1] = { ...before, items: [...(before.items ?? []), action] };
    else actions.push({ id: command.under, label: command.under, ...(command.icon && { icon: command.icon }), items: [action], run: () => undefined });
  }
  return actions;
}

function choicesOf(command: ObjectCommand, context: CommandContext, ids: readonly string[]): Pick<MenuAction, 'items'> {
  const [id] = ids;
  const items = id === undefined ? [] : (command.choices?.(context, id) ?? []);
  return items.length > 1 ? { items } : {};
}

/** Does what `command` can do with `ids`; false: with none of them. */
export function runOn(context: CommandContext, command: ObjectCommand, ids: readonly string[]): boolean {
  const able = eligibleIds(command, context, command.several ? ids : ids.slice(0, 1));
  if (able.length > 0) command.run(context, able);
  return able.length > 0;
}

/** What can be done with the selected objects; each button counts what it would change. */
export function SelectedCommands({ place, words }: { readonly place: Place; readonly words: string }): ReactElement {
  const context = useCommandContext();
  const { services } = context;
  const selected = useUiState((state) => state.selected[place]);
  // What can be done is decided by the state of the objects.
  useEngine((state) => state);
  const ids = [...selected];
  const able = context.commands.objects.flatMap((command) => {
    if (command.place !== place || !command.several) return [];
    const targets = eligibleIds(command, context, ids);
    return targets.length === 0 ? [] : [{ command, targets, title: command.titleFor(namesOf(context, place, targets)) }];
  });
  const rare = able.filter(({ command }) => command.rare);
  return (
    <SelectionBar
      count={words}
      end={
        <IconButton label={t.clear} keys="Esc" onClick={() => services.ui.select(place, NOTHING_SELECTED)}>
          <X />
        </IconButton>
      }
    >
      {able
        .filter(({ command }) => !command.rare)
        .map(({ command, targets, title }) => (
          <Button key={command.id} onClick={() => command.run(context, targets)}>
            {title}
          </Button>
        ))}
      {rare.length > 0 && (
        <Menu
          trigger={
            <IconButton look="plain" label={t.more}>
              <Ellipsis />
            </IconButton>
          }
          actions={() =>
            rare.map(({ command, targets, title }) => ({
              id: command.id,
              label: title,
              ...(command.icon && { icon: command.icon }),
              ...(command.danger && { danger: true }),
              run: () => command.run(context, targets),
            }))
          }
        />
      )}
    </SelectionBar>
  );
}
