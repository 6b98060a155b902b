import { expect, type Page } from '@playwright/test';
import { test } from '../fixtures/test.ts';

interface Name {
  readonly whole: string;
  /** What is seen of it; null: all. */
  readonly seen: string | null;
  readonly title: string;
  readonly fits: boolean;
}

/** All names inside of `where` that may lose their middle. */
const namesIn = (page: Page, where: string): Promise<readonly Name[]> =>
  page.locator(`${where} span[title]:has(> span:first-child)`).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const [whole, cut] = element.children;
      const full = element.getAttribute('title') ?? '';
      if (!whole || whole.textContent !== full) return [];
      const shown = cut ?? whole;
      return [{ whole: full, seen: cut?.textContent ?? null, title: full, fits: shown.scrollWidth <= shown.clientWidth }];
    }),
  );

/** What does not fit, or has lost more than its middle. */
function isWrong({ whole, seen, fits }: Name): boolean {
  if (seen === null) return !fits;
  const [head = '', tail = ''] = seen.split('…');
  return !fits || head === '' || tail === '' || !whole.startsWith(head) || !whole.endsWith(tail) || !/[^\s./:_@-]$/.test(head);
}

for (const width of [1280, 1000]) {
  test(`long names lose their middle, never a half of a character nor their end, ${width} pixels wide`, async ({ open }) => {
    const page = await open('objects=40&long=1&flat', '/containers');
    await page.setViewportSize({ width, height: 800 });
    for (const path of ['/containers', '/volumes']) {
      await page.goto(page.url().replace(/#.*/, `#${path}`));
      await expect(page.getByRole('rowheader').first()).toBeVisible();
      await expect.poll(async () => (await namesIn(page, 'main [role=row]')).some(({ seen }) => seen !== null), path).toBe(true);
      // Columns get their widths in the frames after the rows.
      await expect.poll(async () => (await namesIn(page, 'main [role=row]')).filter(isWrong), path).toEqual([]);
    }
  });
}

test('the whole of a long name is read out, selected in the head of details, and shown again where there is room', async ({ open }) => {
  const page = await open('objects=40&long=1&flat', '/containers');
  const header = page.getByRole('rowheader', { name: /^a-container-whose-name-was-made-by/ }).first();
  const name = await header.locator('span[title]').getAttribute('title');
  expect(name?.length).toBeGreaterThan(40);
  await expect(header).toContainText('…');
  await header.click();
  const details = page.getByRole('region', { name: `Details of ${name}` });
  const heading = details.getByRole('heading', { name: name ?? '' });
  await expect(heading).toContainText('…');
  await heading.click({ clickCount: 3 });
  await page.keyboard.press('Control+c');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(name);
  await page.setViewportSize({ width: 12_000, height: 900 });
  await expect(header).not.toContainText('…');
  await expect(heading).not.toContainText('…');
});
