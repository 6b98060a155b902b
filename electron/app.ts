import { join } from 'node:path';
import { app, type BrowserWindow, dialog, Menu, nativeTheme, safeStorage, session } from 'electron';
import { createBackend } from './backend.ts';
import { systemCipher } from './credentials/cipher.ts';
import { openRegistries } from './credentials/registries.ts';
import { DockerContext } from './docker/docker-context.ts';
import { Tickets } from './downloads/tickets.ts';
import { engineHost } from './engine/engine-host.ts';
import { engineLogPath } from './engine/engine-log.ts';
import { EngineClient } from './engine/http-client.ts';
import { engineLocation } from './engine/location.ts';
import { engineProgram } from './engine/program.ts';
import { Supervisor } from './engine/supervisor.ts';
import { connectPage } from './ipc/connect-page.ts';
import type { Settings } from './ipc/contract/settings.ts';
import type { PathChooser } from './ipc/handlers/paths.ts';
import { originOf } from './ipc/trusted-sender.ts';
import { appMenu } from './menu/app-menu.ts';
import { watchOf } from './notifications/watch-of.ts';
import { configDirectory, SettingsStore } from './settings/store.ts';
import { PROGRAMS } from './tasks/programs.ts';
import { TaskHistory } from './tasks/task-history.ts';
import { TaskList } from './tasks/task-list.ts';
import { TerminalSessions } from './terminals/terminal-sessions.ts';
import { openTray } from './tray/tray.ts';
import { openMainWindow } from './windows/main-window.ts';
import { denyPermissions, guardPages } from './windows/navigation-guard.ts';
import { PAGE_ORIGIN, registerPageScheme, servePage } from './windows/page-protocol.ts';
import { TerminalWindows } from './windows/terminal-window.ts';

/** Builds everything of the main process; one stack takes it down in reverse. The engine is left running. */
export async function runApp(): Promise<void> {
  app.enableSandbox();
  registerPageScheme();
  // `npm run dev` serves the page itself; a package does not listen to its environment.
  const url = (!app.isPackaged && process.env['ELECTRON_RENDERER_URL']) || `${PAGE_ORIGIN}/`;
  const origin = originOf(url);
  guardPages(app, origin);
  await app.whenReady();

  const program = app.getAppPath();
  const config = configDirectory(process.env);
  const env = process.env;
  const location = engineLocation({ root: env['SLIPWAY_ROOT'], run: env['SLIPWAY_RUN'], socket: env['SLIPWAY_SOCKET'] });
  const stack = new DisposableStack();
  app.once('will-quit', () => stack.dispose());

  denyPermissions(session.defaultSession);
  const tickets = new Tickets();
  stack.use(servePage(join(program, 'dist/renderer'), tickets));
  const supervisor = stack.use(new Supervisor(engineHost(location, engineProgram(app.isPackaged, program, process.resourcesPath))));
  const settings = new SettingsStore(join(config, 'settings.json'), ({ theme }) => {
    nativeTheme.themeSource = themeSource(theme);
  });
  nativeTheme.themeSource = themeSource((await settings.read()).theme);
  const engine = new EngineClient(location.socket);
  const registries = openRegistries(engine, config, systemCipher(safeStorage));
  const tasks = stack.use(await TaskList.open({ engine, registries, programs: PROGRAMS, history: new TaskHistory(join(config, 'tasks.json')) }));
  const watch = stack.use(watchOf(engine, tasks, supervisor));
  const docker = new DockerContext({ socket: location.socket, config, env });
  const terminals = new TerminalSessions();
  // The programs in them end with the app, as those of any terminal do.
  stack.defer(() => void terminals[Symbol.asyncDispose]());
  const terminalWindows = new TerminalWindows({ program, url, backend: () => backend });
  const backend = createBackend(
    { supervisor, settings, tasks, watch, tickets, registries, docker, terminals, openTerminalWindow: (session) => terminalWindows.open(session), choosePath },
    { socket: location.socket, log: engineLogPath(location), shell: 'app' },
  );
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(process.platform, app.isPackaged)));

  let window: BrowserWindow | null = null;
  let opening: Promise<BrowserWindow> | null = null;
  const open = async () => {
    if (window) {
      if (window.isMinimized()) window.restore();
      window.show();
      return window.focus();
    }
    if (opening) return;
    opening = openMainWindow({ program, url, stateFile: join(config, 'window.json') });
    const opened = await opening;
    opening = null;
    window = opened;
    const connection = connectPage(opened.webContents, origin, backend);
    opened.once('closed', () => {
      connection[Symbol.dispose]();
      window = null;
    });
  };
  stack.use(openTray(program, supervisor, engine, { open: () => void open(), quit: () => app.quit() }));
  app.on('second-instance', () => void open());
  app.on('activate', () => void open());
  // The tray keeps the program at hand when its window is closed.
  app.on('window-all-closed', () => undefined);

  void supervisor.start();
  await open();
}

const choosePath: PathChooser = async ({ kind, title, start }) => {
  const properties = [kind === 'directory' ? ('openDirectory' as const) : ('openFile' as const), 'showHiddenFiles' as const];
  const { filePaths } = await dialog.showOpenDialog({ title, properties, ...(start !== '' && { defaultPath: start }) });
  return filePaths[0] ?? null;
};

/** What windows of the system itself, such as menus, should look like. */
const themeSource = (theme: Settings['theme']): 'system' | 'light' | 'dark' =>
  theme === 'contrast-light' ? 'light' : theme === 'contrast-dark' ? 'dark' : theme;
