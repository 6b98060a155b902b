import { EventEmitter } from 'node:events';

/** The page's half of a channel; goes over with `webContents.postMessage`. */
export class PagePort {
  static #next = 1;
  readonly number = PagePort.#next++;
  readonly local: MainPort;
  constructor(local: MainPort) {
    this.local = local;
  }
}

/** Main's half. Holds what comes before `start`, as Electron's does. */
class MainPort extends EventEmitter {
  #toPage: ((message: { kind: 'port-data'; value: unknown } | { kind: 'port-close' }) => void) | null = null;
  readonly #early: unknown[] = [];
  #started = false;
  #closed = false;

  connect(toPage: (message: { kind: 'port-data'; value: unknown } | { kind: 'port-close' }) => void): void {
    this.#toPage = toPage;
  }
  postMessage(value: unknown): void {
    if (!this.#closed) this.#toPage?.({ kind: 'port-data', value });
  }
  start(): void {
    this.#started = true;
    for (const data of this.#early.splice(0)) this.emit('message', { data });
  }
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#toPage?.({ kind: 'port-close' });
    this.emit('close');
  }
  receive(data: unknown): void {
    if (this.#started) this.emit('message', { data });
    else this.#early.push(data);
  }
  pageIsGone(): void {
    this.#toPage = null;
    this.close();
  }
}

export class MessageChannelMain {
  readonly port1 = new MainPort();
  readonly port2 = new PagePort(this.port1);
}
