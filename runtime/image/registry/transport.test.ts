import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { serveHttp } from '../../testkit/serve-http.ts';
import { Transport } from './transport.ts';

it('is broken by no cancellation as the last byte of an answer is read', async () => {
  await using server = await serveHttp((_, response) => response.end('x'.repeat(100)));
  using transport = new Transport({ origin: server.origin, isMirror: false, isVerified: false, certificates: { authorities: [] } });
  const uncaught = vi.fn();
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', uncaught);
  try {
    const stop = new AbortController();
    const { body } = await transport.send({ method: 'GET', url: new URL(server.origin), signal: stop.signal });
    const { socket } = body;
    // No listener of errors is to be added here.
    const closed = new Promise((resolve) => void socket.once('close', resolve));
    for await (const _ of body) stop.abort(new Error('cancelled'));
    await closed;
    await setImmediate();
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener);
  }
  expect(uncaught).not.toHaveBeenCalled();
});
