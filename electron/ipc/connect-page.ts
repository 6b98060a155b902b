import { ipcMain, MessageChannelMain, type WebContents } from 'electron';
import type { Backend } from './backend.ts';
import { serveConnection } from './handle.ts';
import { messagePort } from './message-port.ts';
import { isTrustedSender, type Sender } from './trusted-sender.ts';

/** Gives `page` a port whenever it asks for one; a page that was loaded anew gets a new one and loses the old. */
export function connectPage(page: WebContents, origin: string, backend: Backend): Disposable {
  let connection: Disposable | null = null;
  const accept = (event: Sender) => {
    if (!isTrustedSender(event, page, origin)) return;
    connection?.[Symbol.dispose]();
    const { port1, port2 } = new MessageChannelMain();
    connection = serveConnection(messagePort(port1), backend);
    page.postMessage('slipway:port', null, [port2]);
  };
  ipcMain.on('slipway:connect', accept);
  return {
    [Symbol.dispose]() {
      ipcMain.off('slipway:connect', accept);
      connection?.[Symbol.dispose]();
    },
  };
}
