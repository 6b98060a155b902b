import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { TcpMessages, withLength } from './tcp-messages.ts';

/** Replies to one message, undefined: not at all. */
export type Handler = (query: Buffer, isTcp: boolean) => Promise<Buffer | undefined>;

const MAX_CONNECTIONS = 64;
/** A client that asks nothing keeps no connection. */
const IDLE_MS = 10_000;

/** Serves a bound UDP socket and a listening TCP socket, which are closed with what is returned. */
export function listen(sockets: { readonly udp: number; readonly tcp: number }, handle: Handler): Disposable {
  const udp = createSocket('udp4');
  udp.on('error', () => undefined);
  udp.on('message', (query, { address, port }) => {
    void handle(query, false).then((reply) => {
      if (reply !== undefined && !isClosed) udp.send(reply, port, address, () => undefined);
    });
  });
  udp.bind({ fd: sockets.udp });
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    serveConnection(socket, handle);
  });
  tcp.maxConnections = MAX_CONNECTIONS;
  tcp.on('error', () => undefined);
  tcp.listen({ fd: sockets.tcp });
  let isClosed = false;
  return {
    [Symbol.dispose]() {
      if (isClosed) return;
      isClosed = true;
      udp.close();
      tcp.close();
      for (const connection of connections) connection.destroy();
    },
  };
}

/** One question after the other, so that a client that does not read its answers is not read from. */
function serveConnection(socket: Socket, handle: Handler): void {
  const messages = new TcpMessages();
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    socket.pause();
    void answerAll(socket, messages.push(chunk), handle).finally(() => socket.resume());
  });
}

async function answerAll(socket: Socket, queries: readonly Buffer[], handle: Handler): Promise<void> {
  for (const query of queries) {
    const reply = await handle(query, true);
    if (reply === undefined || socket.destroyed) {
      socket.destroy();
      return;
    }
    socket.write(withLength(reply));
  }
}
