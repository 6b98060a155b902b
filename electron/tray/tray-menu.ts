import type { MenuItemConstructorOptions } from 'electron';
import type { EngineState } from '../engine/supervisor.ts';
import type { Words } from '../words/en.ts';
import { tame } from '../words/tame.ts';
import type { TrayContainer } from './tray-containers.ts';

export interface TrayActions {
  /** The window, at a place in the app; empty: as it is. */
  open(path: string): void;
  /** A container's details on a tab. */
  openContainer(id: string, tab: 'logs' | 'terminal'): void;
  openPort(url: string): void;
  quit(): void;
  startEngine(): void;
  container(id: string, verb: 'start' | 'stop' | 'restart'): void;
}

export interface TrayState {
  readonly engine: EngineState;
  readonly containers: Iterable<TrayContainer>;
  readonly runningTasks: number;
  readonly words: Words['tray'];
  readonly language: string;
}

type Items = MenuItemConstructorOptions[];

/** More than this many of a kind are told by their count: a menu is no list. */
const SHOWN = 15;
const MAX_NAME = 60;
const LINE = { type: 'separator' } as const;

/** The tray's menu for a state of the world; running containers first, those of a Compose project together. Pure. */
export function trayMenu({ engine, containers, runningTasks, words, language }: TrayState, actions: TrayActions): Items {
  const ended = engine.state === 'stopped' || engine.state === 'failed';
  return [
    { label: words.engine[engine.state], enabled: false },
    ...(ended ? [{ label: words.startEngine, click: () => actions.startEngine() }] : []),
    ...(runningTasks > 0 ? [{ label: words.tasks(runningTasks), click: () => actions.open('/activity') }] : []),
    LINE,
    ...(engine.state === 'running' ? containerItems(sorted(containers, language), words, actions) : []),
    { label: words.open, click: () => actions.open('') },
    { label: words.settings, click: () => actions.open('/settings') },
    LINE,
    { label: words.quit, click: () => actions.quit() },
  ];
}

/** By name; those of no project first, then project by project. */
function sorted(containers: Iterable<TrayContainer>, language: string): TrayContainer[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  return [...containers].sort((one, other) => compare(one.project, other.project) || compare(one.name, other.name));
}

function containerItems(all: readonly TrayContainer[], words: Words['tray'], actions: TrayActions): Items {
  const running = all.filter((container) => container.running);
  const stopped = all.filter((container) => !container.running);
  const verb = ({ id }: TrayContainer, name: 'start' | 'stop' | 'restart') => ({
    id: `${name} ${id}`,
    label: words[name],
    click: () => actions.container(id, name),
  });
  const runningItem = (container: TrayContainer): Items => [
    verb(container, 'stop'),
    verb(container, 'restart'),
    LINE,
    { label: words.logs, click: () => actions.openContainer(container.id, 'logs') },
    { label: words.terminal, click: () => actions.openContainer(container.id, 'terminal') },
    ...container.ports.map(({ host, url }) => ({ id: `${container.id} ${url}`, label: words.openPort(host), click: () => actions.openPort(url) })),
  ];
  return [
    { label: running.length === 0 ? words.none : words.running, enabled: false },
    ...grouped(running, runningItem, words, actions),
    ...(stopped.length > 0 ? [{ label: words.stopped, submenu: grouped(stopped, (container) => [verb(container, 'start')], words, actions) }] : []),
    LINE,
  ];
}

function grouped(containers: readonly TrayContainer[], inside: (container: TrayContainer) => Items, words: Words['tray'], actions: TrayActions): Items {
  const shown = containers.slice(0, SHOWN);
  const rest = containers.length - shown.length;
  return [
    ...shown.flatMap((container, index) => [
      ...(container.project !== '' && container.project !== shown[index - 1]?.project ? [{ label: plain(container.project), enabled: false }] : []),
      { id: container.id, label: plain(container.name), sublabel: plain(container.image), submenu: inside(container) },
    ]),
    ...(rest > 0 ? [{ label: words.more(rest), click: () => actions.open('/containers') }] : []),
  ];
}

/** Names are of other people; and a menu takes `&` for the mark of a key. */
const plain = (text: string): string => tame(text, MAX_NAME).replaceAll('&', '&&');
