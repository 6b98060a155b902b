import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

type Handler = (request: Request) => Response | Promise<Response>;

export const schemes: string[] = [];
const handlers = new Map<string, Handler>();

export const protocol = {
  registerSchemesAsPrivileged(given: { scheme: string }[]): void {
    schemes.push(...given.map(({ scheme }) => scheme));
  },
  handle: (scheme: string, handler: Handler) => void handlers.set(scheme, handler),
  unhandle: (scheme: string) => void handlers.delete(scheme),
};

/** Chromium knows no `app:`; the page is loaded over HTTP from this host instead, and every request of it goes to main's handler. */
const HOST_SUFFIX = '.app.localhost';
let server: Promise<Server> | null = null;

export async function toBrowserUrl(url: string): Promise<string> {
  server ??= listen();
  const { port } = (await server).address() as AddressInfo;
  return url.replace(/^app:\/\/([\w-]+)/, `http://$1${HOST_SUFFIX}:${port}`);
}

export function toAppUrl(url: string): string {
  return url.replace(new RegExp(`^http://([\\w-]+)\\${HOST_SUFFIX}(?::\\d+)?`), 'app://$1');
}

async function listen(): Promise<Server> {
  const started = createServer((request, answer) => {
    // A request that its page has given up has nobody to tell.
    respond(request, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return started;
}

/** The answer of main's handler, as fast as the browser reads it. */
async function respond(request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const url = toAppUrl(`http://${request.headers.host ?? ''}${request.url ?? ''}`);
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (!handler) return void answer.writeHead(404).end();
  const left = new AbortController();
  answer.once('close', () => left.abort());
  const response = await handler(new Request(url, { method: request.method ?? 'GET', signal: left.signal }));
  answer.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body) await pipeline(Readable.fromWeb(response.body as ReadableStream<Uint8Array>), answer);
  else answer.end();
}
