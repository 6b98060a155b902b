import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openOnStandIn } from '../drivers/stand-in-driver.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ActivityPage } from '../pages/activity-page.ts';

const run = promisify(execFile);

test('what fails while there is no window waits in the list of what happened', async ({ engine }) => {
  await loadBusybox(engine, 'busybox:1');
  const docker = async (...args: string[]) => (await run('docker', ['-H', `unix://${engine.location.socket}`, ...args])).stdout.trim();
  await using desktop = await openOnStandIn({ ...engine, words: ['--hidden'], settings: { notifications: false }, windowless: true });
  const tray = async () => ((await desktop.record()).tray?.menu ?? []).map(({ label }) => label);
  await expect.poll(tray).toContain('Engine is running');
  const id = await docker('run', '-d', '--name', 'worker', '--network', 'none', 'busybox:1', 'sh', '-c', 'sleep 2; exit 3');
  const kept = async () => JSON.parse(await readFile(join(engine.home, 'config/slipway/notices.json'), 'utf8').catch(() => '[]')) as unknown;
  await expect.poll(kept, { timeout: 30_000 }).toMatchObject([{ kind: 'container.failed', object: 'worker', objectId: id, isSeen: false }]);
  // Notifications are off.
  expect((await desktop.record()).notifications).toEqual([]);

  const opened = desktop.page.context().waitForEvent('page');
  expect(await desktop.ask({ ask: 'choose', path: ['Open Slipway'] })).toBe(true);
  const activity = new ActivityPage(await opened);
  await expect(activity.news).toHaveText('1');
  await activity.go('Activity');
  await expect(activity.row('worker exited with code 3')).toBeVisible();
  await expect(activity.news).toHaveCount(0);
  await expect.poll(kept).toMatchObject([{ isSeen: true }]);
  await activity.row('worker exited with code 3').hover();
  await activity.row('worker exited with code 3').getByRole('button', { name: 'Show worker' }).click();
  await expect(activity.page).toHaveURL(new RegExp(`#/containers/${id}`));
});
