import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/test.ts';
import type { MenuRecord } from '../stand-in/record.ts';

const labels = (menu: readonly MenuRecord[]) => menu.map(({ label }) => label);
const running = (page: Page) => expect(page.getByRole('status', { name: 'Running' })).toBeVisible();

test('the window opens hardened and gets the engine by its port', async ({ desktop }) => {
  await running(desktop.page);
  // Once all of the page is loaded.
  await expect.poll(async () => (await desktop.record()).windows[0]?.shown).toBe(true);
  const { sandboxed, windows, schemes } = await desktop.record();
  expect({ sandboxed, schemes }).toEqual({ sandboxed: true, schemes: ['app'] });
  expect(windows).toHaveLength(1);
  expect(windows[0]?.url).toMatch(/^app:\/\/slipway\/(#.*)?$/);
  expect(windows[0]?.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
});

test('the page has one frozen function and no way to other code', async ({ desktop }) => {
  await running(desktop.page);
  const world = await desktop.page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const reached = await fetch('https://example.invalid/').then(
      () => true,
      () => false,
    );
    const page = window as unknown as Record<string, unknown>;
    return {
      bridge: Object.keys(page['slipway'] as object),
      frozen: Object.isFrozen(page['slipway']),
      require: typeof page['require'],
      process: typeof page['process'],
      injected: page['injected'] ?? null,
      reached,
      path: (page['slipway'] as { pathOf(file: File): unknown }).pathOf(new File(['x'], 'of-no-disk')),
    };
  });
  expect(world).toEqual({ bridge: ['connect', 'pathOf'], frozen: true, require: 'undefined', process: 'undefined', injected: null, reached: false, path: '' });
});

test('main refuses what does not come from its page', async ({ desktop }) => {
  await running(desktop.page);
  expect(await desktop.ask({ ask: 'foreign-connect', url: 'https://evil.example/' })).toBe(0);
  expect(await desktop.ask({ ask: 'foreign-connect', url: 'app://slipway.evil/' })).toBe(0);
  expect(await desktop.ask({ ask: 'foreign-connect', url: 'app://slipway/' })).toBe(1);
  expect(await desktop.ask({ ask: 'navigate', url: 'https://evil.example/' })).toBe(true);
  expect(await desktop.ask({ ask: 'navigate', url: 'app://slipway/images' })).toBe(false);
  expect(await desktop.ask({ ask: 'permissions', names: ['media', 'geolocation', 'clipboard-read', 'clipboard-sanitized-write', 'openExternal'] })).toEqual([
    'clipboard-sanitized-write',
  ]);
});

test('links leave for the browser only where they are safe', async ({ desktop }) => {
  for (const url of ['https://example.com/', 'http://example.com/', 'file:///etc/passwd', 'http://localhost:8080/']) {
    expect(await desktop.ask({ ask: 'open-window', url })).toEqual({ action: 'deny' });
  }
  await expect.poll(async () => (await desktop.record()).openedLinks).toEqual(['https://example.com/', 'http://localhost:8080/']);
});

test('the tray follows the engine', async ({ desktop, engine }) => {
  const tray = async () => labels((await desktop.record()).tray?.menu ?? []);
  await expect.poll(tray).toEqual(['Engine is running', 'separator', 'No container is running', 'separator', 'Open Slipway', 'Settings…', 'separator', 'Quit']);
  await engine.signal('SIGTERM');
  await expect.poll(tray).toEqual(['Engine is stopped', 'Start engine', 'separator', 'Open Slipway', 'Settings…', 'separator', 'Quit']);
  expect(await desktop.ask({ ask: 'choose', path: ['Start engine'] })).toBe(true);
  await expect.poll(async () => (await tray())[0]).toBe('Engine is running');
  // Also one that somebody else stops and starts, as its service does.
  await engine.signal('SIGTERM');
  await expect.poll(async () => (await tray())[0]).toBe('Engine is stopped');
  await engine.start();
  await expect.poll(async () => (await tray())[0]).toBe('Engine is running');
});

test('the menus show the commands of the page with their keys, and run them there', async ({ desktop }) => {
  const { page } = desktop;
  await running(page);
  const menu = async () => (await desktop.record()).applicationMenu;
  await expect.poll(async () => labels(await menu())).toEqual(['&File', '&Edit', '&View', '&Go', '&Window', '&Help']);
  const items = (await menu()).flatMap(({ submenu }) => submenu);
  expect(items.find(({ id }) => id === 'app.palette')).toMatchObject({ accelerator: 'CommandOrControl+K' });
  expect(items.find(({ id }) => id === 'container.run')).toBeDefined();
  await expect(page.getByRole('heading', { name: 'Images', level: 1 })).toBeHidden();
  const images = items.find(({ id }) => id === 'go.images');
  expect(await desktop.ask({ ask: 'choose-menu', path: ['&Go', images?.label ?? ''] })).toBe(true);
  await expect(page).toHaveURL(/#\/images/);
  const zoom = items.find(({ id }) => id === 'zoom.in');
  expect(await desktop.ask({ ask: 'choose-menu', path: ['&View', zoom?.label ?? ''] })).toBe(true);
  await expect.poll(async () => (await desktop.record()).windows[0]?.zoomFactor).toBe(1.1);
});

test('the app outlives its window, and the engine outlives the app', async ({ desktop, engine }) => {
  await running(desktop.page);
  await desktop.ask({ ask: 'close-window' });
  await expect.poll(async () => (await desktop.record()).windows.length).toBe(0);
  const opened = desktop.page.context().waitForEvent('page');
  expect(await desktop.ask({ ask: 'choose', path: ['Open Slipway'] })).toBe(true);
  await running(await opened);
  await desktop.ask({ ask: 'quit' }).catch(() => undefined);
  expect(await desktop.ended).toBe(0);
  expect(await engine.client.json('GET', '/version')).toHaveProperty('Version');
});
