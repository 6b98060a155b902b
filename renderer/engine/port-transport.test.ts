import { expect, it } from 'vitest';
import type { ClientMessage } from '../../electron/ipc/contract.ts';
import { portTransport } from './port-transport.ts';

it('carries bytes and answers both ways and follows the end of the port', async () => {
  const { port1, port2 } = new MessageChannel();
  const ended = Promise.withResolvers<void>();
  const transport = portTransport(port1, () => ended.resolve());
  const received: ClientMessage[] = [];
  port2.addEventListener('message', (event) => {
    const message = event.data as ClientMessage;
    received.push(message);
    if (message.type === 'request') port2.postMessage({ type: 'result', id: message.id, value: { theme: 'dark' } });
  });
  port2.start();
  expect(await transport.request('settings.read', {})).toEqual({ theme: 'dark' });
  const closed = Promise.withResolvers<unknown>();
  const stream = transport.open('terminal', { session: 's', window: false, rows: 24, columns: 80 }, { onData: () => undefined, onClose: closed.resolve });
  await stream.send(new Uint8Array([1, 2]));
  await expect.poll(() => received.at(-1)).toEqual({ type: 'data', id: 2, value: new Uint8Array([1, 2]) });
  port2.close();
  await ended.promise;
  expect(await closed.promise).toMatchObject({ message: 'the connection to the app was closed' });
});
