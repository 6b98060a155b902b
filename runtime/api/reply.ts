import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { drained } from '../base/drained.ts';
import { EngineError } from '../base/errors.ts';
import type { RequestContext } from './context.ts';

export function sendJson(context: RequestContext, status: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  context.response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  context.response.end(body);
}

/** 204, or 200/201/304 without a body. */
export function sendEmpty(context: RequestContext, status: 200 | 201 | 204 | 304): void {
  context.response.writeHead(status, status === 204 || status === 304 ? {} : { 'Content-Length': 0 });
  context.response.end();
}

/** Resolves when the client's side takes more, and at once when it is gone; never rejects. */
export function roomIn(stream: ServerResponse | Socket, signal: AbortSignal): Promise<void> {
  return drained(stream, signal).catch(() => undefined);
}

/** Resolves when `chunk` has been handed to the kernel and may change, or when the client has gone; never rejects. */
function written(response: ServerResponse, chunk: Uint8Array, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) done();
    signal.addEventListener('abort', done);
    response.write(chunk, done);
  });
}

/** Sends an archive at its reader's pace. What fails before the first bytes are there has a status; afterwards the connection is cut. */
export async function sendArchive(
  { response, signal }: RequestContext,
  content: AsyncIterable<Uint8Array>,
  contentType: string,
  headers: Record<string, string> = {},
): Promise<void> {
  for await (const chunk of content) {
    if (!response.headersSent) response.writeHead(200, { ...headers, 'Content-Type': contentType });
    await written(response, chunk, signal);
  }
  response.end();
}

/** A chunked answer of one JSON object after another, each sent at once. */
export interface JsonStream {
  /** False: the client is slow; wait for `drained`. */
  send(value: unknown): boolean;
  drained(): Promise<void>;
  end(): void;
}

/** Sends the head at once: clients wait for it before they go on. */
export function openJsonStream(context: RequestContext, contentType = 'application/json'): JsonStream {
  const { response, signal } = context;
  response.writeHead(200, { 'Content-Type': contentType });
  response.flushHeaders();
  return {
    send: (value) => response.write(`${JSON.stringify(value)}\n`),
    drained: () => roomIn(response, signal),
    end: () => void response.end(),
  };
}

/**
 * A signal for answers without an end of their own. Beside the request's own signal it is aborted when the client
 * closes its writing half: on a unix socket that is all that can be seen of a client that went away while nothing is sent.
 */
export function untilHangup(context: RequestContext): AbortSignal {
  const socket = context.request.socket;
  const controller = new AbortController();
  const hangup = (): void => controller.abort(new EngineError('Canceled', 'the client closed its connection'));
  if (socket.readableEnded) hangup();
  else {
    socket.once('end', hangup);
    context.response.once('close', () => socket.removeListener('end', hangup));
  }
  return AbortSignal.any([context.signal, controller.signal]);
}
