import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configDirectory, DEFAULTS, SettingsStore } from './store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-settings-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('keeps what was written, for this user alone, and tells it', async () => {
  const told: unknown[] = [];
  const path = join(directory, 'slipway/settings.json');
  const store = new SettingsStore(path, (settings) => told.push(settings));
  expect(await store.read()).toEqual(DEFAULTS);
  await Promise.all([store.write({ ...DEFAULTS, theme: 'light' }), store.write({ ...DEFAULTS, theme: 'dark' })]);
  expect(await new SettingsStore(path).read()).toEqual({ ...DEFAULTS, theme: 'dark' });
  expect(told).toMatchObject([{ theme: 'light' }, { theme: 'dark' }]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it.each(['', '[]', '{"theme":"purple"}', '{"theme":'])('falls back for a file that cannot be understood: %s', async (text) => {
  const path = join(directory, 'settings.json');
  await writeFile(path, text);
  expect(await new SettingsStore(path).read()).toEqual(DEFAULTS);
});

it('lets each field fall back alone', async () => {
  const path = join(directory, 'settings.json');
  await writeFile(path, JSON.stringify({ theme: 'dark', zoom: 900, shortcuts: { 'image.pull': 'Mod+P' }, density: 'none' }));
  expect(await new SettingsStore(path).read()).toEqual({ ...DEFAULTS, theme: 'dark', shortcuts: { 'image.pull': 'Mod+P' } });
});

it('goes on after a write that failed', async () => {
  const path = join(directory, 'file/settings.json');
  await writeFile(join(directory, 'file'), '');
  const store = new SettingsStore(path);
  await expect(store.write({ ...DEFAULTS, theme: 'dark' })).rejects.toThrow();
  await rm(join(directory, 'file'));
  await store.write({ ...DEFAULTS, theme: 'dark' });
  expect(await readFile(path, 'utf8')).toContain('dark');
});

it('lives where the desktop keeps settings', () => {
  expect(configDirectory({ XDG_CONFIG_HOME: '/cfg' })).toBe('/cfg/slipway');
});
