import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOnStandIn } from '../drivers/stand-in-driver.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { TerminalsPage } from '../pages/terminals-page.ts';

test('the window is where and as it was left, and never where nobody sees it', async ({ engine }) => {
  const fileIn = (home: string) => join(home, 'config/slipway/window.json');
  const leave = async (home: string, state: object) => {
    await mkdir(join(home, 'config/slipway'), { recursive: true });
    await writeFile(fileIn(home), JSON.stringify(state));
  };
  const left = { bounds: { x: 100, y: 60, width: 900, height: 620 }, maximized: true };
  await leave(engine.home, left);
  {
    await using desktop = await openOnStandIn(engine);
    await expect.poll(async () => (await desktop.record()).windows[0]).toMatchObject({ bounds: [100, 60, 900, 620], maximized: true, shown: true });
    await leave(engine.home, {});
    await desktop.ask({ ask: 'quit' }).catch(() => undefined);
    expect(await desktop.ended).toBe(0);
    expect(JSON.parse(await readFile(fileIn(engine.home), 'utf8'))).toEqual(left);
  }
  // The display on which it was is not there any more.
  const later = join(engine.home, 'later');
  await leave(later, { bounds: { x: 5000, y: 60, width: 900, height: 620 }, maximized: false });
  await using next = await openOnStandIn({ location: engine.location, home: later });
  await expect.poll(async () => (await next.record()).windows[0]).toMatchObject({ bounds: [null, null, 1280, 800], maximized: false, shown: true });
});

test('the tray restarts a container, opens its terminal and the settings, and ends the app', async ({ desktop, engine }) => {
  await loadBusybox(engine, 'busybox:1');
  const json = { Image: 'busybox:1', Cmd: ['sh', '-c', 'trap exit TERM; while :; do sleep 1; done'], HostConfig: { NetworkMode: 'none' } };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'box' }, json })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  const startedAt = async () => ((await engine.client.json('GET', `/containers/${Id}/json`)) as { State: { StartedAt: string } }).State.StartedAt;
  const choose = (...path: string[]) => desktop.ask({ ask: 'choose', path });
  const before = await startedAt();
  await expect.poll(() => choose('box', 'Restart')).toBe(true);
  await expect.poll(startedAt, { timeout: 30_000 }).not.toBe(before);
  await expect.poll(() => choose('box', 'Terminal')).toBe(true);
  await expect(desktop.page.getByRole('tab', { name: 'Terminal', selected: true })).toBeVisible();
  expect(await choose('Settings…')).toBe(true);
  await expect(desktop.page).toHaveURL(/#\/settings/);
  await choose('Quit').catch(() => undefined);
  expect(await desktop.ended).toBe(0);
});

test('a terminal in a window of its own is as hardened as the app', async ({ desktop, engine }) => {
  await loadBusybox(engine, 'busybox:1');
  const json = { Image: 'busybox:1', Cmd: ['sh', '-c', 'while :; do sleep 1; done'], HostConfig: { NetworkMode: 'none' } };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'box' }, json })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  await new ContainersPage(desktop.page).open('box');
  await desktop.page.getByRole('tab', { name: 'Terminal' }).click();
  const terminals = new TerminalsPage(desktop.page);
  await terminals.shows(/[#$]/);
  await terminals.detach();
  await expect.poll(async () => (await desktop.record()).windows.length).toBe(2);
  await expect.poll(async () => (await desktop.record()).windows[1]?.url).toMatch(/^app:\/\/slipway\/#\/terminal\//);
  const [main, own] = (await desktop.record()).windows;
  expect(own?.webPreferences).toEqual(main?.webPreferences);
  expect(own?.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });
});
