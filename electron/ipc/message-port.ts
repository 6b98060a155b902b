import type { MessagePortMain } from 'electron';
import type { ServerPort } from './handle.ts';

/** Carries the contract over Electron's end of a MessagePort. */
export function messagePort(port: MessagePortMain): ServerPort {
  return {
    send: (message) => port.postMessage(message),
    listen(onMessage, onClose) {
      port.on('message', (event) => onMessage(event.data));
      port.on('close', onClose);
      port.start();
    },
    close: () => port.close(),
  };
}
