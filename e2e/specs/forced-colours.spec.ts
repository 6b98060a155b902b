import { expect, type Locator } from '@playwright/test';
import { hasNoSeriousIssue } from '../fixtures/axe.ts';
import { test } from '../fixtures/test.ts';
import { BasePage } from '../pages/base-page.ts';

/** What an element is painted with: two that look alike are told apart by nothing. */
const paint = (target: Locator): Promise<string> =>
  target.evaluate((element) => {
    const parts = [element, ...element.querySelectorAll(':scope > svg')].map((part) => getComputedStyle(part));
    return parts.map(({ backgroundColor, borderColor, boxShadow, outline }) => [backgroundColor, borderColor, boxShadow, outline].join(' ')).join(' | ');
  });

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every state is seen where the system forces its colours, ${colorScheme}`, async ({ open }) => {
    const page = await open('objects=40&flat', '/containers');
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    const differ = (one: Locator, other: Locator, what: string) => expect.poll(async () => (await paint(one)) === (await paint(other)), what).toBe(false);

    await differ(page.getByRole('link', { name: /^Containers/ }), page.getByRole('link', { name: /^Images/ }), 'the place one is at');
    await differ(page.getByRole('radio', { name: /^All/ }), page.getByRole('radio', { name: /^Stopped/ }), 'the scope that is chosen');
    await row('web').getByRole('rowheader').click();
    await differ(row('web'), row('web-2'), 'the row whose details are shown');
    const mouse = await paint(row('web'));
    await page.keyboard.press('Tab');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => paint(row('web')), 'the row that has the focus').not.toBe(mouse);
    await page.getByRole('checkbox', { name: 'Select api', exact: true }).check();
    await differ(row('api'), row('web-2'), 'a row that is selected');
    await differ(page.getByRole('checkbox', { name: 'Select api', exact: true }), page.getByRole('checkbox', { name: 'Select web-2', exact: true }), 'a tick');
    await page.keyboard.press('Escape');

    const after = (name: string) => page.getByRole('tab', { name, exact: true }).evaluate((tab) => getComputedStyle(tab, '::after').backgroundColor);
    const ground = await page.getByRole('main').evaluate((main) => getComputedStyle(main).backgroundColor);
    await expect.poll(() => after('Logs'), 'the tab that is shown').not.toBe(ground);
    await hasNoSeriousIssue(page, `forced colours, ${colorScheme}`);
    await new BasePage(page).photograph(`forced-${colorScheme}`, ['small']);
  });
}

test('marks, fills and switches are seen where the system forces its colours', async ({ open }) => {
  const page = await open('living&theme=contrast-light', '');
  await page.emulateMedia({ forcedColors: 'active' });
  const bar = page.getByRole('progressbar').first();
  const differs = () => bar.evaluate((element) => [element, element.querySelector('div')].map((part) => part && getComputedStyle(part).backgroundColor));
  await expect.poll(async () => new Set(await differs()).size, 'how far it is').toBe(2);
  const wrong = page.locator('input[aria-invalid=true]').first();
  const fine = page.locator('input:not([aria-invalid=true]):not([disabled])').first();
  await expect.poll(async () => (await paint(wrong)) === (await paint(fine)), 'what is wrong').toBe(false);
  const shapes = () => page.locator('main svg[viewBox="0 0 10 10"]').evaluateAll((dots) => new Set(dots.map(({ innerHTML }) => innerHTML)).size);
  await expect.poll(shapes, 'a shape a state').toBe(8);
});
