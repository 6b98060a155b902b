import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { EngineError, messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { ApiBackends } from './backends.ts';
import type { Handler, RequestContext } from './context.ts';
import { asEngineError, statusOf } from './errors.ts';
import { EventLoopWatch } from './event-loop-watch.ts';
import { Router } from './router.ts';
import { apiRoutes } from './routes.ts';
import { listenOnTcp, listenOnUnix } from './socket.ts';
import { createTlsServer } from './tls.ts';
import type { Listener } from './types/listener.ts';
import { API_VERSION, NEWEST_API, splitVersion } from './version.ts';

/** Some clients repeat every option of a create in the query string. */
const MAX_HEAD = 1024 * 1024;
/** Bytes of one connection after which there is memory worth giving back. */
const BURST = 8 * 1024 * 1024;
/** How long a request's head may take to arrive. */
const HEAD_MS = 30_000;
/** How long a body is read on after its request has been answered. */
const LINGER_MS = 10_000;

export interface ApiServerOptions extends ApiBackends {
  readonly logger: Logger;
  /** Group that may use unix sockets, by name; null: root alone. */
  readonly socketGroup?: string | null;
  /** Called after a connection that moved many bytes. */
  readonly onBurst?: () => void;
}

export interface ApiServer extends AsyncDisposable {
  /**
   * Resolves to the URL that clients use. May be called several times. Conflict when an engine answers there; takes over a dead
   * socket. InvalidArgument naming the option for certificates that cannot be used and for an unknown group.
   */
  listen(where: Listener): Promise<string>;
  /** Ends every request, removes the sockets. Idempotent. */
  close(): Promise<void>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upgrade: RequestContext['upgrade'];
  /** Whether a Host header means this server. */
  readonly isOwnName: (host: string) => boolean;
}

class Api implements ApiServer {
  readonly #options: ApiServerOptions;
  readonly #router: Router<Handler>;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  /** Of the requests that are not answered yet. */
  readonly #unanswered = new Set<AbortController>();
  readonly #watch = new EventLoopWatch();
  readonly #samples: Disposable;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#router = new Router(apiRoutes(options, this.#watch));
    this.#samples = options.containers.onSample(() => this.#watch.glance());
  }

  async listen(where: Listener): Promise<string> {
    // Bodies are streams that may take hours; heads are not.
    const limits = { maxHeaderSize: MAX_HEAD, headersTimeout: HEAD_MS, requestTimeout: 0, keepAliveTimeout: 0, shouldUpgradeCallback: mayUpgrade };
    if (where.kind === 'unix') {
      const server = this.#prepare(createServer(limits), () => true);
      return await listenOnUnix(server, where.path, this.#options.socketGroup ?? null);
    }
    const { server, isOwnName } = createTlsServer(where.tls, limits);
    return await listenOnTcp(this.#prepare(server, isOwnName), where);
  }

  #prepare(server: Server, isOwnName: (host: string) => boolean): Server {
    // A client may close its writing half at the end of its request and still wants the answer.
    Object.assign(server, { httpAllowHalfOpen: true });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        if (socket.bytesRead + socket.bytesWritten > BURST) this.#options.onBurst?.();
      });
    });
    server.on('request', (request, response) => void this.#serve({ request, response, upgrade: null, isOwnName }));
    server.on('upgrade', (request, socket: Socket, head) => this.#upgrade(request, socket, head, isOwnName));
    server.on('clientError', refuseMalformed);
    this.#servers.push(server);
    return server;
  }

  async close(): Promise<void> {
    const reason = new EngineError('Canceled', 'the engine is shutting down');
    for (const gone of this.#unanswered) gone.abort(reason);
    const closed = this.#servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#samples[Symbol.dispose]();
    this.#watch[Symbol.dispose]();
    await this.close();
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer, isOwnName: Exchange['isOwnName']): void {
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    response.shouldKeepAlive = false;
    response.once('finish', () => {
      response.detachSocket(socket);
      socket.destroySoon();
    });
    void this.#serve({ request, response, upgrade: { socket, head }, isOwnName });
  }

  async #serve({ request, response, upgrade, isOwnName }: Exchange): Promise<void> {
    const { logger } = this.#options;
    this.#watch.wake();
    const started = performance.now();
    const gone = new AbortController();
    const socket = request.socket;
    const leave = (): void => {
      this.#unanswered.delete(gone);
      gone.abort(new EngineError('Canceled', 'the client went away'));
    };
    const finished = (): void => {
      this.#unanswered.delete(gone);
      socket.removeListener('close', leave);
    };
    this.#unanswered.add(gone);
    socket.once('close', leave);
    response.once('close', finished);
    response.on('error', () => undefined);
    if (!upgrade) response.once('finish', () => readOut(request));
    this.#setCommonHeaders(response);
    try {
      refuseForeignSites(request, isOwnName);
      const { path, query } = splitTarget(request.url ?? '/');
      const { version, rest } = splitVersion(path);
      const match = this.#router.match(request.method ?? '', rest);
      if (!match) throw new EngineError('NotFound', 'page not found');
      await match.handler({ request, response, params: match.params, query, version, signal: gone.signal, logger, upgrade });
    } catch (error) {
      this.#fail(request, response, asEngineError(error));
    }
    logger.debug('request', { method: request.method, path: request.url?.split('?', 1)[0], status: response.statusCode, ms: performance.now() - started });
  }

  #setCommonHeaders(response: ServerResponse): void {
    response.setHeader('Api-Version', API_VERSION);
    response.setHeader('Builder-Version', '1');
    response.setHeader('Docker-Experimental', 'false');
    response.setHeader('Ostype', 'linux');
    response.setHeader('Server', `Slipway/${this.#options.engine.version} (linux)`);
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: EngineError): void {
    const status = statusOf(error.kind);
    if (error.kind === 'Internal') {
      this.#options.logger.error('request failed', { method: request.method, path: request.url?.split('?', 1)[0], error: messageOf(error.cause ?? error) });
    }
    if (response.headersSent || response.destroyed || !response.socket) {
      // The answer has begun: to cut the connection is the only way left to say that it is not whole.
      if (!response.writableFinished) request.socket.destroy();
      return;
    }
    if (status === 304) {
      response.writeHead(304).end();
      return;
    }
    const body = Buffer.from(`${JSON.stringify({ message: error.message })}\n`);
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}

