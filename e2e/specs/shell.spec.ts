import { expect, type Page } from '@playwright/test';
import { holdFrames } from '../drivers/frames.ts';
import { test } from '../fixtures/test.ts';
import { ShellPage } from '../pages/shell-page.ts';

const detailsOf = (page: Page, name: string | RegExp) => page.getByRole('region', { name });
const list = (page: Page) => page.locator('main :is([role=grid], [role=treegrid])');

test('the palette finds objects, their verbs and log lines', async ({ open }) => {
  const page = await open('objects=14', '/images');
  const shell = new ShellPage(page);
  await shell.find('stop web');
  await expect(shell.options.first()).toContainText('Stop web');
  await page.keyboard.press('Enter');
  await expect(shell.palette).toHaveCount(0);
  await shell.find('web');
  await expect(shell.options.first()).toContainText('web');
  await expect(shell.palette.getByRole('combobox')).toHaveAttribute('aria-activedescendant', /.+/);
  await page.keyboard.press('Tab');
  await expect(shell.palette.getByRole('combobox', { name: 'What to do with web' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(shell.palette.getByRole('combobox', { name: /^Search/ })).toBeFocused();
  await page.keyboard.type('left');
  // Opened again before the frame with which it goes, it has nothing of what was typed.
  const release = await holdFrames(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('timed out');
  await expect(shell.palette.getByRole('combobox')).toHaveValue('timed out');
  await release();
  await expect(shell.palette.getByRole('group', { name: 'Log lines' }).getByRole('option').first()).toContainText('upstream timed out');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('searchbox', { name: 'Find in the log' })).toHaveValue('timed out');
  // What was used is offered first.
  await shell.find('');
  await expect(shell.palette.getByRole('group', { name: 'Recent' })).toBeVisible();
});

test('keys do what the cheat sheet says, and nothing while somebody types', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const shell = new ShellPage(page);
  await page.keyboard.press('?');
  await expect(shell.cheatSheet).toContainText('Start / Stop');
  // Behind a dialog nothing is done.
  await page.keyboard.press('Control+2');
  await page.keyboard.press('Escape');
  await expect(shell.cheatSheet).toHaveCount(0);
  await expect(list(page)).toHaveAccessibleName('Containers');
  await page.keyboard.press('/');
  await page.keyboard.type('s?r');
  await expect(page.getByRole('searchbox', { name: 'Filter containers' })).toHaveValue('s?r');
  await expect(shell.cheatSheet).toHaveCount(0);
  await expect(page.getByText('Stopping')).toHaveCount(0);
  await page.keyboard.press('Control+2');
  await expect(list(page)).toHaveAccessibleName('Images');
  await page.keyboard.press('Control+b');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByText('Images')).toHaveCount(0);
  // Keys of a place mean nothing in another.
  await page.keyboard.press('i');
  await page.keyboard.press('Control+3');
  await expect(list(page)).toHaveAccessibleName('Volumes');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('i');
  await expect(page.getByRole('dialog', { name: /^Import/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Shift+Delete');
  await expect(page.getByRole('dialog', { name: /unused volumes/ })).toBeVisible();
});

test('back and forward lead through places and details', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  await page.getByRole('rowheader', { name: 'api', exact: true }).click();
  await expect(detailsOf(page, 'Details of api')).toBeVisible();
  await page.keyboard.press('Control+2');
  await expect(list(page)).toHaveAccessibleName('Images');
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(detailsOf(page, 'Details of api')).toBeVisible();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(detailsOf(page, /^Details of/)).toHaveCount(0);
  // The row that was left is still the one under the keyboard.
  await expect(page.locator('[role=row][aria-current=true]')).toContainText('api');
  await page.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect(detailsOf(page, 'Details of api')).toBeVisible();
});

test('the language is chosen in the palette and stays', async ({ open }) => {
  const page = await open('objects=14', '/images');
  const shell = new ShellPage(page);
  await shell.run('Deutsch');
  await expect(page.getByRole('navigation', { name: 'Hauptbereiche' })).toBeVisible();
  await expect(shell.root).toHaveAttribute('lang', 'de');
  await expect(page.getByText(/^vor \d/).first()).toBeVisible();
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Images filtern' })).toBeVisible();
  await shell.run('Español');
  await expect(shell.root).toHaveAttribute('lang', 'es');
  await expect(page.getByRole('searchbox', { name: 'Filtrar imágenes' })).toBeVisible();
});

test('zoom, density and contrast are kept', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const shell = new ShellPage(page);
  for (let step = 0; step < 5; step++) await page.keyboard.press('Control+=');
  await expect(page.locator('#root')).toHaveCSS('zoom', '2');
  await shell.run('High contrast, dark');
  await shell.run('Compact or comfortable rows');
  await page.reload();
  await expect(shell.root).toHaveAttribute('data-theme', 'contrast-dark');
  await expect(shell.root).toHaveAttribute('data-density', 'compact');
  await expect(page.locator('#root')).toHaveCSS('zoom', '2');
  // At 200 % there is room for the verb and the list; nothing hangs over the edge.
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
  await page.keyboard.press('Control+0');
  await expect(page.locator('#root')).toHaveCSS('zoom', '1');
  expect((await page.locator('[role=row][data-row]').first().boundingBox())?.height).toBe(28);
});
