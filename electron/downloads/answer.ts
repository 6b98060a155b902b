import type { Readable } from 'node:stream';
import { ShellError } from '../ipc/failure.ts';
import { SECURITY_HEADERS } from '../windows/content-policy.ts';
import { contentDisposition } from './disposition.ts';
import type { Tickets } from './tickets.ts';

/** An answer over HTTP or of the app's own scheme. */
export interface DownloadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** To be read to its end or destroyed. */
  readonly body: Readable | string;
}

/** Never shown as a page: were it opened as one, it could do and load nothing. */
const HEADERS = {
  ...SECURITY_HEADERS,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cache-control': 'no-store',
};

const refusal = (status: number, words: string): DownloadAnswer => ({
  status,
  headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' },
  body: `${words}\n`,
});

/** The answer for a path that begins with DOWNLOADS, whose ticket is used up by it. `signal`: the client has gone. */
export async function answerDownload(tickets: Tickets, method: string, path: string, signal: AbortSignal): Promise<DownloadAnswer> {
  // Looking must not use it up.
  if (method !== 'GET') return refusal(405, 'Only GET.');
  const download = tickets.take(path);
  if (download === null) return refusal(404, 'This address is not good any more, or never was.');
  try {
    const { body, length } = await download.open(signal);
    const headers = {
      ...HEADERS,
      'content-type': 'application/octet-stream',
      'content-disposition': contentDisposition(download.name),
      ...(length !== undefined && { 'content-length': length }),
    };
    return { status: 200, headers, body };
  } catch (error) {
    const status = error instanceof ShellError && error.status >= 400 ? error.status : 502;
    return refusal(status, (error as Error).message);
  }
}
