import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isolatedEnvironment } from '../drivers/programs.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { SettingsPage } from '../pages/settings-page.ts';

const run = promisify(execFile);
test.use({ actionTimeout: 20_000 });

interface Kept {
  readonly settings: { readonly dns: readonly string[]; readonly 'log-opts': object; readonly proxies: object };
}

test('settings are kept as they change, found by words, and stay when the engine ends', async ({ app, engine }) => {
  const { page } = app;
  const settings = new SettingsPage(page);
  await settings.engineIs('Running');
  const kept = async () => ((await engine.client.json('GET', '/slipway/v1/settings')) as Kept).settings;

  await test.step('what the engine refuses is said next to the field, and nothing changes', async () => {
    await settings.open('Engine');
    await settings.field('DNS servers').fill('10.0.0.1\nnot-one');
    await expect(settings.setting('DNS servers').getByRole('alert')).toHaveText('Line 2: is no address');
    expect((await kept()).dns).toEqual([]);
    await settings.field('DNS servers').fill('10.0.0.1\n10.0.0.2');
    await expect(settings.setting('DNS servers').getByRole('status')).toHaveText('Saved');
    expect((await kept()).dns).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  await test.step('one setting leaves the others', async () => {
    await settings.field('Log limits').fill('max-size=5m\nmax-file=2');
    await expect.poll(async () => (await kept())['log-opts']).toEqual({ 'max-size': '5m', 'max-file': '2' });
    expect((await kept()).dns).toEqual(['10.0.0.1', '10.0.0.2']);
    await settings.photograph('settings-engine');
  });

  await test.step('the way to registries by the proxies is tested', async () => {
    // Nobody listens there.
    await settings.field('HTTP proxy').fill('http://127.0.0.1:2');
    await settings.field('HTTPS proxy').fill('http://127.0.0.1:1');
    await settings.setting('Test the proxies').getByRole('button', { name: 'Test' }).click();
    await expect(settings.setting('Test the proxies').getByRole('alert')).toContainText(/docker.io was not reached: .*127.0.0.1:1/, { timeout: 30_000 });
    // The one was written before the other was in force.
    expect((await kept()).proxies).toEqual({ 'http-proxy': 'http://127.0.0.1:2', 'https-proxy': 'http://127.0.0.1:1', 'no-proxy': '' });
    await settings.field('HTTP proxy').fill('');
    await settings.field('HTTPS proxy').fill('');
    await expect.poll(async () => (await kept()).proxies).toEqual({ 'http-proxy': '', 'https-proxy': '', 'no-proxy': '' });
  });

  await test.step('a search shows settings of all sections', async () => {
    await settings.search.fill('proxy');
    await expect(settings.setting('HTTP proxy')).toBeVisible();
    await expect(settings.setting('DNS servers')).toBeHidden();
    await settings.search.fill('zzz');
    await expect(page.getByRole('main')).toContainText('No setting matches');
    await settings.search.fill('');
  });

  await test.step('what there is and what is used of it', async () => {
    await settings.open('Resources');
    await expect(settings.setting('This machine')).toContainText(engine.location.root);
  });

  await test.step('without an engine the settings of the app go on, and the engine’s come back', async () => {
    await settings.open('Engine');
    await engine.signal('SIGTERM');
    await expect(page.getByRole('main')).toContainText('The engine is not running.');
    await settings.open('Startup');
    await settings.toggle('Start minimised').click();
    // It is shown at once, and kept a moment later.
    await expect.poll(() => readFile(join(engine.home, 'config/slipway/settings.json'), 'utf8').catch(() => '')).toContain('"startMinimised": true');
    await page.reload();
    await settings.open('Startup');
    await expect(settings.toggle('Start minimised')).toBeChecked();
    await engine.start();
    await settings.open('Engine');
    await expect(settings.field('DNS servers')).toHaveValue('10.0.0.1\n10.0.0.2', { timeout: 30_000 });
  });
});

test('keys of a command are changed, refused where they are taken, and reset', { tag: '@once' }, async ({ app }) => {
  const { page } = app;
  const settings = new SettingsPage(page);
  await settings.engineIs('Running');
  await page.keyboard.press('Control+,');
  await settings.open('Shortcuts');
  const row = settings.setting('Show Images');
  await row.getByRole('button', { name: 'Change the keys of Show Images' }).click();
  await page.keyboard.press('Control+k');
  await expect(row.getByRole('alert')).toContainText('Mod+K is taken by');
  await row.getByRole('button', { name: 'Change the keys of Show Images' }).click();
  await page.keyboard.press('Control+Alt+i');
  await settings.photograph('settings-shortcuts');
  await page.keyboard.press('Control+1');
  await expect(page).toHaveURL(/#\/containers/);
  await page.keyboard.press('Control+Alt+i');
  await expect(page).toHaveURL(/#\/images/);
  await settings.open('Shortcuts');
  await page.getByRole('button', { name: 'Reset all shortcuts' }).click();
  await page.keyboard.press('Control+2');
  await expect(page).toHaveURL(/#\/images/);
});

test('one switch sends docker commands here and gives the context back', async ({ app, engine }) => {
  const { page } = app;
  const settings = new SettingsPage(page);
  const env = isolatedEnvironment(engine.home);
  const docker = async (...words: string[]) => (await run('docker', words, { env })).stdout;
  const config = join(engine.home, 'docker/config.json');
  const text = '{\n\t"auths": {},\n\t"psFormat": "{{.Names}}"\n}';
  await mkdir(join(engine.home, 'docker'), { recursive: true });
  await writeFile(config, text);
  await loadBusybox(engine, 'busybox:1');
  await engine.client.json('POST', '/containers/create', { query: { name: 'seen-by-docker' }, json: { Image: 'busybox:1', Cmd: ['true'] } });

  await settings.engineIs('Running');
  await settings.open('Docker compatibility');
  await settings.toggle('Use Slipway for docker commands').click();
  await expect(settings.setting('Use Slipway for docker commands')).toContainText('Current context: slipway');
  await settings.photograph('settings-docker');
  expect(await docker('context', 'ls')).toMatch(new RegExp(`slipway \\*.*unix://${engine.location.socket}`));
  expect(await docker('ps', '--all')).toBe('seen-by-docker\n');
  expect(JSON.parse(await readFile(config, 'utf8'))).toMatchObject({ psFormat: '{{.Names}}', currentContext: 'slipway' });

  await settings.toggle('Use Slipway for docker commands').click();
  await expect(settings.setting('Use Slipway for docker commands')).toContainText('Current context: default');
  expect(await readFile(config, 'utf8')).toBe(text);
  expect(await docker('context', 'ls')).not.toContain('slipway');
});
