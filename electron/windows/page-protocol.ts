import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { protocol } from 'electron';
import { findFile, listFiles, readFile } from '../browser/static-files.ts';
import { answerDownload, type DownloadAnswer } from '../downloads/answer.ts';
import { DOWNLOADS, type Tickets } from '../downloads/tickets.ts';
import { contentPolicy, SECURITY_HEADERS } from './content-policy.ts';

export const PAGE_ORIGIN = 'app://slipway';

/** Gives the page an origin of its own, so that the policy comes as a header and nothing of `file:` is allowed. Before `ready`. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Serves the built page in `directory`, and what was prepared to be saved. After `ready`. */
export function servePage(directory: string, tickets: Tickets): Disposable {
  const files = listFiles(directory);
  const headers = { ...SECURITY_HEADERS, 'content-security-policy': contentPolicy([]) };
  protocol.handle('app', async (request) => {
    const { host, pathname } = new URL(request.url);
    if (host === 'slipway' && pathname.startsWith(DOWNLOADS)) return toResponse(await answerDownload(tickets, request.method, pathname, request.signal));
    const file = host === 'slipway' && request.method === 'GET' ? findFile(files, pathname) : null;
    if (!file) return new Response('No such file.\n', { status: 404, headers });
    return new Response(new Uint8Array(readFile(file)), { headers: { ...headers, 'content-type': file.type } });
  });
  return { [Symbol.dispose]: () => protocol.unhandle('app') };
}

/** Reads the engine no faster than the response is read; a response that is given up ends the reading. */
function toResponse({ status, headers, body }: DownloadAnswer): Response {
  // The two are one interface, declared once for Node and once for pages.
  const content = typeof body === 'string' ? body : (Readable.toWeb(body) as ReadableStream<Uint8Array>);
  return new Response(content as BodyInit, { status, headers });
}
