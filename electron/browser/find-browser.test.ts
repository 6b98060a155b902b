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
  it.each([
    ['nothing given', [], { root: '/var/lib/slipway', run: '/run/slipway', socket: '/run/slipway/slipway.sock' }],
    ['what is given', ['--root', '/a', '--run', '/b', '--engine', 'unix:///c.sock'], { root: '/a', run: '/b', socket: '/c.sock' }],
    ['the other name of the socket', ['--host-socket', '/c.sock'], { root: '/var/lib/slipway', run: '/run/slipway', socket: '/c.sock' }],
  ])('knows the places for %s', (_case, args, location) => {
    expect(parseOptions(args)).toEqual({ port: 0, location });
  });

  it.each([[['--port', 'x']], [['--port', '70000']], [['--prot', '1']], [['extra']]])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow('usage:');
  });
});
