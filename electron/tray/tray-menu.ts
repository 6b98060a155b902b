import type { MenuItemConstructorOptions } from 'electron';
import type { EngineState } from '../engine/supervisor.ts';
import type { Containers, TrayContainer } from './running-containers.ts';

export interface TrayActions {
  open(): void;
  quit(): void;
  startEngine(): void;
  startContainer(id: string): void;
  stopContainer(id: string): void;
}

/** More than this many of a kind are told by their count. */
const SHOWN = 12;
const STATE_WORDS = { starting: 'Engine is starting', running: 'Engine is running', stopped: 'Engine is stopped', failed: 'Engine has failed' } as const;

/** The tray's menu for a state of the world; running containers first, each by name. */
export function trayMenu(engine: EngineState, containers: Containers, actions: TrayActions): MenuItemConstructorOptions[] {
  const all = [...containers.values()].sort((one, other) => one.name.localeCompare(other.name));
  const running = all.filter((container) => container.running);
  const stopped = all.filter((container) => !container.running);
  return [
    { label: STATE_WORDS[engine.state], enabled: false },
    ...(engine.state === 'stopped' || engine.state === 'failed' ? [{ label: 'Start engine', click: () => actions.startEngine() }] : []),
    { type: 'separator' },
    ...(engine.state === 'running' ? containerItems(running, stopped, actions) : []),
    { label: 'Open Slipway', click: () => actions.open() },
    { label: 'Quit', click: () => actions.quit() },
  ];
}

function containerItems(running: readonly TrayContainer[], stopped: readonly TrayContainer[], actions: TrayActions): MenuItemConstructorOptions[] {
  const some = (containers: readonly TrayContainer[], verb: string, act: (id: string) => void): MenuItemConstructorOptions[] => [
    ...containers.slice(0, SHOWN).map(({ id, name, image }) => ({
      label: escape(name),
      sublabel: escape(image),
      submenu: [{ label: verb, click: () => act(id) }],
    })),
    ...(containers.length > SHOWN ? [{ label: `${containers.length - SHOWN} more`, enabled: false }] : []),
  ];
  return [
    { label: running.length === 0 ? 'No container is running' : 'Running', enabled: false },
    ...some(running, 'Stop', (id) => actions.stopContainer(id)),
    ...(stopped.length > 0 ? [{ label: 'Stopped', submenu: some(stopped, 'Start', (id) => actions.startContainer(id)) }] : []),
    { type: 'separator' },
  ];
}

/** A menu takes `&` for the mark of a key. */
function escape(text: string): string {
  return text.replaceAll('&', '&&');
}
