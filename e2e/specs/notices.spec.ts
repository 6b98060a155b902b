import { expect } from '@playwright/test';
import { hasNoSeriousIssue } from '../fixtures/axe.ts';
import { test } from '../fixtures/test.ts';
import { ActivityPage } from '../pages/activity-page.ts';

test('notices are counted until they are seen, lead to their object, and are dismissed', async ({ open }) => {
  const page = await open('objects=14', '/images');
  const activity = new ActivityPage(page);
  await expect(activity.news).toHaveText('2');
  await hasNoSeriousIssue(page, 'sidebar with a count');
  await activity.go('Activity');
  await expect(activity.news).toHaveCount(0);
  await page.getByRole('radio', { name: 'Notices' }).click();
  const rows = activity.grid.getByRole('rowheader');
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText('exited with code 3');
  await rows.first().click();
  const title = await rows.first().innerText();
  const details = activity.details(title.trim());
  await expect(details).toContainText('executable file not found');
  await hasNoSeriousIssue(page, 'a notice');
  await page.keyboard.press('o');
  await expect(page).toHaveURL(/#\/containers\/[0-9a-f]+/);
  await page.goBack();
  await details.getByRole('button', { name: 'Remove from the history' }).click();
  await expect(rows).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Filter activity' }).fill('unhealthy');
  await expect(rows).toHaveCount(1);
  await page.getByRole('searchbox', { name: 'Filter activity' }).fill('');
  await page.getByRole('button', { name: 'Clear the history' }).click();
  await expect(page.getByText('Nothing has been noticed')).toBeVisible();
});

test('a kind that is switched off is listed and not counted', async ({ open }) => {
  const page = await open('objects=14', '/settings/notifications');
  const activity = new ActivityPage(page);
  await page.getByRole('switch', { name: 'A container becomes unhealthy' }).click();
  await expect(activity.news).toHaveText('1');
  await activity.go('Activity');
  await expect(activity.grid.getByRole('rowheader').filter({ hasText: 'unhealthy' })).toHaveCount(1);
});
