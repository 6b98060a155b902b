import type { ReactElement } from 'react';
import type { Services } from './services.tsx';
import type { Place } from './ui-store.ts';

/** What a command may use beside the stores. */
export interface CommandContext {
  readonly services: Services;
  readonly navigate: (path: string) => void;
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
  readonly icon?: ReactElement;
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
  readonly keys?: string;
  readonly icon?: ReactElement;
  readonly danger?: boolean;
  /** A line above it in menus. */
  readonly apart?: boolean;
  /** May be done with several at once. */
  readonly several: boolean;
  readonly eligible: (context: CommandContext, id: string) => boolean;
  readonly run: (context: CommandContext, ids: readonly string[]) => void;
}
