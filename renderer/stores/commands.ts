import type { ReactElement } from 'react';
import type { MenuAction } from '../ui/menu.tsx';
import type { EngineState } from './engine-store.ts';
import type { Services } from './services.tsx';
import type { Place } from './ui-store.ts';

/** What a command may use beside the stores. */
export interface CommandContext {
  readonly services: Services;
  readonly navigate: (path: string) => void;
  /** All there are. */
  readonly commands: Commands;
}

/**
 * What can be done without choosing an object: `Run a container`, `Show images`. The palette, the menus, the cheat sheet and the keys of
 * the whole window are all made from the list of these; `keys` are the default, which the user may change.
 */
export interface AppCommand {
  /** Stable: settings keep keys by it. `image.pull`. */
  readonly id: string;
  readonly title: string;
  /** Title of its group in the cheat sheet. */
  readonly group: string;
  /** `Mod+K`, `?`; absent: none. */
  readonly keys?: string;
  /** The only place where its keys mean it, as they mean something else in others; absent: everywhere. */
  readonly place?: Place;
  readonly icon?: ReactElement;
  /** Takes things away. */
  readonly danger?: boolean;
  /** Done again and again while its keys are held. */
  readonly repeats?: boolean;
  /** Under which heading of the window's menu it stands; absent: in none. */
  readonly menu?: 'file' | 'view' | 'go' | 'help';
  /** Absent: always. */
  readonly enabled?: (context: CommandContext) => boolean;
  readonly run: (context: CommandContext) => void;
}

/** What can be done with objects of a place; rows, their menus, the bar over selected ones, the palette and the cheat sheet all use it. */
export interface ObjectCommand {
  /** `container.stop`. */
  readonly id: string;
  readonly place: Place;
  /** The bare verb for a menu: `Stop`. */
  readonly title: string;
  /** The verb with its objects for buttons and the palette: `Stop web`, `Stop 3 containers`. */
  readonly titleFor: (names: readonly string[]) => string;
  /** Commands of one place may share keys when they are never eligible at once, as start and stop are: the one that is stands in menus. */
  readonly keys?: string;
  readonly icon?: ReactElement;
  readonly danger?: boolean;
  /** A line above it in menus. */
  readonly apart?: boolean;
  /** Behind a menu in the bar over selected objects, which has room for few. */
  readonly rare?: boolean;
  /** Title of the menu inside the menu in which it stands, with others of the same. */
  readonly under?: string;
  /** May be done with several at once. */
  readonly several: boolean;
  readonly eligible: (context: CommandContext, id: string) => boolean;
  readonly run: (context: CommandContext, ids: readonly string[]) => void;
  /** What it can be done with, where that may be several things: they stand in a menu of their own. `run` takes the first. */
  readonly choices?: (context: CommandContext, id: string) => readonly MenuAction[];
}

/** Objects of a place by name, for the palette and for the words of commands. */
export interface ObjectKind {
  readonly place: Place;
  /** What one is called: `Container`. */
  readonly title: string;
  /** What several stand under: `Containers`. */
  readonly heading: string;
  readonly icon: ReactElement;
  /** `note` is dim beside the name and searched as well. */
  readonly list: (state: EngineState, services: Services) => Iterable<{ readonly id: string; readonly name: string; readonly note: string }>;
  /** What one is called in sentences; undefined: it is gone. */
  readonly nameOf: (state: EngineState, id: string, services: Services) => string | undefined;
}

/** All there is, collected once from the features. */
export interface Commands {
  readonly app: readonly AppCommand[];
  readonly objects: readonly ObjectCommand[];
  readonly kinds: readonly ObjectKind[];
}

/** Names in the order of `ids`; what is gone keeps its id. */
export function namesOf({ commands, services }: CommandContext, place: Place, ids: readonly string[]): readonly string[] {
  const kind = commands.kinds.find((one) => one.place === place);
  return ids.map((id) => kind?.nameOf(services.engine.getState(), id, services) ?? id);
}

export const eligibleIds = (command: ObjectCommand, context: CommandContext, ids: readonly string[]): readonly string[] =>
  ids.filter((id) => command.eligible(context, id));
