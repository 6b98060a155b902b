import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestEngine } from '../fixtures/engine.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import type { MenuRecord } from '../stand-in/record.ts';

const run = promisify(execFile);
const docker = async (engine: TestEngine, ...args: string[]) => (await run('docker', ['-H', `unix://${engine.location.socket}`, ...args])).stdout.trim();
const IDLE = ['busybox:1', 'sh', '-c', 'trap exit TERM; while :; do sleep 1; done'];
const labels = (menu: readonly MenuRecord[]) => menu.map(({ label }) => label);

test('the tray lists containers by project, acts on them, and opens their logs, terminals and ports in the window', async ({ desktop, engine }) => {
  await loadBusybox(engine, 'busybox:1');
  await docker(engine, 'run', '-d', '--name', 'api', '--label', 'com.docker.compose.project=shop', '-p', '127.0.0.1:0:80', ...IDLE);
  // As `docker port` tells it: `127.0.0.1:32768`.
  const port = (await docker(engine, 'port', 'api', '80')).split(':')[1];
  await docker(engine, 'run', '-d', '--name', 'alone', ...IDLE);
  const tray = async () => (await desktop.record()).tray?.menu ?? [];
  await expect.poll(async () => labels(await tray()).slice(2, 6)).toEqual(['Running', 'alone', 'shop', 'api']);
  expect(labels((await tray()).find(({ label }) => label === 'api')?.submenu ?? [])).toEqual([
    ...['Stop', 'Restart', 'separator', 'Logs', 'Terminal', `Open port ${port}`],
  ]);

  await test.step('a port opens in the browser, logs in the window', async () => {
    expect(await desktop.ask({ ask: 'choose', path: ['api', `Open port ${port}`] })).toBe(true);
    await expect.poll(async () => (await desktop.record()).openedLinks).toEqual([`http://localhost:${port}/`]);
    expect(await desktop.ask({ ask: 'choose', path: ['api', 'Logs'] })).toBe(true);
    await expect(desktop.page).toHaveURL(/#\/containers\/[0-9a-f]{64}/);
    await expect(desktop.page.getByRole('tab', { name: 'Logs', selected: true })).toBeVisible();
  });

  await test.step('a container stops and starts', async () => {
    expect(await desktop.ask({ ask: 'choose', path: ['alone', 'Stop'] })).toBe(true);
    await expect.poll(async () => labels((await tray()).find(({ label }) => label === 'Stopped')?.submenu ?? []), { timeout: 30_000 }).toEqual(['alone']);
    expect(await desktop.ask({ ask: 'choose', path: ['Stopped', 'alone', 'Start'] })).toBe(true);
    await expect.poll(async () => labels(await tray())).toContain('alone');
  });

  await test.step('what it does not show builds no new menu', async () => {
    const before = (await desktop.record()).tray?.built;
    await docker(engine, 'volume', 'create', 'unseen');
    await docker(engine, 'network', 'create', 'unseen');
    await docker(engine, 'pause', 'api');
    await expect.poll(async () => labels(await tray())).not.toContain('api');
    expect((await desktop.record()).tray?.built).toBe((before ?? 0) + 1);
    await docker(engine, 'unpause', 'api');
  });
});

test('what fails while nobody looks is told, and a click shows the container', async ({ desktop, engine }) => {
  await loadBusybox(engine, 'busybox:1');
  const notifications = async () => (await desktop.record()).notifications;
  await expect(desktop.page.getByRole('status', { name: 'Running' })).toBeVisible();
  const crash = async (name: string) => {
    const id = await docker(engine, 'run', '-d', '--name', name, 'busybox:1', 'sh', '-c', 'sleep 1; exit 3');
    return id;
  };
  await desktop.ask({ ask: 'focus', focused: false });
  const id = await crash('worker');
  await expect.poll(notifications).toEqual([{ title: 'worker exited with code 3', body: '' }]);
  expect(await desktop.ask({ ask: 'click-notification', title: 'worker exited with code 3' })).toBe(true);
  await expect(desktop.page).toHaveURL(new RegExp(`#/containers/${id}`));

  await desktop.ask({ ask: 'focus', focused: true });
  await crash('seen');
  // The shell has heard of its end, and has decided whether to tell it.
  const kept = async () => JSON.parse(await readFile(join(engine.home, 'config/slipway/notices.json'), 'utf8').catch(() => '[]')) as unknown;
  await expect.poll(kept).toMatchObject([{ object: 'seen' }, { object: 'worker' }]);
  await desktop.ask({ ask: 'focus', focused: false });
  await crash('again');
  await expect.poll(async () => (await notifications()).map(({ title }) => title)).toEqual(['worker exited with code 3', 'again exited with code 3']);
});
