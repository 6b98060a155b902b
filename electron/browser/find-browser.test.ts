import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { browserArguments, findBrowser } from './find-browser.ts';
import { parseOptions } from './options.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-browsers-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('findBrowser', () => {
  it('takes the first that is a program', () => {
    writeFileSync(join(folder, 'chromium'), '');
    writeFileSync(join(folder, 'google-chrome'), '');
    chmodSync(join(folder, 'chromium'), 0o644);
    chmodSync(join(folder, 'google-chrome'), 0o755);
    // Root may do all but execute what nobody may.
    expect(findBrowser({ PATH: `/nowhere:${folder}` })).toBe(join(folder, 'google-chrome'));
  });

  it('finds none in an empty path', () => {
    expect([findBrowser({}), findBrowser({ PATH: '/nowhere' })]).toEqual([null, null]);
  });
});

it('gives up the sandbox for root alone', () => {
  expect(browserArguments('http://x', '/p', 1000)).not.toContain('--no-sandbox');
  expect(browserArguments('http://x', '/p', 0)).toContain('--no-sandbox');
});

describe('parseOptions', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/7', XDG_DATA_HOME: '/data' };
  it.each([
    ['root', [], 0, { root: '/var/lib/slipway', run: '/run/slipway', socket: '/run/slipway/slipway.sock' }],
    ['a user', [], 7, { root: '/data/slipway', run: '/run/user/7/slipway', socket: '/run/user/7/slipway/slipway.sock' }],
    ['what is given', ['--root', '/a', '--run', '/b', '--engine', 'unix:///c.sock'], 0, { root: '/a', run: '/b', socket: '/c.sock' }],
    ['the other name of the socket', ['--host-socket', '/c.sock'], 0, { root: '/var/lib/slipway', run: '/run/slipway', socket: '/c.sock' }],
  ])('knows the places of %s', (_case, args, uid, location) => {
    expect(parseOptions(args, uid, env)).toEqual({ port: 0, location });
  });

  it.each([[['--port', 'x']], [['--port', '70000']], [['--prot', '1']], [['extra']]])('refuses %j', (args) => {
    expect(() => parseOptions(args, 0, env)).toThrow('usage:');
  });
});
