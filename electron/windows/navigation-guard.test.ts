import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ shell: {} }));
const { isSafeLink } = await import('./navigation-guard.ts');
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
