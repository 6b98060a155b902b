import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOnStandIn, type StandInDriver } from '../drivers/stand-in-driver.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { installedApp, serveRelease } from '../fixtures/release-server.ts';
import { expect, test } from '../fixtures/test.ts';
import { UpdatesPage } from '../pages/updates-page.ts';

const NOTES = 'Faster.\n<img src=x onerror="window.pwned=1"> and <b>bold</b>';
/** Runs as the new version would, and says so. */
const programOf = (home: string) => `#!/bin/sh\necho "began after $APPIMAGE_SILENT_INSTALL" > ${join(home, 'began')}\n# ${'x'.repeat(200_000)}\n`;
/** By the menu, which has it once the page has told what it can do. */
const lookForUpdates = (desktop: StandInDriver) =>
  expect.poll(() => desktop.ask({ ask: 'choose-menu', path: ['&Help', 'Check for Slipway updates…'] })).toBe(true);
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test('a newer version is found, fetched and begun in the place of the old one, and containers go on', async ({ engine }) => {
  const program = programOf(engine.home);
  await using server = await serveRelease({ version: '0.2.0', notes: NOTES, program });
  const { appImage, env } = await installedApp(engine.home, server.url);
  await loadBusybox(engine, 'busybox:1');
  const json = { Image: 'busybox:1', Cmd: ['sh', '-c', 'while :; do sleep 1; done'], HostConfig: { NetworkMode: 'none' } };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'stays' }, json })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  await using desktop = await openOnStandIn({ ...engine, env, settings: { updateCheck: false } });
  const updates = new UpdatesPage(desktop.page);
  await updates.engineIs('Running');
  const old = await readFile(appImage, 'utf8');
  expect(server.requests).toEqual([]);

  await test.step('the menu looks for it; its notes are text', async () => {
    await lookForUpdates(desktop);
    await expect(updates.release('Slipway 0.2.0 is available')).toBeVisible();
    await expect(updates.version).toContainText('Slipway 0.1.0');
    await expect(updates.notes('0.2.0')).toHaveText(NOTES);
    expect(await desktop.page.evaluate(() => (window as unknown as { pwned?: number }).pwned ?? null)).toBeNull();
    expect(server.requests.map(({ path }) => path)).toEqual(['/latest-linux.yml']);
  });

  await test.step('fetching is given up, and done', async () => {
    server.isHeld = true;
    await updates.press('Download update');
    const bar = desktop.page.getByRole('progressbar', { name: 'Downloading Slipway 0.2.0' });
    await expect(bar).toBeVisible();
    await updates.press('Cancel the download');
    await expect(updates.release('Slipway 0.2.0 is available')).toBeVisible();
    await expect(desktop.page.getByRole('alert')).toHaveCount(0);
    server.isHeld = false;
    await updates.press('Download update');
    await expect(updates.release('Slipway 0.2.0 is ready')).toBeVisible();
    expect(await readFile(appImage, 'utf8')).toBe(old);
    // No request told one copy from another.
    expect(new Set(server.requests.map(({ who }) => who))).toEqual(new Set(['0']));
  });

  await test.step('it begins when it is asked to, in the place of the old one', async () => {
    await updates.photograph('update-ready', ['small']);
    await updates.press('Restart to update');
    await expect(updates.restartDialog).toContainText('Containers go on running');
    expect(await exists(join(engine.home, 'began'))).toBe(false);
    await updates.restartDialog.getByRole('button', { name: 'Restart to update' }).click();
    expect(await desktop.ended).toBe(0);
    expect(await readFile(appImage, 'utf8')).toBe(program);
    await expect.poll(() => readFile(join(engine.home, 'began'), 'utf8').catch(() => '')).toBe('began after true\n');
    expect(await engine.client.json('GET', `/containers/${Id}/json`)).toMatchObject({ State: { Running: true } });
  });
});

test('what was fetched and is not what was released is thrown away', async ({ engine }) => {
  await using server = await serveRelease({ version: '0.2.0', notes: '', program: programOf(engine.home), isForged: true });
  const { appImage, env } = await installedApp(engine.home, server.url);
  await using desktop = await openOnStandIn({ ...engine, env, settings: { updateCheck: false } });
  const updates = new UpdatesPage(desktop.page);
  const old = await readFile(appImage, 'utf8');
  await updates.engineIs('Running');
  await lookForUpdates(desktop);
  await updates.press('Download update');
  await expect(desktop.page.getByRole('alert')).toContainText('not what was released');
  await expect(updates.release('Slipway 0.2.0 is available')).toBeVisible();
  expect(await readFile(appImage, 'utf8')).toBe(old);
  const fetched = async () => (await readdir(join(engine.home, 'cache'), { recursive: true })).filter((name) => name.endsWith('.AppImage'));
  await expect.poll(fetched).toEqual([]);
});

test('a newer version is found without being asked for, told once, and skipped for good', async ({ engine }) => {
  await using server = await serveRelease({ version: '0.2.0', notes: 'New.', program: programOf(engine.home) });
  const { env } = await installedApp(engine.home, server.url);
  await using desktop = await openOnStandIn({ ...engine, env });
  // Before it looks for the first time.
  await desktop.ask({ ask: 'focus', focused: false });
  const updates = new UpdatesPage(desktop.page);
  await updates.engineIs('Running');
  const indicator = desktop.page.getByRole('button', { name: 'Update to 0.2.0' });
  await expect(indicator).toBeVisible({ timeout: 60_000 });
  await expect.poll(async () => (await desktop.record()).notifications).toEqual([{ title: 'Slipway 0.2.0 is available', body: '' }]);
  // Nothing is fetched that nobody wanted.
  expect(server.requests.map(({ path }) => path)).toEqual(['/latest-linux.yml']);
  await indicator.click();
  await updates.press('Skip this version');
  await expect(updates.release('Slipway 0.2.0 is available')).toContainText('You skip this version');
  await updates.go('Images');
  await expect(indicator).toHaveCount(0);
  const kept = async () => JSON.parse(await readFile(join(engine.home, 'config/slipway/updates.json'), 'utf8').catch(() => '{}')) as unknown;
  await expect.poll(kept).toMatchObject({ skipped: '0.2.0', told: '0.2.0' });
});

test('a copy that something else updates says so and asks for nothing', async ({ engine }) => {
  await using server = await serveRelease({ version: '0.2.0', notes: '', program: '' });
  const { env } = await installedApp(engine.home, server.url, 'deb');
  await using desktop = await openOnStandIn({ ...engine, env });
  const updates = new UpdatesPage(desktop.page);
  await updates.engineIs('Running');
  await lookForUpdates(desktop);
  await expect(updates.version).toContainText('your system’s package manager updates it');
  await expect(desktop.page.getByRole('switch', { name: 'Check automatically' })).toHaveCount(0);
  expect(server.requests).toEqual([]);
});
