import { expect, type Page } from '@playwright/test';
import { test } from '../fixtures/test.ts';

/** Milliseconds since the navigation: when the objects came, when their first row was painted. */
interface Times {
  readonly objects: number | null;
  readonly row: number;
}

/** Loads the page anew and takes the time of its first row, as a frame shows it. */
async function timesOf(page: Page, change: (url: string) => string = (url) => url): Promise<Times> {
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('[role=row][data-row]')) return;
      observer.disconnect();
      // What is in the document when a frame begins is painted by it.
      requestAnimationFrame(() => performance.mark('first-row'));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  const url = change(page.url());
  if (url === page.url()) await page.reload();
  else await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('first-row').length > 0);
  return page.evaluate(() => ({
    objects: performance.getEntriesByName('slipway:objects')[0]?.startTime ?? null,
    row: performance.getEntriesByName('first-row')[0]?.startTime ?? 0,
  }));
}

test('the next start paints the last known state before the engine answers, and says that it is', async ({ open }) => {
  const page = await open('objects=300', '/containers');
  const name = await page.getByRole('rowheader').first().innerText();
  const { objects, row } = await timesOf(page, (url) => url.replace('objects=300', 'objects=300&engine=starting'));
  console.info(`first row of the last known state after the navigation, ms: ${row.toFixed(0)}`);
  expect(objects).toBeNull();
  await expect(page.getByRole('rowheader', { name, exact: true })).toBeVisible();
  await expect(page.getByText('This is the last known state.')).toBeVisible();
  await expect(page.getByRole('status', { name: 'Engine: Starting' })).toBeVisible();
  // Nothing waits for the engine: other places and the palette work.
  await page.keyboard.press('Control+2');
  await expect(page.getByRole('grid', { name: 'Images' })).toBeVisible();
});

test('a start without an engine shows why over the last known state', async ({ open }) => {
  const page = await open('objects=3', '/containers');
  await expect(page.getByRole('rowheader').first()).toBeVisible();
  const rows = await page.getByRole('rowheader').count();
  await page.goto(page.url().replace('objects=3', 'objects=3&engine=failed'));
  await expect(page.getByText('Another engine (process 4127) uses /var/lib/slipway.')).toBeVisible();
  await expect(page.getByRole('rowheader')).toHaveCount(rows);
  await expect(page.getByRole('button', { name: 'Start the engine' })).toBeVisible();
});
