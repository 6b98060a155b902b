import { join } from 'node:path';
import { BrowserWindow, screen } from 'electron';
import { pagePreferences } from './page-preferences.ts';
import { DEFAULT_SIZE, MINIMUM_SIZE, readWindowState, writeWindowState } from './window-state.ts';

export interface MainWindowOptions {
  /** The program's folder, with `dist` and `assets`. */
  readonly program: string;
  /** The page's address. */
  readonly url: string;
  /** File that remembers place and size. */
  readonly stateFile: string;
}

/** Opens the window; it shows itself when the page has painted, so that nobody sees it blank. */
export async function openMainWindow({ program, url, stateFile }: MainWindowOptions): Promise<BrowserWindow> {
  const displays = screen.getAllDisplays().map((display) => display.workArea);
  const { bounds, maximized } = await readWindowState(stateFile, displays);
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    show: false,
    title: 'Slipway',
    icon: join(program, 'assets/icons/256.png'),
    webPreferences: pagePreferences(program),
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    // A lost place on the screen is not worth a word to anybody.
    writeWindowState(stateFile, state).catch(() => undefined);
  });
  // It may be closed before it has loaded.
  window.loadURL(url).catch((error: unknown) => console.error(error));
  return window;
}
