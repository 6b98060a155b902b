import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Asked, DeepLink, MenuCommand } from '../../electron/ipc/contract/app-commands.ts';
import type { CommandContext } from '../stores/commands.ts';
import { useCommandContext } from '../stores/object-commands.tsx';
import { useServices } from '../stores/services.tsx';
import { keysOf, type Shortcuts } from '../stores/shortcuts.ts';
import type { Place } from '../stores/ui-store.ts';
import { t } from '../strings/t.ts';

const PLACE_OF = { container: 'containers', image: 'images', volume: 'volumes', network: 'networks' } as const satisfies Record<string, Place>;

/** The id of an object by its name, its id or the beginning of that; an image by any of its names. */
function idOf({ services: { engine } }: CommandContext, verb: keyof typeof PLACE_OF, name: string): string | undefined {
  const state = engine.getState();
  const bare = name.replace(/^sha256:/, '');
  const isId = (id: string) => id === name || (/^[0-9a-f]{12,64}$/.test(bare) && id.replace(/^sha256:/, '').startsWith(bare));
  switch (verb) {
    case 'container':
      return [...state.containers.values()].find((row) => row.name === name || isId(row.id))?.id;
    case 'image':
      return [...state.images.values()].find((row) => row.tags.includes(name) || row.tags.includes(`${name}:latest`) || isId(row.id))?.id;
    case 'volume':
      return state.volumes.get(name)?.id;
    case 'network':
      return [...state.networks.values()].find((row) => row.name === name || isId(row.id))?.id;
  }
}

/** Shows what an address asks for; a run and a pull are only written into their forms. */
export function openLink(context: CommandContext, link: DeepLink): void {
  const { services, navigate } = context;
  const { ui, toasts } = services;
  switch (link.verb) {
    case 'run':
      return ui.setState({ run: { image: link.image } });
    case 'pull':
      return ui.setState({ asking: { command: 'image.pull', ids: [link.image] } });
    case 'search':
      return ui.setState({ overlay: 'palette', paletteText: link.text });
    case 'show':
      return navigate(`/${link.place}`);
    default: {
      const place = PLACE_OF[link.verb];
      const id = idOf(context, link.verb, link.name);
      if (id === undefined) {
        navigate(`/${place}`);
        toasts.add({ title: t.shell.linkGone(link.name), type: 'error', timeout: 8000 });
        return;
      }
      if (link.tab !== '') ui.setTab(place, link.tab);
      navigate(`/${place}/${encodeURIComponent(id)}`);
    }
  }
}

/** A window that has just been opened for an address knows no objects yet, or those of last time. */
export function onceKnown({ services: { engine } }: Pick<CommandContext, 'services'>, run: () => void): () => void {
  const isKnown = () => ['live', 'down'].includes(engine.getState().link);
  if (isKnown()) {
    run();
    return () => undefined;
  }
  const stop = engine.subscribe(() => {
    if (!isKnown()) return;
    stop();
    run();
  });
  return stop;
}

function runCommand(context: CommandContext, id: string): void {
  const command = context.commands.app.find((one) => one.id === id);
  if (command && (command.enabled?.(context) ?? true)) command.run(context);
}

/** What the menus of the shell show. */
export const menuCommands = ({ commands }: Pick<CommandContext, 'commands'>, chosen: Shortcuts): MenuCommand[] =>
  commands.app.flatMap((command) => (command.menu ? [{ id: command.id, title: command.title, keys: keysOf(command, chosen) ?? '', menu: command.menu }] : []));

/** Tells the shell what can be done, and does what it asks for. A browser has no menus and asks for nothing. */
export function useShellCommands(): void {
  const context = useCommandContext();
  const { transport, settings } = useServices();
  const chosen = useStore(settings, (state) => state.shortcuts);
  useEffect(() => {
    if (!('slipway' in globalThis)) return;
    const waiting = new Set<() => void>();
    const perform = (asked: Asked, took: () => void): void => {
      if ('link' in asked) {
        const open = () => {
          openLink(context, asked.link);
          took();
        };
        waiting.add(onceKnown(context, open));
        return;
      }
      if ('show' in asked) context.navigate(asked.show);
      else runCommand(context, asked.command);
      took();
    };
    const stream = transport.open(
      'app.commands',
      { commands: menuCommands(context, chosen) },
      {
        onData: ({ number, asked }) => perform(asked, () => void stream.send({ took: number }).catch(() => undefined)),
        // The shell lives as long as its window: there is nobody left to ask.
        onClose: () => undefined,
      },
    );
    return () => {
      for (const stop of waiting) stop();
      stream.close();
    };
  }, [context, transport, chosen]);
}
