/** What the main process did to the desktop, for a test to look at. Menus as their templates, without functions. */
export interface MenuRecord {
  readonly id: string;
  readonly label: string;
  readonly role: string;
  readonly accelerator: string;
  readonly enabled: boolean;
  readonly submenu: readonly MenuRecord[];
}

export interface ShellRecord {
  readonly sandboxed: boolean;
  readonly windows: readonly {
    readonly webPreferences: Readonly<Record<string, unknown>>;
    readonly shown: boolean;
    /** x, y (null: where the system puts it), width, height. */
    readonly bounds: readonly (number | null)[];
    readonly maximized: boolean;
    readonly url: string;
    readonly zoomFactor: number;
    /** Paths of files that were given to the system to drag. */
    readonly dragged: readonly string[];
  }[];
  readonly applicationMenu: readonly MenuRecord[];
  readonly tray: { readonly icon: string; readonly toolTip: string; readonly menu: readonly MenuRecord[]; readonly built: number } | null;
  readonly schemes: readonly string[];
  readonly openedLinks: readonly string[];
  readonly notifications: readonly { readonly title: string; readonly body: string }[];
  /** Schemes that the app asked to open, with the command that does. */
  readonly protocols: readonly string[];
}

/** What a test asks of the desktop. */
export type Command =
  | { readonly ask: 'record' }
  /** Chooses an item of the tray's menu by its labels from the outside in. */
  | { readonly ask: 'choose'; readonly path: readonly string[] }
  /** The same in the menus of the window. */
  | { readonly ask: 'choose-menu'; readonly path: readonly string[] }
  /** Clicks the first notification with the title. */
  | { readonly ask: 'click-notification'; readonly title: string }
  /** Whether somebody looks at the window. */
  | { readonly ask: 'focus'; readonly focused: boolean }
  /** As a Mac tells an address. */
  | { readonly ask: 'open-url'; readonly url: string }
  /** As the page would: each permission by name. */
  | { readonly ask: 'permissions'; readonly names: readonly string[] }
  /** As a page of another origin would: whether main lets the window go there, and opens a window for it. */
  | { readonly ask: 'navigate'; readonly url: string }
  | { readonly ask: 'open-window'; readonly url: string }
  /** A connect request whose frame shows `url`. */
  | { readonly ask: 'foreign-connect'; readonly url: string }
  /** A second start with these words on its command line. */
  | { readonly ask: 'second-instance'; readonly words: readonly string[] }
  | { readonly ask: 'close-window' }
  | { readonly ask: 'quit' };

export type Question = Command & { readonly number: number };
export interface Reply {
  readonly number: number;
  readonly value: unknown;
}
