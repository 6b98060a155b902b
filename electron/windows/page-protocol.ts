import { protocol } from 'electron';
import { findFile, listFiles, readFile } from '../browser/static-files.ts';
import { contentPolicy, SECURITY_HEADERS } from './content-policy.ts';

export const PAGE_ORIGIN = 'app://slipway';

/** Gives the page an origin of its own, so that the policy comes as a header and nothing of `file:` is allowed. Before `ready`. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Serves the built page in `directory`. After `ready`. */
export function servePage(directory: string): Disposable {
  const files = listFiles(directory);
  const headers = { ...SECURITY_HEADERS, 'content-security-policy': contentPolicy([]) };
  protocol.handle('app', (request) => {
    const { host, pathname } = new URL(request.url);
    const file = host === 'slipway' && request.method === 'GET' ? findFile(files, pathname) : null;
    if (!file) return new Response('No such file.\n', { status: 404, headers });
    return new Response(new Uint8Array(readFile(file)), { headers: { ...headers, 'content-type': file.type } });
  });
  return { [Symbol.dispose]: () => protocol.unhandle('app') };
}
