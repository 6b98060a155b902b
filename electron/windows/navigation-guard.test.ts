import { EventEmitter } from 'node:events';
import type { App, Session } from 'electron';
import { describe, expect, it, vi } from 'vitest';

const opened: string[] = [];
vi.mock('electron', () => ({ shell: { openExternal: (url: string) => Promise.resolve(void opened.push(url)) } }));
const { denyPermissions, guardPages, isSafeLink } = await import('./navigation-guard.ts');
const { isTrustedSender, originOf } = await import('../ipc/trusted-sender.ts');
const { contentPolicy } = await import('./content-policy.ts');

it.each(['https://example.com/x', 'http://localhost:8080/', 'http://127.0.0.1/', 'http://[::1]:3000/'])('lets %s leave for the browser', (url) => {
  expect(isSafeLink(url)).toBe(true);
});

it.each([
  ...['http://example.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'smb://host/share', 'vscode://x', 'http://localhost.evil.example/', '', 'x'],
  ...['JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,<script>', 'ms-msdt:/id', 'slipway://settings', '\\\\host\\share', '//evil.example'],
  ...['http://localhost@evil.example/', 'http://127.0.0.1.evil.example/', 'http://0.0.0.0/', 'file://localhost/etc/passwd', 'blob:https://x/1', 'ftp://x/'],
])('keeps %j in', (url) => {
  expect(isSafeLink(url)).toBe(false);
});

describe('isTrustedSender', () => {
  const page = {} as never;
  const frame = (url: string, parent: unknown = null) => ({ url, parent }) as never;
  it.each([
    ['the page', { sender: page, senderFrame: frame('app://slipway/containers') }, true],
    ['a frame inside it', { sender: page, senderFrame: frame('app://slipway/', {}) }, false],
    ['another site in the window', { sender: page, senderFrame: frame('https://slipway/') }, false],
    ['another host of the scheme', { sender: page, senderFrame: frame('app://slipway.evil/') }, false],
    ['another window', { sender: {} as never, senderFrame: frame('app://slipway/') }, false],
    ['a frame that is gone', { sender: page, senderFrame: null }, false],
  ])('%s', (_case, event, expected) => {
    expect(isTrustedSender(event, page, 'app://slipway')).toBe(expected);
  });
});

describe('each page that is made', () => {
  const app = new EventEmitter();
  guardPages(app as unknown as App, 'app://slipway');
  let open: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: (handler: typeof open) => (open = handler) });
  app.emit('web-contents-created', {}, contents);
  const isPrevented = (name: string, url: string) => {
    const preventDefault = vi.fn();
    contents.emit(name, { preventDefault }, url);
    return preventDefault.mock.calls.length === 1;
  };

  it.each(['will-navigate', 'will-redirect'])('stays where it is: %s', (name) => {
    for (const url of ['https://evil.example/', 'app://slipway.evil/', 'file:///etc/passwd', 'javascript:alert(1)', ''])
      expect(isPrevented(name, url), url).toBe(true);
    expect(isPrevented(name, 'app://slipway/images')).toBe(false);
  });

  it('embeds nothing, not even itself', () => expect(isPrevented('will-attach-webview', 'app://slipway/')).toBe(true));

  it('opens no window, and lets only safe links leave', () => {
    for (const url of ['app://slipway/', 'https://example.com/', 'http://example.com/', 'file:///etc/passwd'])
      expect(open({ url })).toEqual({ action: 'deny' });
    expect(opened).toEqual(['https://example.com/']);
  });
});

it('has no permission but to write text to the clipboard, whether it asks or looks', () => {
  type Decide = (contents: unknown, permission: string, done: (granted: boolean) => void) => void;
  let decide: Decide = () => undefined;
  let check: (contents: unknown, permission: string) => boolean = () => true;
  const session = {
    setPermissionRequestHandler: (handler: Decide) => (decide = handler),
    setPermissionCheckHandler: (handler: typeof check) => (check = handler),
  };
  denyPermissions(session as unknown as Session);
  const names = [
    'media',
    'geolocation',
    'notifications',
    'midi',
    'hid',
    'serial',
    'usb',
    'clipboard-read',
    'openExternal',
    'fullscreen',
    'unknown',
    'fileSystem',
  ];
  const granted: string[] = [];
  for (const name of [...names, 'clipboard-sanitized-write']) decide(null, name, (isGranted) => isGranted && granted.push(name));
  expect(granted).toEqual(['clipboard-sanitized-write']);
  expect([...names, 'clipboard-sanitized-write'].filter((name) => check(null, name))).toEqual(['clipboard-sanitized-write']);
});

it('takes no origin from what is not an address', () => {
  expect([originOf('app://slipway/a?b'), originOf('about:blank'), originOf('nonsense')]).toEqual(['app://slipway', 'about://', '']);
});

it('allows no connection but those named', () => {
  expect(contentPolicy([])).toContain("connect-src 'none'");
});

it("takes no script and no style but the program's own files, and nothing from elsewhere", () => {
  const rules = new Map(
    contentPolicy([])
      .split('; ')
      .map((rule) => [rule.split(' ', 1)[0], rule.split(' ').slice(1)]),
  );
  expect(rules.get('default-src')).toEqual(["'none'"]);
  for (const name of ['script-src', 'style-src']) expect(rules.get(name)).toEqual(["'self'"]);
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(rules.get(name)).toEqual(["'none'"]);
  expect([...rules.values()].flat().filter((source) => !["'self'", "'none'", 'data:'].includes(source))).toEqual([]);
});
