import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/** Browsers that can show one page as an app, by the names that distributions give them. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'brave-browser'] as const;

/** The first of them in PATH; null when there is none. */
export function findBrowser(env: NodeJS.ProcessEnv): string | null {
  const folders = (env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram) ?? null;
}

/** Electron's own binary where its package could fetch it; null where not. */
export function findElectron(): string | null {
  try {
    const path: unknown = createRequire(import.meta.url)('electron');
    return typeof path === 'string' && isProgram(path) ? path : null;
  } catch {
    return null;
  }
}

/** Arguments that show `url` as an app with nothing of the user's own browser. Root has no sandbox to give a browser. */
export function browserArguments(url: string, profile: string, uid: number): readonly string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--window-size=1280,800',
    ...(uid === 0 ? ['--no-sandbox'] : []),
  ];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
