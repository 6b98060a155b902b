import { expect } from '@playwright/test';
import { hasNoSeriousIssue } from '../fixtures/axe.ts';
import { test } from '../fixtures/test.ts';
import { ShellPage } from '../pages/shell-page.ts';
import { UpdatesPage } from '../pages/updates-page.ts';

test('a newer version is shown, put off, fetched and begun by its buttons', async ({ open }) => {
  const page = await open('objects=14&update=available', '/images');
  const updates = new UpdatesPage(page);
  await page.getByRole('button', { name: 'Update to 0.2.0' }).click();
  await expect(page).toHaveURL(/#\/settings\/updates/);
  const notes = updates.notes('0.2.0');
  await expect(notes).toContainText('<img src=x onerror=alert(1)>');
  await expect(notes.locator('*')).toHaveCount(0);
  await hasNoSeriousIssue(page, 'an update');
  await updates.press('Remind me later');
  await updates.go('Images');
  await expect(page.getByRole('button', { name: 'Update to 0.2.0' })).toHaveCount(0);

  await new ShellPage(page).run('check for slipway updates');
  await expect(page).toHaveURL(/#\/settings\/updates/);
  await updates.press('Skip this version');
  await updates.press('Do not skip');
  await updates.press('Download update');
  await expect(page.getByRole('progressbar', { name: 'Downloading Slipway 0.2.0' })).toHaveAttribute('aria-valuenow', '42');
  await hasNoSeriousIssue(page, 'an update that is fetched');
  await updates.press('Cancel the download');
  await expect(updates.release('Slipway 0.2.0 is available')).toBeVisible();
});

test('what is ready asks before it begins, and what failed says why', async ({ open }) => {
  const page = await open('objects=14&update=ready', '/containers');
  const updates = new UpdatesPage(page);
  await page.getByRole('button', { name: 'Restart to update' }).click();
  await expect(updates.restartDialog).toContainText('These 2 tasks end with the app:');
  await expect(updates.restartDialog).toContainText('Pull nginx:1.27');
  await hasNoSeriousIssue(page, 'restart dialog');
  await page.keyboard.press('Escape');
  await expect(updates.restartDialog).toHaveCount(0);
  await new ShellPage(page).run('restart to update');
  await updates.restartDialog.getByRole('button', { name: 'Restart to update' }).click();
  await page.evaluate(() => (location.hash = '/settings/updates'));
  await expect(page.getByRole('alert')).toContainText('you may not write there');
  await page.getByRole('alert').getByText('Details').click();
  await expect(page.getByRole('alert')).toContainText('EACCES');
});

test('a browser says how it is updated', async ({ open }) => {
  const page = await open('objects=3&update=browser', '/settings/updates');
  const updates = new UpdatesPage(page);
  await expect(updates.version).toContainText('together with the program that serves it');
  await expect(page.getByRole('main').getByRole('switch')).toHaveCount(0);
  await expect(updates.version.getByRole('button')).toHaveCount(0);
});
