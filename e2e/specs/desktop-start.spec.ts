import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openOnStandIn } from '../drivers/stand-in-driver.ts';
import { expect, test } from '../fixtures/test.ts';

const running = (page: Page) => expect(page.getByRole('status', { name: 'Running' })).toBeVisible();

test('it begins in the tray when it is told to, in the language of the system, and an address opens its window', async ({ engine }) => {
  await using desktop = await openOnStandIn({ ...engine, words: ['--hidden'], languages: 'fr,de-AT', windowless: true });
  const tray = async () => ((await desktop.record()).tray?.menu ?? []).map(({ label }) => label);
  await expect.poll(tray).toContain('Slipway öffnen');
  expect((await desktop.record()).windows).toEqual([]);
  await expect.poll(async () => (await desktop.record()).protocols).toHaveLength(1);
  expect((await desktop.record()).protocols[0]).toMatch(/^slipway \//);

  await desktop.ask({ ask: 'second-instance', words: ['--hidden'] });
  expect((await desktop.record()).windows).toEqual([]);
  const opened = desktop.page.context().waitForEvent('page');
  await desktop.ask({ ask: 'second-instance', words: ['slipway://run?image=nginx:1.27'] });
  const page = await opened;
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('combobox').first()).toHaveValue('nginx:1.27');
  expect(await engine.client.json('GET', '/containers/json', { query: { all: 1 } })).toEqual([]);
});

test('an address shows things and fills in forms; one that asks for more is refused with a notice', async ({ desktop, engine }) => {
  const { page } = desktop;
  await running(page);
  expect(await desktop.ask({ ask: 'open-url', url: 'slipway://volumes' })).toBe(true);
  await expect(page).toHaveURL(/#\/volumes/);
  await engine.client.json('POST', '/volumes/create', { json: { Name: 'data' } });
  await desktop.ask({ ask: 'second-instance', words: ['slipway://images'] });
  await expect(page).toHaveURL(/#\/images/);
  expect((await desktop.record()).notifications).toEqual([]);

  const before = page.url();
  for (const url of [
    'slipway://remove/data',
    'slipway://volume/data?tab=../../x',
    'slipway://container/<img src=x onerror=alert(1)>',
    'slipway://exec?command=reboot',
    'slipway://run?image=--privileged',
    'slipway://settings/../../etc',
    `slipway://search?q=${'a'.repeat(5000)}`,
    'slipway://search?q=%E2%80%AEgnp',
    'slipway:%2F%2Fsettings',
  ]) {
    await desktop.ask({ ask: 'open-url', url });
    await expect
      .poll(async () => (await desktop.record()).notifications)
      .toEqual([{ title: 'The link was not opened', body: 'It asks for something that a link may not do.' }]);
  }
  await desktop.ask({ ask: 'second-instance', words: ['--load-extension=/tmp/x', 'file:///etc/passwd', 'https://evil.example/'] });
  expect(page.url()).toBe(before);
  expect((await desktop.record()).openedLinks).toEqual([]);
  expect(await engine.client.json('GET', '/volumes/data')).toHaveProperty('Name', 'data');
});

test('settings decide about login, zoom, language and what closing does', async ({ engine }) => {
  const autostart = join(engine.home, 'config/autostart/io.slipway.app.desktop');
  await using desktop = await openOnStandIn({ ...engine, settings: { startAtLogin: true, zoom: 1.25, language: 'es', closeToTray: false } });
  await expect.poll(async () => (await desktop.record()).windows[0]?.zoomFactor).toBe(1.25);
  await expect.poll(async () => (await desktop.record()).applicationMenu.map(({ label }) => label)).toContain('&Archivo');
  await expect.poll(() => readFile(autostart, 'utf8').catch(() => '')).toMatch(/^Exec="\/.*" "\/.*"$/m);
  await desktop.ask({ ask: 'close-window' }).catch(() => undefined);
  expect(await desktop.ended).toBe(0);

  await using next = await openOnStandIn({ ...engine, settings: { startMinimised: true }, windowless: true });
  await expect.poll(async () => (await next.record()).tray?.menu.length).toBeGreaterThan(0);
  expect((await next.record()).windows).toEqual([]);
  await expect
    .poll(() =>
      access(autostart).then(
        () => true,
        () => false,
      ),
    )
    .toBe(false);
});
