import { expect } from '@playwright/test';
import { test } from '../fixtures/test.ts';
import { DiskPage } from '../pages/disk-page.ts';
import { NetworksPage } from '../pages/networks-page.ts';

test('the map folds projects when there are many containers, and draws 10,000 without drawing what is not seen', async ({ open }) => {
  const networks = new NetworksPage(await open('objects=10000', '/networks'));
  await networks.view('Map');
  const shop = networks.node(/^Project shop/);
  await expect(shop).toHaveAttribute('aria-expanded', 'false');
  await shop.focus();
  await networks.page.keyboard.press('ArrowRight');
  await expect(shop).toHaveAttribute('aria-expanded', 'true');
  await networks.page.keyboard.press('ArrowDown');
  await expect(networks.page.locator('[data-target]:focus')).not.toHaveAttribute('aria-label', /^Project/);
  await expect.poll(() => networks.page.locator('svg [data-target]').count()).toBeLessThan(250);
});

test('zoom changes the size of the map and fits it into the window', async ({ open }) => {
  const networks = new NetworksPage(await open('objects=30', '/networks'));
  await networks.view('Map');
  const node = networks.node(/^web, Running/).first();
  const width = async () => (await node.boundingBox())?.width ?? 0;
  // At rest: it takes the room that the frames after the first one leave it.
  await node.click({ trial: true });
  const before = await width();
  await networks.page.getByRole('button', { name: 'Larger' }).click();
  await expect.poll(width).toBeGreaterThan(before * 1.1);
  await networks.page.getByRole('button', { name: 'Fit the window' }).click();
  await expect.poll(width).toBeLessThanOrEqual(before);
});

test('the screens say what is wrong when the engine is down, and what they are for when there is nothing', async ({ open }) => {
  for (const path of ['/networks', '/disk']) {
    const down = await open('objects=3&engine=failed', path);
    await expect(down.getByText('Another engine (process 4127) uses /var/lib/slipway.').first()).toBeVisible();
  }
  const networks = new NetworksPage(await open('objects=0', '/networks'));
  await expect(networks.row('bridge')).toBeVisible();
  await networks.view('Map');
  await expect(networks.page.getByText('No containers to show')).toBeVisible();
  const disk = new DiskPage(await open('objects=0', '/disk'));
  await expect(disk.page.getByText('Nothing is kept yet')).toBeVisible();
});
