import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { answerDownload } from '../downloads/answer.ts';
import { DOWNLOADS, type Tickets } from '../downloads/tickets.ts';
import type { Backend } from '../ipc/backend.ts';
import { serveConnection } from '../ipc/handle.ts';
import { MAX_CHUNK } from '../ipc/messages.ts';
import { contentPolicy, SECURITY_HEADERS } from '../windows/content-policy.ts';
import { isOwnUser } from './peer.ts';
import { isFromOwnPage, isOwnHost, isOwnOrigin, isToken } from './security.ts';
import { findFile, listFiles, readFile } from './static-files.ts';
import { webSocketPort } from './websocket-port.ts';

export interface ServerOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly token: string;
  /** The built page. */
  readonly directory: string;
  readonly backend: Backend;
  /** What was prepared to be saved. */
  readonly tickets: Tickets;
  /** Lets only this program's user connect: where the token was on a command line, which every user can read. */
  readonly ownUserOnly?: boolean;
  /** Milliseconds for the token to come. */
  readonly helloWithin?: number;
}

export interface BrowserServer extends AsyncDisposable {
  /** Opens the app; has the token in its fragment, which no request carries. */
  readonly url: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';
const CONNECTION_PATH = '/connection';
/** Connections that have not yet shown the token. */
const MAX_STRANGERS = 16;
/** Close code for a wrong or missing token; the page does not try again. */
const DENIED = 4401;

const helloSchema = z.strictObject({ type: z.literal('hello'), token: z.string().max(256) });

/**
 * Serves the page and its connection to a browser on this machine. Listens on loopback only. Whoever holds the token
 * has the power of the engine, so a request must name this server as Host, a connection must come from its own page
 * (Origin) and show the token first; the page's files hold no secret and are given to any local caller.
 */
export async function startServer(options: ServerOptions): Promise<BrowserServer> {
  const files = listFiles(options.directory);
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CHUNK + 1024, perMessageDeflate: false });
  const strangers = new Set<Duplex>();

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, LOOPBACK, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const policy = contentPolicy([`ws://${LOOPBACK}:${port}`, `ws://localhost:${port}`]);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = { ...SECURITY_HEADERS, 'content-security-policy': policy };
    const refuse = (status: number, text: string) => response.writeHead(status, { ...headers, 'content-type': 'text/plain' }).end(text);
    if (!isOwnHost(request.headers, port)) return void refuse(421, 'This server answers to its own address only.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return void refuse(405, 'Only GET and HEAD.\n');
    const path = (request.url ?? '/').split('?', 1)[0] as string;
    if (path.startsWith(DOWNLOADS))
      return void (isOwnRequest(request) ? await download(request, response, path) : refuse(403, 'Only for the page of this server.\n'));
    const file = findFile(files, path);
    if (!file) return void refuse(404, 'No such file.\n');
    const cache = file.immutable ? 'public, max-age=31536000, immutable' : 'no-store';
    response.writeHead(200, { ...headers, 'content-type': file.type, 'cache-control': cache });
    response.end(request.method === 'HEAD' ? undefined : readFile(file));
  }

  async function download(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const found = await answerDownload(options.tickets, request.method ?? '', path, gone.signal);
    response.writeHead(found.status, found.headers);
    if (typeof found.body === 'string') response.end(found.body);
    // What fails in the middle cuts the connection, by which the browser knows that the file is not whole.
    else await pipeline(found.body, response).catch(() => response.destroy());
  }

  const isOwnRequest = (request: IncomingMessage) => isFromOwnPage(request.headers) && (options.ownUserOnly !== true || isOwnUser(request.socket));

  const isWelcome = (request: IncomingMessage) =>
    request.url === CONNECTION_PATH && isOwnOrigin(request.headers, port) && (options.ownUserOnly !== true || isOwnUser(request.socket));

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!isWelcome(request) || strangers.size >= MAX_STRANGERS) {
      return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    }
    strangers.add(socket);
    socket.once('close', () => strangers.delete(socket));
    sockets.handleUpgrade(request, socket, head, (webSocket) => greet(webSocket, () => strangers.delete(socket)));
  });

  /** Waits for the token, then serves the contract. */
  function greet(socket: WebSocket, welcome: () => void): void {
    const timer = setTimeout(() => socket.close(DENIED), options.helloWithin ?? 5000);
    socket.on('error', () => socket.terminate());
    socket.once('close', () => clearTimeout(timer));
    socket.once('message', (data, isBinary) => {
      clearTimeout(timer);
      if (isBinary || !Buffer.isBuffer(data) || !isHello(data.toString('utf8'), options.token)) return socket.close(DENIED);
      welcome();
      socket.send(JSON.stringify({ type: 'welcome' }));
      serveConnection(webSocketPort(socket), options.backend);
    });
  }

  return {
    url: `http://${LOOPBACK}:${port}/#token=${options.token}`,
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function isHello(text: string, token: string): boolean {
  try {
    return isToken(helloSchema.parse(JSON.parse(text)).token, token);
  } catch {
    return false;
  }
}
