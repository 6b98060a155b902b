import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { test } from '../fixtures/test.ts';
import { BasePage } from '../pages/base-page.ts';

test('charts share a cursor, are zoomed into and back, and are exported', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.getByRole('rowheader', { name: 'api', exact: true }).click();
  await page.getByRole('tab', { name: 'Stats' }).click();
  const cpu = page.getByRole('figure', { name: 'CPU' });
  const memory = page.getByRole('figure', { name: 'Memory' });
  // What was measured before the tab was opened is there at once.
  await expect(cpu.locator('figcaption')).toContainText('%');

  const plot = cpu.locator('.u-over');
  // At rest: what is above it has come, and moves it no more.
  await plot.hover();
  const box = await plot.boundingBox();
  if (!box) throw new Error('no plot');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.4, y);
  const clock = /\d\d:\d\d:\d\d/;
  await expect(cpu.locator('figcaption')).toHaveText(clock);
  await expect(memory.locator('figcaption')).toHaveText(clock);
  const timeOf = async (text: Promise<string>) => clock.exec(await text)?.[0];
  // The next second may come between the two.
  const same = async () => (await timeOf(memory.locator('figcaption').innerText())) === (await timeOf(cpu.locator('figcaption').innerText()));
  await expect.poll(same).toBe(true);

  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, y, { steps: 5 });
  await page.mouse.up();
  const reset = page.getByRole('button', { name: 'Show all' });
  await expect(reset).toBeVisible();
  await new BasePage(page).photograph('stats-zoomed', ['small']);

  const save = async (item: string) => {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()]);
    return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
  };
  const csv = await save('What is shown as CSV');
  expect(csv.name).toBe('api.csv');
  const rows = csv.content.toString().trimEnd().split('\r\n');
  expect(rows[0]).toMatch(/^time,cpu_percent,memory_bytes,.*,processes$/);
  // A fifth of five minutes, in which measuring paused for a while.
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.length).toBeLessThan(75);
  const png = await save('What is shown as PNG');
  expect(png.name).toBe('api.png');
  expect(png.content.subarray(1, 4).toString()).toBe('PNG');
  expect(png.content.length).toBeGreaterThan(5000);

  await reset.click();
  await expect(reset).toHaveCount(0);

  await test.step('by keys as well', async () => {
    await page.mouse.move(1, 1);
    const region = page.getByRole('region', { name: 'Stats' });
    await region.focus();
    await expect(cpu.locator('figcaption')).not.toHaveText(clock);
    await page.keyboard.press('End');
    await expect(cpu.locator('figcaption')).toHaveText(clock);
    // A moment that the time that is shown leaves behind after minutes only.
    const newest = clock.exec(await cpu.locator('figcaption').innerText())?.[0] ?? 'no time';
    await expect(memory.locator('figcaption')).toContainText(newest);
    await page.keyboard.press('ArrowLeft');
    await expect(memory.locator('figcaption')).not.toContainText(newest);
    await expect(memory.locator('figcaption')).toHaveText(clock);
    for (let press = 0; press < 20; press++) await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(async () => (await memory.locator('.u-select').boundingBox())?.width ?? 0).toBeGreaterThan(20);
    await new BasePage(page).photograph('stats-marked', ['small']);
    await page.keyboard.press('Enter');
    await expect(reset).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(reset).toHaveCount(0);
    // It went no further than the zoom.
    await expect(region).toBeFocused();
  });
  await page.getByRole('radio', { name: '1 h' }).click();
  const hour = async () => (await save('What is shown as CSV')).content.toString().split('\r\n').length;
  await expect.poll(hour).toBeGreaterThan(400);
});
