import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allWritten, configDirectory, DEFAULTS, SettingsStore } from './store.ts';

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

it('changes what it was told to change and nothing that another shell or a newer version has written', async () => {
  const path = join(directory, 'settings.json');
  const told: unknown[] = [];
  const [one, other] = [new SettingsStore(path, (settings) => told.push(settings)), new SettingsStore(path)];
  expect([await one.read(), await other.read()]).toEqual([DEFAULTS, DEFAULTS]);
  await other.write({ shortcuts: { 'image.pull': 'Mod+P' } });
  await writeFile(path, JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), ofTomorrow: 1 }));
  expect(await one.write({ theme: 'dark' })).toEqual({ ...DEFAULTS, theme: 'dark', shortcuts: { 'image.pull': 'Mod+P' } });
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ theme: 'dark', ofTomorrow: 1 });
  await other.write({ density: 'compact' });
  expect(await one.read()).toMatchObject({ theme: 'dark', density: 'compact' });
  expect(told).toMatchObject([{ theme: 'dark', density: 'comfortable' }, { density: 'compact' }]);
});

it('reads what is being written', async () => {
  const store = new SettingsStore(join(directory, 'settings.json'));
  const written = store.write({ ...DEFAULTS, theme: 'dark' });
  expect(await store.read()).toMatchObject({ theme: 'dark' });
  await written;
});

it.each(['', '[]', '{"theme":"purple"}', '{"theme":'])('falls back for a file that cannot be understood: %s', async (text) => {
  const path = join(directory, 'settings.json');
  await writeFile(path, text);
  expect(await new SettingsStore(path).read()).toEqual(DEFAULTS);
});

it('keeps what is left of a damaged file beside the next one', async () => {
  const path = join(directory, 'settings.json');
  await writeFile(path, '{"theme":"dark","short');
  const store = new SettingsStore(path);
  expect(await store.read()).toEqual(DEFAULTS);
  await store.write({ ...DEFAULTS, theme: 'light' });
  expect(await readFile(`${path}.damaged`, 'utf8')).toBe('{"theme":"dark","short');
  expect(await store.read()).toMatchObject({ theme: 'light' });
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

it('tells when all is on the disk, also what waits for another write', async () => {
  const store = new SettingsStore(join(directory, 'settings.json'));
  for (const theme of ['light', 'dark', 'light', 'dark'] as const) void store.write({ ...DEFAULTS, theme });
  await allWritten();
  expect(JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8'))).toMatchObject({ theme: 'dark' });
});

it('lives where the desktop keeps settings', () => {
  expect(configDirectory({ XDG_CONFIG_HOME: '/cfg' })).toBe('/cfg/slipway');
});
