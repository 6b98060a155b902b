import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { created, windows } from './window.ts';

class App extends EventEmitter {
  readonly isPackaged = false;
  sandboxed = false;

  enableSandbox = () => void (this.sandboxed = true);
  whenReady = () => new Promise<void>((resolve) => setImmediate(resolve));
  getAppPath = () => join(import.meta.dirname, '../..');
  requestSingleInstanceLock = () => true;
  /** What the system is set to; the first that the app knows counts. */
  getPreferredSystemLanguages = () => ['xx', ...(process.env['STAND_IN_LANGUAGES'] ?? 'en-GB').split(',')];
  readonly protocols: string[] = [];
  setAsDefaultProtocolClient = (scheme: string, ...command: readonly unknown[]) => this.protocols.push([scheme, ...command.flat()].join(' ')) > 0;

  /** In Electron's order: windows close, then `will-quit`, then the process ends. */
  quit(): void {
    void Promise.all([...windows].map((window) => window.close())).then(() => {
      this.emit('will-quit');
      process.exit(0);
    });
  }
  exit(code: number): void {
    process.exit(code);
  }
}

export const app = new App();
created.on('created', (contents) => app.emit('web-contents-created', {}, contents));
created.on('window-gone', () => {
  if (windows.size === 0) app.emit('window-all-closed');
});
