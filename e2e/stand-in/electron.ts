import { answerTests } from './control.ts';

/** The part of Electron that the main process uses, on a Chromium that the test drives. */
export { app } from './app.ts';
export { dialog, Menu, Notification, nativeImage, nativeTheme, safeStorage, screen, session, shell, Tray } from './desktop.ts';
export { autoUpdater, net } from './net.ts';
export { MessageChannelMain } from './ports.ts';
export { protocol } from './protocol.ts';
export { BrowserWindow, ipcMain } from './window.ts';

answerTests();
