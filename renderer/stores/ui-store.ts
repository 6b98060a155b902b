import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FileView } from '../ui/file-browser/source.ts';

/** Lists that remember how they were left. */
export const PLACES = ['containers', 'images', 'volumes', 'networks', 'builds', 'registries', 'activity'] as const;
export type Place = (typeof PLACES)[number];
export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}
/** What a list remembers between visits. */
export interface ListMemory {
  readonly sort: Sort;
  readonly widths: Readonly<Record<string, number>>;
  /** Which group of objects is shown: `all`, `running`, ... */
  readonly scope: string;
  /** Columns by id in the order the user has given them; null: as they come. */
  readonly order: readonly string[] | null;
  /** Columns by id that are shown; null: as they come. */
  readonly shown: readonly string[] | null;
  readonly grouped: boolean;
  /** Groups that are folded, by name. */
  readonly folded: readonly string[];
  /** Pixels from the top. */
  readonly scroll: number;
}
export type Dock = 'auto' | 'right' | 'below';

/** What is looked for in a log, and how. */
export interface LogSought {
  readonly text: string;
  readonly isRegex: boolean;
  readonly isCaseSensitive: boolean;
}

/** What somebody looks for again and again. */
export interface SavedSearch extends LogSought {
  readonly name: string;
  /** Only the lines that match are shown. */
  readonly filters: boolean;
}

/** Kept over restarts; everything else of the screen is not. */
export interface Remembered {
  readonly lists: Readonly<Record<Place, ListMemory>>;
  readonly dock: Dock;
  readonly splits: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly detailsTab: Readonly<Record<Place, string>>;
  /** Pixels from the top of areas that are no lists, by name. */
  readonly scrolls: Readonly<Record<string, number>>;
  /** Kinds whose objects are listed in the table of disk usage. */
  readonly diskOpen: readonly string[];
  readonly sidebarNarrow: boolean;
  readonly terminalOpen: boolean;
  /** Terminals write what is printed into a list that a screen reader reads. */
  readonly terminalScreenReader: boolean;
  /** The first screen was left or is not needed: it is not shown by itself again. */
  readonly welcomed: boolean;
  /** Entries of the palette that were used lately, the last one first. */
  readonly recent: readonly string[];
  readonly logTimes: boolean;
  /** The inspect tab shows the whole document, not its summary. */
  readonly inspectJson: boolean;
  readonly logWrap: boolean;
  readonly logFilters: boolean;
  /** Lines shown around each hit. */
  readonly logContext: number;
  readonly logSearches: readonly SavedSearch[];
  readonly networkView: 'list' | 'map';
  readonly fileView: FileView;
}
export interface RunPreset {
  readonly image: string;
  /** Id of a container whose configuration fills the form. */
  readonly from?: string;
}
export type Overlay = 'none' | 'shortcuts' | 'palette';
/** A command that asks before it does something, and what it would do it to; its feature shows the dialog, on whatever screen. */
export interface Asking {
  /** Id of an ObjectCommand. */
  readonly command: string;
  readonly ids: readonly string[];
}
/** The first container, which a newcomer is shown around. */
export interface Tour {
  readonly id: string;
  /** Of its page; 0: none. */
  readonly port: number;
}
export interface UiState extends Remembered {
  readonly tour: Tour | null;
  /** The first container is being made on the first screen, which stays meanwhile. */
  readonly starting: boolean;
  readonly filters: Readonly<Record<Place, string>>;
  readonly selected: Readonly<Record<Place, ReadonlySet<string>>>;
  /** The row under the keyboard of each list, also while another screen is shown. */
  readonly cursor: Readonly<Record<Place, string | null>>;
  readonly run: RunPreset | null;
  /** The build dialog is open. */
  readonly build: boolean;
  readonly asking: Asking | null;
  /** What the palette opens with. */
  readonly paletteText: string;
  /** What the next log that is shown is to be searched for. */
  readonly soughtInLog: string | null;
  /** How often logs were emptied: what shows their bytes measures them again. */
  readonly logsEmptied: number;
  /** Id of the container whose name is being changed in its row. */
  readonly renaming: string | null;
  readonly overlay: Overlay;
}

/** How many entries of the palette are remembered. */
const RECENT = 8;
export const NOTHING_SELECTED: ReadonlySet<string> = new Set();
const KEY = 'slipway.ui.1';

const everywhere = <T>(make: (place: Place) => T): Readonly<Record<Place, T>> =>
  Object.fromEntries(PLACES.map((place) => [place, make(place)])) as Record<Place, T>;

