import { homedir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { setAutostart } from './autostart-entry.ts';

/** Has the system start the app with the user's session, or no longer. Of an AppImage that is the image, not what it is unpacked to. */
export async function setStartAtLogin(app: App, platform: string, env: NodeJS.ProcessEnv, wanted: boolean): Promise<void> {
  if (platform === 'darwin' || platform === 'win32') {
    if (app.getLoginItemSettings().openAtLogin !== wanted) app.setLoginItemSettings({ openAtLogin: wanted });
    return;
  }
  const program = [env['APPIMAGE'] ?? process.execPath, ...(app.isPackaged ? [] : [app.getAppPath()])];
  await setAutostart(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), wanted ? program : null);
}
