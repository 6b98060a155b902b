import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fitBounds, readWindowState, writeWindowState } from './window-state.ts';

const SCREEN = { x: 0, y: 24, width: 1920, height: 1056 };
const RIGHT = { x: 1920, y: 0, width: 1280, height: 1024 };

describe('fitBounds', () => {
  it.each([
    ['inside', { x: 100, y: 100, width: 1000, height: 700 }, { x: 100, y: 100, width: 1000, height: 700 }],
    ['on the second display', { x: 2000, y: 10, width: 1000, height: 700 }, { x: 2000, y: 10, width: 1000, height: 700 }],
    ['smaller than may be', { x: 0, y: 24, width: 10, height: 10 }, { x: 0, y: 24, width: 720, height: 480 }],
    ['on a display that is gone', { x: 5000, y: 100, width: 1000, height: 700 }, null],
    ['with its title above the display', { x: 100, y: -50, width: 1000, height: 700 }, null],
    ['all but off the edge', { x: -950, y: 100, width: 1000, height: 700 }, null],
  ])('%s', (_case, bounds, expected) => {
    expect(fitBounds(bounds, [SCREEN, RIGHT])).toEqual(expected);
  });
});

describe('file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slipway-window-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('comes back as it was left, and leaves no draft', async () => {
    const state = { bounds: { x: 10, y: 30, width: 900, height: 600 }, maximized: true };
    const path = join(directory, 'deep/window.json');
    await writeWindowState(path, state);
    expect(await readWindowState(path, [SCREEN])).toEqual(state);
    expect(await readdir(join(directory, 'deep'))).toEqual(['window.json']);
  });

  it.each(['', '{', '{"bounds":{"x":1e9,"y":0,"width":1,"height":1},"maximized":true}', '{"bounds":"x"}'])('counts as none: %s', async (text) => {
    const path = join(directory, 'window.json');
    await writeFile(path, text);
    expect(await readWindowState(path, [SCREEN])).toEqual({ bounds: null, maximized: false });
  });
});
