import type { ServerMessage } from '../../electron/ipc/contract.ts';
import { MessageTransport } from './message-transport.ts';
import { RequestError } from './transport.ts';

/** Carries the contract over a MessagePort from Electron's main process. `onClose` follows the port's own end. */
export function portTransport(port: MessagePort, onClose: () => void): MessageTransport {
  const transport = new MessageTransport();
  port.addEventListener('message', (event) => transport.receive(event.data as ServerMessage));
  port.addEventListener('close', () => {
    transport.refuse(new RequestError('the connection to the app was closed', 0));
    onClose();
  });
  port.start();
  transport.attach((message) => port.postMessage(message));
  return transport;
}