/** Serves the Docker Engine API and what lies under /slipway/v1. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  return new Api(options);
}

/**
 * A client that is still sending when it is refused must not find its connection cut before it has read why: the rest
 * of the body is read and dropped, for a while.
 */
function readOut(request: IncomingMessage): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.socket.destroy(), LINGER_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
}

/** Only these two speak raw bytes; others that ask for an upgrade get a plain answer. */
function mayUpgrade(request: IncomingMessage): boolean {
  return request.method === 'POST' && /\/(attach|exec\/[^/]+\/start)(\?|$)/.test(request.url ?? '');
}

/** A web page must not reach the engine, whatever name it has bound to our address. */
function refuseForeignSites(request: IncomingMessage, isOwnName: Exchange['isOwnName']): void {
  if (!isOwnName(request.headers.host ?? '')) throw new EngineError('PermissionDenied', 'the Host header names another host');
  const site = request.headers['sec-fetch-site'];
  if (request.headers.origin !== undefined || (site !== undefined && site !== 'none' && site !== 'same-origin')) {
    throw new EngineError('PermissionDenied', 'requests from web pages are refused');
  }
}

/** Not by URL: that would resolve `..` and hide what was asked for. */
function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?');
  try {
    return {
      path: decodeURIComponent(mark < 0 ? target : target.slice(0, mark)),
      query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    };
  } catch {
    throw new EngineError('InvalidArgument', 'the path is not valid percent-encoding');
  }
}

function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  // Bytes after an answer has begun may be input that a client sends the old way: nothing may be mixed into the output.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const body = JSON.stringify({ message: `malformed HTTP request: ${error.message}` });
  socket.end(
    `HTTP/1.1 ${status}\r\nApi-Version: 1.${NEWEST_API}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
