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

/** Chromium knows no `app:`; the page is loaded from this host instead, and every request of it goes to main's handler. */
const HOST_SUFFIX = '.app.localhost';

export function toBrowserUrl(url: string): string {
  return url.replace(/^app:\/\/([\w-]+)/, `http://$1${HOST_SUFFIX}`);
}

export function toAppUrl(url: string): string {
  return url.replace(new RegExp(`^http://([\\w-]+)\\${HOST_SUFFIX}`), 'app://$1');
}

/** The answer of main's handler to a request of the page. */
export async function answer(method: string, url: string): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
  const appUrl = toAppUrl(url);
  const handler = handlers.get(new URL(appUrl).protocol.slice(0, -1));
  if (!handler) return { status: 404, headers: {}, body: Buffer.from('no handler') };
  const response = await handler(new Request(appUrl, { method }));
  return { status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) };
}
