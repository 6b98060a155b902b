import { app, BrowserWindow, Menu, Notification, shell } from 'electron';
import { parseLink } from './deep-links/parse-link.ts';
import type { EngineClient } from './engine/http-client.ts';
import type { Supervisor } from './engine/supervisor.ts';
import type { Asked, MenuCommand } from './ipc/contract/app-commands.ts';
import type { Settings } from './ipc/contract/settings.ts';
import { appMenu } from './menu/app-menu.ts';
import { Desk } from './menu/desk.ts';
import { desktopSink } from './notifications/desktop-sink.ts';
import { startNotifier } from './notifications/notifier.ts';
import type { Watch } from './notifications/watch.ts';
import type { TaskList } from './tasks/task-list.ts';
import { openTray } from './tray/tray.ts';
import { languageOf, WORDS } from './words/words.ts';

export interface DesktopOptions {
  readonly program: string;
  readonly supervisor: Supervisor;
  readonly engine: EngineClient;
  readonly tasks: TaskList;
  readonly watch: Watch;
  readonly settings: () => Settings;
  /** Shows the window, made anew where there is none. */
  readonly open: () => void;
}

/** What the desktop shows of the app outside its window: menus, tray, notifications; and the addresses that it is asked to open. */
export class Desktop implements Disposable {
  readonly desk: Desk;
  readonly #options: DesktopOptions;
  readonly #stack = new DisposableStack();
  readonly #sink: ReturnType<typeof desktopSink>;
  #tray: ReturnType<typeof openTray> | null = null;
  #commands: readonly MenuCommand[] = [];
  #notifier: Disposable | null = null;
  #refusal: Notification | null = null;
  #menuOf = '';

  constructor(options: DesktopOptions) {
    this.#options = options;
    this.desk = new Desk((commands) => {
      this.#commands = commands;
      this.#buildMenu();
    });
    this.#sink = this.#stack.use(desktopSink((path) => this.show(path)));
    this.#stack.defer(() => this.#notifier?.[Symbol.dispose]());
  }

  /** Begins to show; `settings` count from here on, and again with each call. */
  apply(): void {
    const { program, supervisor, engine, tasks, watch, settings } = this.#options;
    this.#buildMenu();
    this.#tray ??= this.#stack.use(
      openTray({
        program,
        supervisor,
        engine,
        tasks,
        language: this.#language,
        app: {
          open: (path) => this.show(path),
          openContainer: (name, tab) => this.#ask({ link: { verb: 'container', name, tab } }),
          openPort: (url) => void shell.openExternal(url),
          quit: () => app.quit(),
        },
      }),
    );
    this.#tray.refresh();
    if (settings().notifications) {
      this.#notifier ??= startNotifier({
        watch,
        sink: this.#sink,
        wants: (kind) => !settings().silenced.includes(kind),
        isFocused: () => BrowserWindow.getAllWindows().some((window) => window.isFocused()),
        language: this.#language,
      });
    } else {
      this.#notifier?.[Symbol.dispose]();
      this.#notifier = null;
    }
  }

  /** The window, at a place in the app; empty: as it is. */
  show(path: string): void {
    if (path === '') this.#options.open();
    else this.#ask({ show: path });
  }

  /** Does what an address may ask for; of anything else it is only said that it was not done. */
  openAddress(address: string): void {
    const link = parseLink(address);
    if (link) return this.#ask({ link });
    if (!Notification.isSupported()) return;
    const { refusedTitle, refused } = WORDS[this.#language()].link;
    // Whoever opens many such addresses gets one notice.
    this.#refusal?.close();
    this.#refusal = new Notification({ title: refusedTitle, body: refused });
    this.#refusal.show();
  }

  [Symbol.dispose](): void {
    this.#refusal?.close();
    this.#stack.dispose();
  }

  readonly #language = () => languageOf(this.#options.settings().language, app.getPreferredSystemLanguages());

  #ask(asked: Asked): void {
    this.desk.ask(asked);
    this.#options.open();
  }

  #buildMenu(): void {
    const words = WORDS[this.#language()];
    const run = (command: string) => this.#ask({ command });
    const template = appMenu({ platform: process.platform, packaged: app.isPackaged, words, commands: this.#commands, run });
    const text = JSON.stringify(template);
    if (text === this.#menuOf) return;
    this.#menuOf = text;
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }
}