const INITIAL: Remembered = {
  lists: everywhere(
    (): ListMemory => ({
      sort: { column: 'created', descending: true },
      widths: {},
      scope: 'all',
      order: null,
      shown: null,
      grouped: true,
      folded: [],
      scroll: 0,
    }),
  ),
  dock: 'auto',
  splits: {},
  detailsTab: { ...everywhere(() => ''), containers: 'logs', images: 'layers', networks: 'members' },
  scrolls: {},
  diskOpen: [],
  sidebarNarrow: false,
  terminalOpen: false,
  terminalScreenReader: false,
  welcomed: false,
  recent: [],
  logTimes: true,
  inspectJson: false,
  logWrap: false,
  logFilters: false,
  logContext: 0,
  logSearches: [],
  networkView: 'list',
  fileView: { sort: { column: 'name', descending: false }, widths: {}, hidden: false },
};

export interface UiStore extends StoreApi<UiState> {
  setList(place: Place, change: Partial<ListMemory>): void;
  setFilter(place: Place, text: string): void;
  select(place: Place, ids: ReadonlySet<string>): void;
  setCursor(place: Place, id: string | null): void;
  /** Remembers that an entry of the palette was used. */
  noteUse(id: string): void;
  setTab(place: Place, tab: string): void;
  setSplit(name: string, layout: Readonly<Record<string, number>>): void;
  setScroll(name: string, offset: number): void;
}

/** Of an older or damaged record those that are whole; a search that was saved without a name is called by its text. */
function searchesOf(kept: unknown): readonly SavedSearch[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((one: Partial<SavedSearch> | null) =>
    typeof one?.text !== 'string' || one.text === ''
      ? []
      : [
          {
            name: typeof one.name === 'string' ? one.name : one.text,
            text: one.text,
            isRegex: one.isRegex === true,
            isCaseSensitive: one.isCaseSensitive === true,
            filters: one.filters === true,
          },
        ],
  );
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

/** A record of an older or damaged shape counts as none: a list must never fail to open for what it remembers. */
function remembered(storage: Storage): Remembered {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    if (typeof value !== 'object' || value === null) return INITIAL;
    const kept = value as Partial<Remembered>;
    const list = (place: Place): ListMemory => ({ ...INITIAL.lists[place], ...kept.lists?.[place] });
    return {
      ...INITIAL,
      ...kept,
      lists: everywhere(list),
      logSearches: searchesOf(kept.logSearches),
      detailsTab: { ...INITIAL.detailsTab, ...kept.detailsTab },
      fileView: { ...INITIAL.fileView, ...kept.fileView },
    };
  } catch {
    return INITIAL;
  }
}

export function createUiStore(storage: Storage): UiStore {
  const store = createStore<UiState>(() => ({
    ...remembered(storage),
    filters: everywhere(() => ''),
    selected: everywhere(() => NOTHING_SELECTED),
    cursor: everywhere(() => null),
    run: null,
    tour: null,
    starting: false,
    build: false,
    asking: null,
    paletteText: '',
    soughtInLog: null,
    logsEmptied: 0,
    renaming: null,
    overlay: 'none',
  }));
  store.subscribe((state, before) => {
    const changed = (Object.keys(INITIAL) as (keyof Remembered)[]).some((key) => state[key] !== before[key]);
    if (!changed) return;
    const kept = Object.fromEntries((Object.keys(INITIAL) as (keyof Remembered)[]).map((key) => [key, state[key]]));
    storage.setItem(KEY, JSON.stringify(kept));
  });
  return Object.assign(store, {
    setList: (place: Place, change: Partial<ListMemory>) =>
      store.setState((state) => ({ lists: { ...state.lists, [place]: { ...state.lists[place], ...change } } })),
    setFilter: (place: Place, text: string) => store.setState((state) => ({ filters: { ...state.filters, [place]: text } })),
    select: (place: Place, ids: ReadonlySet<string>) => store.setState((state) => ({ selected: { ...state.selected, [place]: ids } })),
    setCursor: (place: Place, id: string | null) => store.setState((state) => ({ cursor: { ...state.cursor, [place]: id } })),
    noteUse: (id: string) => store.setState(({ recent }) => ({ recent: [id, ...recent.filter((one) => one !== id)].slice(0, RECENT) })),
    setTab: (place: Place, tab: string) => store.setState((state) => ({ detailsTab: { ...state.detailsTab, [place]: tab } })),
    setScroll: (name: string, offset: number) => store.setState((state) => ({ scrolls: { ...state.scrolls, [name]: offset } })),
    setSplit: (name: string, layout: Readonly<Record<string, number>>) => store.setState((state) => ({ splits: { ...state.splits, [name]: layout } })),
  });
}
