import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { CDPSession, Page } from 'playwright';
import { openWindow } from './browser.ts';
import { decode, encode } from './codec.ts';
import type { PagePort } from './ports.ts';
import { toAppUrl, toBrowserUrl } from './protocol.ts';

const WORLD = 'preload';
const BINDING = 'slipwayToMain';
/** A script for the browser, which takes no types. */
const script = (name: string) => stripTypeScriptTypes(readFileSync(new URL(name, import.meta.url), 'utf8'));

export const windows = new Set<BrowserWindow>();
export const ipcMain = new EventEmitter();
/** Where `web-contents-created` is told. */
export const created = new EventEmitter();

interface WindowOptions {
  /** Absent: where the system puts it. */
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly webPreferences: Readonly<Record<string, unknown>> & { readonly preload: string };
}

class WebContents extends EventEmitter {
  #session: CDPSession | null = null;
  #world: number | null = null;
  readonly #ports = new Map<number, PagePort>();
  url = 'about:blank';
  zoomFactor = 1;
  /** Paths of the drags that it began. */
  readonly dragged: string[] = [];
  startDrag({ file, files, icon }: { readonly file: string; readonly files: readonly string[]; readonly icon: { readonly path: string } }): void {
    // Electron throws for either of them.
    if (![file, ...files].every((path) => existsSync(path)) || icon.path === '') throw new Error('a drag needs a file and an icon');
    this.dragged.push(...files);
  }
  setZoomFactor = (factor: number) => void (this.zoomFactor = factor);
  openHandler: (details: { url: string }) => unknown = () => ({ action: 'allow' });

  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void {
    this.openHandler = handler;
  }

  postMessage(channel: string, value: unknown, ports: readonly PagePort[]): void {
    for (const port of ports) {
      this.#ports.set(port.number, port);
      port.local.connect((message) => this.#deliver({ ...message, port: port.number }));
    }
    this.#deliver({ kind: 'message', channel, value, ports: ports.map(({ number }) => number) });
  }

  async attach(page: Page, preload: string): Promise<void> {
    const session = await page.context().newCDPSession(page);
    this.#session = session;
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === WORLD) this.#world = context.id;
    });
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === BINDING) this.#receive(decode(payload) as FromPage);
    });
    await session.send('Runtime.enable');
    await session.send('Page.enable');
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: script('./page-world.ts') });
    const source = `${script('./preload-world.ts')}\n${readFileSync(preload, 'utf8')}`;
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: WORLD });
  }

  /** The page was left or closed: its ports end with it. */
  dropPorts(): void {
    for (const port of this.#ports.values()) port.local.pageIsGone();
    this.#ports.clear();
  }

  #receive(message: FromPage): void {
    if (message.kind === 'send') ipcMain.emit(message.channel, { sender: this, senderFrame: { url: this.url, parent: null } }, ...message.values);
    else if (message.kind === 'port-data') this.#ports.get(message.port)?.local.receive(message.value);
    else this.#ports.get(message.port)?.local.pageIsGone();
  }

  #deliver(message: unknown): void {
    if (this.#session === null || this.#world === null) return;
    const expression = `slipwayDeliver(${JSON.stringify(encode(message))})`;
    // A page that is being closed takes no more messages.
    this.#session.send('Runtime.evaluate', { expression, contextId: this.#world }).catch(() => undefined);
  }
}

type FromPage =
  | { readonly kind: 'send'; readonly channel: string; readonly values: readonly unknown[] }
  | { readonly kind: 'port-data'; readonly port: number; readonly value: unknown }
  | { readonly kind: 'port-close'; readonly port: number };

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  readonly options: WindowOptions;
  shown = false;
  maximized = false;
  /** Set by a test: a page of a headless browser has the focus or not by itself. */
  static focused = true;
  static getAllWindows = () => [...windows];
  #page: Page | null = null;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    windows.add(this);
    created.emit('created', this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    const { width, height } = this.options;
    const page = await openWindow(width, height);
    this.#page = page;
    await page.setViewportSize({ width, height });
    await this.webContents.attach(page, this.options.webPreferences.preload);
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame()) return;
      this.webContents.url = toAppUrl(frame.url());
    });
    page.on('close', () => this.#gone());
    page.on('domcontentloaded', () => this.webContents.emit('dom-ready'));
    this.webContents.url = url;
    await page.goto(await toBrowserUrl(url));
    this.emit('ready-to-show');
  }

  show = () => void (this.shown = true);
  focus = () => undefined;
  maximize = () => void (this.maximized = true);
  restore = () => undefined;
  isFocused = () => BrowserWindow.focused;
  isMinimized = () => false;
  isMaximized = () => this.maximized;
  getNormalBounds = () => ({ x: this.options.x ?? 0, y: this.options.y ?? 0, width: this.options.width, height: this.options.height });

  async close(): Promise<void> {
    this.emit('close');
    await this.#page?.close();
  }

  #gone(): void {
    if (!windows.delete(this)) return;
    this.webContents.dropPorts();
    this.webContents.emit('destroyed');
    this.emit('closed');
    created.emit('window-gone');
  }
}
