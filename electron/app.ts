import { join } from 'node:path';
import { app, type BrowserWindow, dialog, nativeImage, nativeTheme, safeStorage, session } from 'electron';
import { createBackend } from './backend.ts';
import { systemCipher } from './credentials/cipher.ts';
import { openRegistries } from './credentials/registries.ts';
import { addressIn } from './deep-links/addresses.ts';
import { Desktop } from './desktop.ts';
import { DockerContext } from './docker/docker-context.ts';
import { DragFiles } from './downloads/drag-files.ts';
import { Tickets } from './downloads/tickets.ts';
import { engineHost } from './engine/engine-host.ts';
import { engineLogPath } from './engine/engine-log.ts';
import { engineRuns } from './engine/engine-runs.ts';
import { EngineClient } from './engine/http-client.ts';
import { engineLocation } from './engine/location.ts';
import { engineProgram } from './engine/program.ts';
import { Supervisor } from './engine/supervisor.ts';
import { connectPage } from './ipc/connect-page.ts';
import type { Settings } from './ipc/contract/settings.ts';
import type { PathChooser } from './ipc/handlers/paths.ts';
import { originOf } from './ipc/trusted-sender.ts';
import { setStartAtLogin } from './login/login-item.ts';
import { notKeptNotice } from './notifications/decide.ts';
import { NoticeFile } from './notifications/notice-file.ts';
import { Notices } from './notifications/notices.ts';
import { watchOf } from './notifications/watch-of.ts';
import { ReplacementRecords } from './replacing/records.ts';
import { Recovery } from './replacing/recovery.ts';
import { Keeping } from './settings/keeping.ts';
import { allWritten, configDirectory, SettingsStore } from './settings/store.ts';
import { PROGRAMS } from './tasks/programs.ts';
import { TaskHistory } from './tasks/task-history.ts';
import { TaskList } from './tasks/task-list.ts';
import { TerminalSessions } from './terminals/terminal-sessions.ts';
import { electronSource } from './updates/electron-source.ts';
import { imageChecksOf } from './updates/image-checks-of.ts';
import { installedCopy } from './updates/installed-copy.ts';
import { UpdateMemoryFile } from './updates/memory.ts';
import { updateWay } from './updates/update-way.ts';
import { Updates } from './updates/updates.ts';
import { reviveDeadPages } from './windows/dead-pages.ts';
import { openMainWindow } from './windows/main-window.ts';
import { denyPermissions, guardPages } from './windows/navigation-guard.ts';
import { PAGE_ORIGIN, registerPageScheme, servePage } from './windows/page-protocol.ts';
import { TerminalWindows } from './windows/terminal-window.ts';
import { Zoom } from './windows/zoom.ts';

