import { once } from 'node:events';
import type { Socket } from 'node:net';
import { EngineError } from '../base/errors.ts';
import type { RequestContext } from './context.ts';
import type { ByteSink } from './frame-writer.ts';
import { roomIn } from './reply.ts';

/** How often a client that has closed its writing half is asked whether it still reads. */
const PROBE_INTERVAL_MS = 5000;
/** How long a client may take to close its side after the end of the output. */
const LINGER_MS = 10_000;

/** A connection that has stopped being HTTP: raw bytes both ways. */
export interface RawConnection extends ByteSink {
  /** What the client sends; ends when it closes its writing half or goes away. To be read by one reader, to its end. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Sends what is left, then closes. Idempotent. */
  end(): void;
}

/**
 * A write of nothing is enough to learn of a peer that has closed its socket altogether (EPIPE), which a half-closed
 * connection does not tell by reading, and it adds no byte to the stream.
 */
function probeAfterHalfClose(socket: Socket): void {
  socket.once('end', () => {
    const timer = setInterval(() => {
      if (socket.writable && !socket.writableNeedDrain) socket.write(new Uint8Array(0));
    }, PROBE_INTERVAL_MS);
    timer.unref();
    socket.once('close', () => clearInterval(timer));
  });
}

async function* readQuietly(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) yield chunk as Uint8Array;
  } catch {
    // The client went away; `signal` tells those who need to know.
  }
}

async function* nothingUntil(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!signal.aborted) await once(signal, 'abort');
}

function closedSignal(emitter: Pick<Socket, 'once'>, also: AbortSignal): AbortSignal {
  const controller = new AbortController();
  emitter.once('close', () => controller.abort(new EngineError('Canceled', 'the client closed its connection')));
  return AbortSignal.any([also, controller.signal]);
}

function takeUpgraded(context: RequestContext, socket: Socket, contentType: string): RawConnection {
  const signal = closedSignal(socket, context.signal);
  const headers = { ...context.response.getHeaders(), 'Content-Type': contentType, Connection: 'Upgrade', Upgrade: 'tcp' };
  context.response.detachSocket(socket);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  socket.setNoDelay(true);
  socket.write(`HTTP/1.1 101 UPGRADED\r\n${lines.join('')}\r\n`);
  probeAfterHalfClose(socket);
  return {
    input: readQuietly(socket.iterator({ destroyOnReturn: false })),
    signal,
    write: (data) => (socket.writable ? socket.write(data) : true),
    drained: () => roomIn(socket, signal),
    end: () => {
      if (socket.destroyed || socket.writableEnded) return;
      socket.end();
      const timer = setTimeout(() => socket.destroy(), LINGER_MS);
      timer.unref();
      socket.once('close', () => clearTimeout(timer));
    },
  };
}

/** The older form: an answer without length that ends with the connection; a chunked body is the input. */
function takePlain(context: RequestContext, contentType: string): RawConnection {
  const { request, response } = context;
  const socket = request.socket;
  const signal = closedSignal(response as unknown as Socket, context.signal);
  response.shouldKeepAlive = false;
  response.removeHeader('Transfer-Encoding');
  response.writeHead(200, { 'Content-Type': contentType });
  // With the first output, when that is here already.
  setImmediate(() => response.flushHeaders());
  probeAfterHalfClose(socket);
  return {
    input: request.headers['transfer-encoding'] === undefined ? nothingUntil(signal) : readQuietly(request.iterator({ destroyOnReturn: false })),
    signal,
    write: (data) => (response.writableEnded || response.destroyed ? true : response.write(data)),
    drained: () => roomIn(response, signal),
    end: () => void response.end(),
  };
}

/**
 * Takes the connection over: 101 where the client asked for an upgrade, else 200. To be called once nothing can fail
 * with a status any more.
 */
export function hijack(context: RequestContext, contentType: string): RawConnection {
  return context.upgrade ? takeUpgraded(context, context.upgrade.socket, contentType) : takePlain(context, contentType);
}

/** Docker's names of the two forms of a raw stream; the multiplexed one has its own name since 1.42. */
export function rawContentType(version: number, multiplexed: boolean): string {
  return multiplexed && version >= 42 ? 'application/vnd.docker.multiplexed-stream' : 'application/vnd.docker.raw-stream';
}
