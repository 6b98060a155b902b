import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../ipc/contract/app-commands.ts';
import type { Words } from '../words/en.ts';
import { accelerator } from './accelerator.ts';

export interface AppMenu {
  readonly platform: string;
  readonly packaged: boolean;
  readonly words: Words;
  /** What the page that is in front can do, in its language; empty without one. */
  readonly commands: readonly MenuCommand[];
  readonly run: (command: string) => void;
}

type Items = MenuItemConstructorOptions[];
const LINE = { type: 'separator' } as const;
/** On a Mac these stand in the application's own menu. */
const SETTINGS = 'go.settings';
const UPDATES = 'update.check';
const OWN: readonly string[] = [SETTINGS, UPDATES];

/** The window's menus: the page's own commands under their headings, beside the roles that people expect. Development entries only outside a package. */
export function appMenu({ platform, packaged, words: { menu: words }, commands, run }: AppMenu): Items {
  const mac = platform === 'darwin';
  const item = ({ id, title, keys }: MenuCommand): MenuItemConstructorOptions => {
    const shown = accelerator(keys);
    // The page hears its keys itself, and knows when they belong to a field or a terminal; the menu only shows them.
    return { id, label: title.replaceAll('&', '&&'), click: () => run(id), ...(shown !== undefined && { accelerator: shown, registerAccelerator: false }) };
  };
  const of = (menu: MenuCommand['menu']): Items =>
    commands.filter((command) => command.menu === menu && !(mac && OWN.includes(command.id))).map((command) => item(command));
  const apart = (...groups: readonly Items[]): Items =>
    groups.filter((group) => group.length > 0).flatMap((group, index) => (index > 0 ? [LINE, ...group] : group));
  const own = (wanted: string): Items => commands.filter(({ id }) => id === wanted).map((command) => item(command));

  const close: Items = [{ role: 'close', label: words.close, accelerator: 'CommandOrControl+W' }];
  const application: Items = apart(
    [{ role: 'about', label: words.about }, ...own(UPDATES)],
    own(SETTINGS),
    [{ role: 'services', label: words.services }],
    [
      { role: 'hide', label: words.hide },
      { role: 'hideOthers', label: words.hideOthers },
      { role: 'unhide', label: words.showAll },
    ],
    [{ role: 'quit', label: words.quit }],
  );
  const edit: Items = apart(
    [
      { role: 'undo', label: words.undo },
      { role: 'redo', label: words.redo },
    ],
    [
      { role: 'cut', label: words.cut },
      { role: 'copy', label: words.copy },
      { role: 'paste', label: words.paste },
      { role: 'selectAll', label: words.selectAll },
    ],
  );
  const development: Items = packaged
    ? []
    : [
        { role: 'reload', label: words.reload },
        { role: 'toggleDevTools', label: words.devTools },
      ];
  return [
    ...(mac ? [{ label: 'Slipway', submenu: application }] : []),
    { label: words.file, submenu: apart(of('file'), mac ? close : [{ role: 'quit', label: words.quit, accelerator: 'Ctrl+Q' }]) },
    { label: words.edit, submenu: edit },
    { label: words.view, submenu: apart(of('view'), [{ role: 'togglefullscreen', label: words.fullscreen }], development) },
    { label: words.go, submenu: of('go') },
    {
      label: words.window,
      role: 'window' as const,
      submenu: [{ role: 'minimize' as const, label: words.minimize }, ...(mac ? [LINE, { role: 'front' as const, label: words.front }] : close)],
    },
    { label: words.help, role: 'help' as const, submenu: apart(of('help'), mac ? [] : [{ role: 'about', label: words.about }]) },
  ].filter(({ submenu }) => submenu.length > 0);
}
