import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import type { Backend } from '../ipc/backend.ts';
import { connectPage } from '../ipc/connect-page.ts';
import { originOf } from '../ipc/trusted-sender.ts';
import { pagePreferences } from './page-preferences.ts';

export interface TerminalWindowOptions {
  /** The program's folder, with `dist` and `assets`. */
  readonly program: string;
  /** The page's address; the place in it is added. */
  readonly url: string;
  readonly backend: () => Backend;
}

/** Windows that show one terminal each, as hardened as the main one. */
export class TerminalWindows {
  readonly #options: TerminalWindowOptions;
  readonly #windows = new Map<string, BrowserWindow>();

  constructor(options: TerminalWindowOptions) {
    this.#options = options;
  }

  /** Opens the window of a session, or brings it to the front. */
  open(session: string): void {
    const { program, url, backend } = this.#options;
    const before = this.#windows.get(session);
    if (before) {
      if (before.isMinimized()) before.restore();
      return before.focus();
    }
    const window = new BrowserWindow({
      width: 860,
      height: 560,
      minWidth: 320,
      minHeight: 200,
      show: false,
      title: 'Slipway',
      icon: join(program, 'assets/icons/256.png'),
      webPreferences: pagePreferences(program),
    });
    this.#windows.set(session, window);
    window.once('ready-to-show', () => window.show());
    const connection = connectPage(window.webContents, originOf(url), backend());
    window.once('closed', () => {
      connection[Symbol.dispose]();
      this.#windows.delete(session);
    });
    // It may be closed before it has loaded.
    window.loadURL(`${url}#/terminal/${encodeURIComponent(session)}`).catch((error: unknown) => console.error(error));
  }
}
