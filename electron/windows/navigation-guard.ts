import { type App, type Session, shell, type WebContents } from 'electron';
import { originOf } from '../ipc/trusted-sender.ts';

/** Links that may leave for the user's browser: the web over TLS, and what runs on this machine. */
export function isSafeLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

/** Keeps every page of the app on `origin`: no navigation elsewhere, no new window, no embedded page. */
export function guardPages(app: App, origin: string): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, origin));
}

function guard(contents: WebContents, origin: string): void {
  const stay = (event: Electron.Event, url: string) => {
    if (originOf(url) !== origin) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isSafeLink(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** Denies every permission but to put text on the clipboard, which the copy buttons do. */
export function denyPermissions(session: Session): void {
  const allowed = (permission: string) => permission === 'clipboard-sanitized-write';
  session.setPermissionRequestHandler((_contents, permission, done) => done(allowed(permission)));
  session.setPermissionCheckHandler((_contents, permission) => allowed(permission));
}
