import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The names under which a browser on this machine reaches the server. Any other Host is a name that someone else resolves to it. */
function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

export function isOwnHost(headers: IncomingHttpHeaders, port: number): boolean {
  return headers.host !== undefined && ownHosts(port).includes(headers.host);
}

/** A WebSocket is not held by the same-origin policy: only the page that this server gave out may open one. */
export function isOwnOrigin(headers: IncomingHttpHeaders, port: number): boolean {
  return isOwnHost(headers, port) && headers.origin === `http://${headers.host}`;
}

/** Whether the browser says that a page of this server asks, or says nothing (Fetch Metadata): other sites may not spend what was prepared for it. */
export function isFromOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}

/** Takes as long for a wrong token as for the right one, whatever its length. */
export function isToken(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
