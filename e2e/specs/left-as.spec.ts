import { expect, type Page } from '@playwright/test';
import { test } from '../fixtures/test.ts';

const sidebar = (page: Page, name: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });
/** What scrolls on a screen: the rows of its list, or the area that has its name. */
const area = (page: Page) =>
  page.locator('main :is([role=grid] > div:has(> div > [data-row]), [role=treegrid] > div:has(> div > [data-row]), [role=region])').first();
const offset = (page: Page) => area(page).evaluate((element) => element.scrollTop);

async function scrollTo(page: Page, top: number): Promise<void> {
  // It goes no further than what has come so far.
  const reached = () =>
    area(page).evaluate((element, to) => {
      element.scrollTop = to;
      return element.scrollTop;
    }, top);
  await expect.poll(reached).toBe(top);
  // It is kept when it has come to rest.
  await expect.poll(() => page.evaluate((to) => localStorage.getItem('slipway.ui.1')?.includes(`:${to}`) ?? false, top)).toBe(true);
}

const LISTS = ['Containers', 'Images', 'Volumes', 'Builds', 'Activity'] as const;

test('lists are scrolled as they were left, by the sidebar, back and forward, and over a reload', async ({ open }) => {
  const page = await open('objects=300&flat', '/containers');
  for (const [index, name] of LISTS.entries()) {
    const top = 1001 + index * 10;
    await sidebar(page, name).click();
    // Until then the list is the one that is being left.
    await expect(sidebar(page, name)).toHaveAttribute('aria-current', 'page');
    await expect(page.locator('main [role=row][data-row]').first()).toBeVisible();
    await scrollTo(page, top);
    await sidebar(page, 'Networks').click();
    await expect(page.getByRole('rowheader', { name: 'bridge' })).toBeVisible();
    await page.goBack();
    await expect.poll(() => offset(page), `${name}, back`).toBe(top);
    await page.goForward();
    await expect(page.getByRole('rowheader', { name: 'bridge' })).toBeVisible();
    await sidebar(page, name).click();
    await expect(sidebar(page, name)).toHaveAttribute('aria-current', 'page');
    await expect.poll(() => offset(page), `${name}, by the sidebar`).toBe(top);
    await page.reload();
    await expect.poll(() => offset(page), `${name}, over a reload`).toBe(top);
  }
});

test('a row whose details were open and closed does not pull the list back; details that are open show theirs', async ({ open }) => {
  const page = await open('objects=300&flat', '/images');
  const first = page.locator('main [role=row][data-row]').first();
  const id = await first.getAttribute('data-row');
  await first.getByRole('rowheader').click();
  await expect(page.getByRole('region', { name: /^Details of/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await scrollTo(page, 1501);
  await sidebar(page, 'Networks').click();
  await page.goBack();
  await expect.poll(() => offset(page)).toBe(1501);
  await page.goto(page.url().replace(/#.*/, `#/images/${id}`));
  await page.reload();
  await expect(page.locator(`[data-row="${id}"]`)).toBeInViewport();
});

test('disk usage, settings and diagnostics are as they were left', async ({ open }) => {
  const page = await open('objects=300', '/disk');
  await page.setViewportSize({ width: 1280, height: 420 });
  await page.getByRole('button', { name: 'Images' }).click();
  await expect(page.getByRole('button', { name: 'Images' })).toHaveAttribute('aria-expanded', 'true');
  await scrollTo(page, 301);
  await page.goto(page.url().replace(/#.*/, '#/diagnostics'));
  await expect(page.getByRole('listitem').first()).toBeVisible();
  await scrollTo(page, 151);
  await page.goto(page.url().replace(/#.*/, '#/settings/engine'));
  await expect(page.getByRole('heading', { name: 'Engine' })).toBeVisible();
  await scrollTo(page, 203);
  await page.reload();
  await expect.poll(() => offset(page), 'settings').toBe(203);
  await page.goBack();
  await expect.poll(() => offset(page), 'diagnostics').toBe(151);
  await page.goBack();
  await expect.poll(() => offset(page), 'disk usage').toBe(301);
  await expect(page.getByRole('button', { name: 'Images' })).toHaveAttribute('aria-expanded', 'true');
});
