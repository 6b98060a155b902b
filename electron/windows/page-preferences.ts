import { join } from 'node:path';
import type { WebPreferences } from 'electron';

/** What a page of the app may do, the same in every window: nothing of Node, its own world, the preload and no more. */
export const pagePreferences = (program: string): WebPreferences => ({
  preload: join(program, 'dist/preload/preload.cjs'),
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
});
