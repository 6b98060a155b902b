import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type { MenuRecord } from './record.ts';

interface MenuItem {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly accelerator?: string;
  readonly enabled?: boolean;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}

export class Menu {
  static application: Menu | null = null;
  readonly items: readonly MenuItem[];
  constructor(items: readonly MenuItem[]) {
    this.items = items;
  }
  static buildFromTemplate(template: readonly MenuItem[]): Menu {
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu): void {
    Menu.application = menu;
  }
  record(): MenuRecord[] {
    return recordOf(this.items);
  }
  choose(path: readonly string[]): boolean {
    let items = this.items;
    for (const [depth, label] of path.entries()) {
      const item = items.find((candidate) => candidate.label === label);
      if (!item || item.enabled === false) return false;
      if (depth === path.length - 1) item.click?.();
      items = item.submenu ?? [];
    }
    return true;
  }
}

function recordOf(items: readonly MenuItem[]): MenuRecord[] {
  return items.map(({ id, label, type, role, accelerator, enabled, submenu }) => ({
    id: id ?? '',
    label: label ?? type ?? '',
    role: role ?? '',
    accelerator: accelerator ?? '',
    enabled: enabled ?? true,
    submenu: recordOf(submenu ?? []),
  }));
}

/** Those that are on the screen, as somebody sees them. */
export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  static isSupported = () => true;
  readonly title: string;
  readonly body: string;
  constructor({ title, body }: { title: string; body: string }) {
    super();
    this.title = title;
    this.body = body;
  }
  show(): void {
    Notification.shown.push(this);
  }
  close(): void {
    const index = Notification.shown.indexOf(this);
    if (index < 0) return;
    Notification.shown.splice(index, 1);
    this.emit('close');
  }
}

/** Nobody sits at the stand-in to choose anything. */
export const dialog = {
  showOpenDialog: (): Promise<{ canceled: boolean; filePaths: string[] }> => Promise.resolve({ canceled: true, filePaths: [] }),
};

export const nativeImage = {
  createFromPath(path: string): { path: string } {
    if (!existsSync(path)) throw new Error(`no such icon: ${path}`);
    return { path };
  },
};

export class Tray extends EventEmitter {
  static current: Tray | null = null;
  readonly icon: string;
  toolTip = '';
  menu = new Menu([]);
  /** How often a menu was given. */
  built = 0;
  constructor(image: { path: string }) {
    super();
    this.icon = image.path;
    Tray.current = this;
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setContextMenu(menu: Menu): void {
    this.menu = menu;
    this.built++;
  }
  destroy(): void {
    Tray.current = null;
  }
}

export const openedLinks: string[] = [];
export const shell = { openExternal: (url: string) => Promise.resolve(void openedLinks.push(url)) };
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
export const nativeTheme = { themeSource: 'system' };

/** A keychain whose key is an inversion of bits: enough to see that nothing is kept as it is. */
export const safeStorage = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptString: (text: string) => Buffer.from(text).map((byte) => byte ^ 0xff),
  decryptString: (encrypted: Buffer) => Buffer.from(encrypted.map((byte) => byte ^ 0xff)).toString('utf8'),
};

type Decide = (contents: unknown, permission: string, done: (granted: boolean) => void) => void;
let decide: Decide = (_contents, _permission, done) => done(true);
let check: (contents: unknown, permission: string) => boolean = () => true;

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: Decide) => void (decide = handler),
    setPermissionCheckHandler: (handler: typeof check) => void (check = handler),
  },
  fromPartition: (name: string) => ({ name }),
};

/** Those of `names` that both handlers grant. */
export function grantedOf(names: readonly string[]): string[] {
  return names.filter((name) => {
    let granted = false;
    decide(null, name, (value) => {
      granted = value;
    });
    return granted && check(null, name);
  });
}