/** Builds everything of the main process; one stack takes it down in reverse. The engine is left running. */
export async function runApp(): Promise<void> {
  app.enableSandbox();
  registerPageScheme();
  // `npm run dev` serves the page itself; a package does not listen to its environment.
  const url = (!app.isPackaged && process.env['ELECTRON_RENDERER_URL']) || `${PAGE_ORIGIN}/`;
  const origin = originOf(url);
  guardPages(app, origin);
  reviveDeadPages(app);
  // A Mac tells the address that it was started for before it is ready.
  let address = addressIn(process.argv.slice(1));
  let openAddress = (given: string) => {
    address = given;
  };
  app.on('open-url', (event, given) => {
    event.preventDefault();
    openAddress(given);
  });
  await app.whenReady();

  const program = app.getAppPath();
  const config = configDirectory(process.env);
  const env = process.env;
  const location = engineLocation({ root: env['SLIPWAY_ROOT'], run: env['SLIPWAY_RUN'], socket: env['SLIPWAY_SOCKET'] });
  const stack = new DisposableStack();
  app.once('will-quit', (event) => {
    stack.dispose();
    // What was noted last, such as the place of the window, is still on its way to the disk.
    event.preventDefault();
    void allWritten().then(() => app.exit(0));
  });

  denyPermissions(session.defaultSession);
  const tickets = new Tickets();
  stack.use(servePage(join(program, 'dist/renderer'), tickets));
  const supervisor = stack.use(new Supervisor(engineHost(location, engineProgram(app.isPackaged, program, process.resourcesPath))));
  const settings = new SettingsStore(join(config, 'settings.json'), (written) => {
    current = written;
    apply();
    desktop.apply();
    updates.apply();
    imageChecks.apply();
  });
  let current = await settings.read();
  const zoom = new Zoom(app, current.zoom);
  let atLogin = Promise.resolve();
  const apply = () => {
    nativeTheme.themeSource = themeSource(current.theme);
    zoom.set(current.zoom);
    // A session that does not start it is no reason not to run.
    const { startAtLogin } = current;
    atLogin = atLogin.then(() => setStartAtLogin(app, process.platform, env, startAtLogin)).catch((error: unknown) => console.error(error));
  };
  const engine = new EngineClient(location.socket);
  const registries = openRegistries(engine, config, systemCipher(safeStorage));
  const records = new ReplacementRecords(join(config, 'replacing'));
  const keeping = new Keeping();
  const history = new TaskHistory(join(config, 'tasks.json'), keeping);
  const tasks = stack.use(await TaskList.open({ engine, registries, records, programs: PROGRAMS, history }));
  const watch = stack.use(watchOf(engine, tasks, supervisor, await Notices.open(new NoticeFile(join(config, 'notices.json'), keeping))));
  keeping.tell((reason) => watch.notices.take(notKeptNotice(config, reason)));
  // What happens is kept for who comes later, whether or not somebody is told of it now.
  stack.use(watch.use());
  const recovery = stack.use(new Recovery({ engine, records, notices: watch.notices, onEngine: engineRuns(supervisor) }));
  const copy = await installedCopy({ platform: process.platform, packaged: app.isPackaged, resources: process.resourcesPath, env });
  const updates = stack.use(
    await Updates.open({
      way: updateWay(copy),
      version: app.getVersion(),
      source: () => electronSource({ platform: copy.platform, appImage: copy.appImage, yield: yieldTo }),
      memory: new UpdateMemoryFile(join(config, 'updates.json'), keeping),
      settings: () => current,
      onFound: ({ version }) => watch.notices.take({ kind: 'update.available', object: version, objectId: version, exitCode: 0, task: '', detail: '' }),
    }),
  );
  const imageChecks = stack.use(await imageChecksOf({ engine, registries, settings: () => current, config, keeping, supervisor, watch }));
  const docker = new DockerContext({ socket: location.socket, config, env });
  const terminals = new TerminalSessions();
  // The programs in them end with the app, as those of any terminal do.
  stack.defer(() => void terminals[Symbol.asyncDispose]());
  const terminalWindows = new TerminalWindows({ program, url, backend: () => backend });
  const desktop = stack.use(new Desktop({ program, supervisor, engine, tasks, watch, settings: () => current, open: () => void open() }));
  const dragIcon = nativeImage.createFromPath(join(program, 'assets/icons/32.png'));
  const drags = stack.use(
    new DragFiles(join(config, 'dragged'), ([file = '', ...others]) => window?.webContents.startDrag({ file, files: [file, ...others], icon: dragIcon })),
  );
  const backend = createBackend(
    {
      supervisor,
      settings,
      tasks,
      records,
      recovery,
      watch,
      imageChecks,
      tickets,
      drags,
      registries,
      docker,
      terminals,
      updates,
      openTerminalWindow: (session) => terminalWindows.open(session),
      choosePath,
      commandDesk: desktop.desk,
    },
    { socket: location.socket, log: engineLogPath(location), shell: 'app' },
  );

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
  apply();
  desktop.apply();
  updates.apply();
  openAddress = (given) => desktop.openAddress(given);
  app.on('second-instance', (_event, words) => {
    const given = addressIn(words.slice(1));
    if (given !== null) openAddress(given);
    else if (!words.includes(HIDDEN)) void open();
  });
  app.on('activate', () => void open());
  // The tray keeps the program at hand when its window is closed.
  app.on('window-all-closed', () => {
    if (!current.closeToTray) app.quit();
  });

  void supervisor.start();
  if (address !== null) openAddress(address);
  if (!current.startMinimised && !process.argv.includes(HIDDEN)) await open();
  if (app.isPackaged) app.setAsDefaultProtocolClient('slipway');
  else app.setAsDefaultProtocolClient('slipway', process.execPath, [program]);
}

/** Begins without a window, in the tray. */
const HIDDEN = '--hidden';

/** A version that begins in the place of this one while this one ends is the first of its own. */
function yieldTo(isLeaving: boolean): void {
  if (isLeaving) app.releaseSingleInstanceLock();
  else app.requestSingleInstanceLock();
}

const choosePath: PathChooser = async ({ kind, title, start }) => {
  const properties = [kind === 'directory' ? ('openDirectory' as const) : ('openFile' as const), 'showHiddenFiles' as const];
  const { filePaths } = await dialog.showOpenDialog({ title, properties, ...(start !== '' && { defaultPath: start }) });
  return filePaths[0] ?? null;
};

/** What windows of the system itself, such as menus, should look like. */
const themeSource = (theme: Settings['theme']): 'system' | 'light' | 'dark' =>
  theme === 'contrast-light' ? 'light' : theme === 'contrast-dark' ? 'dark' : theme;
