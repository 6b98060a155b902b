import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { EngineClient } from '../engine/http-client.ts';

export interface FakeEngine extends AsyncDisposable {
  readonly client: EngineClient;
  readonly socket: string;
  /** `METHOD /path?query` of each request, in order. */
  readonly seen: string[];
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Answers by `METHOD /path` on a unix socket of its own; anything else is a 404 as the engine words it. */
export async function fakeEngine(answers: Record<string, Answer>, upgrade?: (request: IncomingMessage, socket: Duplex) => void): Promise<FakeEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-fake-engine-'));
  const socket = join(directory, 'engine.sock');
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const answer = answers[`${request.method} ${(request.url ?? '').split('?', 1)[0]}`];
    if (answer) void answer(request, response);
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"page not found"}');
  });
  server.on('upgrade', (request: IncomingMessage, connection: Duplex) => {
    seen.push(`${request.method} ${request.url}`);
    connection.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    upgrade?.(request, connection);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    client: new EngineClient(socket),
    socket,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(directory, { recursive: true });
    },
  };
}

export function json(value: unknown, status = 200): Answer {
  return (_request, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
