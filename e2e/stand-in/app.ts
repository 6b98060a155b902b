import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { created, windows } from './window.ts';

class App extends EventEmitter {
  /** A package has its resources beside it; the test lays them out. */
  readonly isPackaged = process.env['STAND_IN_RESOURCES'] !== undefined;
  sandboxed = false;

  enableSandbox = () => void (this.sandboxed = true);
  whenReady = () => new Promise<void>((resolve) => setImmediate(resolve));
  getAppPath = () => join(import.meta.dirname, '../..');
  getVersion = () => process.env['STAND_IN_VERSION'] ?? '0.1.0';
  getName = () => 'Slipway';
  getPath = (name: string) => join(process.env['HOME'] ?? '', 'paths', name);
  relaunch = () => undefined;
  locked = true;
  requestSingleInstanceLock = () => (this.locked = true);
  releaseSingleInstanceLock = () => void (this.locked = false);
  /** What the system is set to; the first that the app knows counts. */
  getPreferredSystemLanguages = () => ['xx', ...(process.env['STAND_IN_LANGUAGES'] ?? 'en-GB').split(',')];
  readonly protocols: string[] = [];
  setAsDefaultProtocolClient = (scheme: string, ...command: readonly unknown[]) => this.protocols.push([scheme, ...command.flat()].join(' ')) > 0;

  isQuitting = false;

  /** In Electron's order: windows close, then `will-quit`, then the process ends, unless somebody there wants to end it later. */
  quit(): void {
    this.isQuitting = true;
    void Promise.all([...windows].map((window) => window.close())).then(() => {
      let isPrevented = false;
      this.emit('will-quit', { preventDefault: () => (isPrevented = true) });
      if (isPrevented) return;
      this.emit('quit', {}, 0);
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
  if (windows.size === 0 && !app.isQuitting) app.emit('window-all-closed');
});
// As Electron takes the system's wish that it ends.
process.once('SIGTERM', () => app.quit());
