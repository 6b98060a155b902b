import { app } from './app.ts';
import { grantedOf, Menu, Notification, openedLinks, Tray } from './desktop.ts';
import { schemes } from './protocol.ts';
import type { Question, Reply, ShellRecord } from './record.ts';
import { BrowserWindow, ipcMain, windows } from './window.ts';

/** Answers the driver's questions over this process's IPC channel. */
export function answerTests(): void {
  process.on('message', (question: Question) => {
    void perform(question).then((value) => process.send?.({ number: question.number, value } satisfies Reply));
  });
  // Alone: the driver went away.
  process.on('disconnect', () => process.exit(0));
}

async function perform(question: Question): Promise<unknown> {
  const [window] = windows;
  switch (question.ask) {
    case 'record':
      return record();
    case 'choose':
      return Tray.current?.menu.choose(question.path) ?? false;
    case 'choose-menu':
      return Menu.application?.choose(question.path) ?? false;
    case 'click-notification': {
      const found = Notification.shown.find(({ title }) => title === question.title);
      return found?.emit('click') ?? false;
    }
    case 'focus':
      return (BrowserWindow.focused = question.focused);
    case 'open-url': {
      let prevented = false;
      app.emit('open-url', { preventDefault: () => (prevented = true) }, question.url);
      return prevented;
    }
    case 'permissions':
      return grantedOf(question.names);
    case 'navigate': {
      let prevented = false;
      window?.webContents.emit('will-navigate', { preventDefault: () => (prevented = true) }, question.url);
      return prevented;
    }
    case 'open-window':
      return window?.webContents.openHandler({ url: question.url });
    case 'foreign-connect': {
      const sent: unknown[] = [];
      const contents = window?.webContents;
      if (!contents) return null;
      contents.postMessage = (...message) => void sent.push(message);
      ipcMain.emit('slipway:connect', { sender: contents, senderFrame: { url: question.url, parent: null } });
      Reflect.deleteProperty(contents, 'postMessage');
      return sent.length;
    }
    case 'second-instance':
      return app.emit('second-instance', {}, [process.execPath, ...question.words]);
    case 'close-window':
      return window?.close();
    case 'quit':
      return app.quit();
  }
}

function record(): ShellRecord {
  return {
    sandboxed: app.sandboxed,
    windows: [...windows].map(({ options, shown, maximized, webContents }) => ({
      bounds: [options.x ?? null, options.y ?? null, options.width, options.height],
      maximized,
      webPreferences: options.webPreferences,
      shown,
      url: webContents.url,
      zoomFactor: webContents.zoomFactor,
      dragged: webContents.dragged,
    })),
    applicationMenu: Menu.application?.record() ?? [],
    tray: Tray.current && { icon: Tray.current.icon, toolTip: Tray.current.toolTip, menu: Tray.current.menu.record(), built: Tray.current.built },
    schemes,
    openedLinks,
    notifications: Notification.shown.map(({ title, body }) => ({ title, body })),
    protocols: app.protocols,
  };
}
