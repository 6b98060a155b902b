import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { test } from '../fixtures/test.ts';

const THEMES = ['light', 'dark', 'contrast-light', 'contrast-dark'] as const;

async function shoot(page: Page, name: string): Promise<void> {
  // Guards pass the focus on at once; they are not there for a screen reader.
  const { violations } = await new AxeBuilder({ page })
    .exclude('[data-base-ui-focus-guard]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`)),
    name,
  ).toEqual([]);
  await page.screenshot({ path: join(import.meta.dirname, '../screenshots', `living-${name}.png`), animations: 'disabled' });
}

for (const theme of THEMES) {
  test(`every component in every state, without a serious issue, ${theme}`, async ({ open }) => {
    const page = await open(`living&theme=${theme}`, '');
    await page.setViewportSize({ width: 1440, height: 1540 });
    await expect(page.getByRole('figure', { name: 'Memory' }).locator('canvas')).toBeVisible();
    await shoot(page, theme);

    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('menuitem', { name: 'Copy as' }).hover();
    await expect(page.getByRole('menuitem', { name: 'docker run' })).toBeVisible();
    await shoot(page, `${theme}-menu`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Restart policy' }).click();
    await expect(page.getByRole('option', { name: 'Never' })).toBeVisible();
    await page.keyboard.press('Escape');
    for (const [button, dialog] of [
      ['Open a form', 'Rename web'],
      ['Ask before a loss', 'Remove 3 containers?'],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
      await shoot(page, `${theme}-${dialog.split(' ')[0]?.toLowerCase()}`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    await page.getByRole('button', { name: 'Show toasts' }).click();
    await expect(page.getByText('web was not removed')).toBeVisible();
    await shoot(page, `${theme}-toasts`);
  });
}

test('compact rows are 28 pixels high, comfortable ones 32', async ({ open }) => {
  for (const [density, height] of [
    ['compact', 28],
    ['comfortable', 32],
  ] as const) {
    const page = await open(`living&density=${density}`, '');
    const rows = page.getByRole('grid', { name: 'Containers' }).locator('[data-row]');
    const step = () => rows.evaluateAll(([first, second]) => (second?.getBoundingClientRect().y ?? 0) - (first?.getBoundingClientRect().y ?? 0));
    await expect.poll(step).toBe(height);
    if (density === 'compact') {
      await page.setViewportSize({ width: 1440, height: 1540 });
      await shoot(page, density);
    }
  }
});

test('nothing moves for who wants no motion', async ({ open }) => {
  /** What would take time to appear, change or turn: on elements and on what is drawn before and after them. */
  const moving = (page: Page) =>
    page.evaluate(() => {
      const takesTime = (times: string): boolean => times.split(',').some((time) => Number.parseFloat(time) > 0);
      const found = new Set<string>();
      for (const element of document.querySelectorAll('*')) {
        for (const part of [null, '::before', '::after']) {
          const style = getComputedStyle(element, part);
          const animated = style.animationName !== 'none' && (takesTime(style.animationDuration) || style.animationIterationCount === 'infinite');
          if (animated || takesTime(style.transitionDuration) || style.scrollBehavior === 'smooth') found.add(`${element.tagName} ${element.className}`);
        }
      }
      const running = document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1).length;
      return [...found, ...(running === 0 ? [] : [`${running} animations`])];
    });
  const page = await open('living', '');
  expect((await moving(page)).length).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(() => moving(page)).toEqual([]);
  await page.getByRole('button', { name: 'Open a form' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await moving(page)).toEqual([]);

  const app = await open('objects=14', '/containers');
  await app.emulateMedia({ reducedMotion: 'reduce' });
  // What began before there was less motion.
  await expect.poll(() => moving(app)).toEqual([]);
  for (const path of ['/containers', '/images', '/volumes', '/networks', '/builds', '/disk', '/activity', '/registries', '/diagnostics', '/settings']) {
    await app.evaluate((to) => {
      location.hash = to;
    }, path);
    await expect(app.locator(`nav a[href$="${path}"]`)).toHaveAttribute('aria-current', 'page');
    const row = app.locator('main [data-row]:not([aria-expanded]) [role=rowheader]').first();
    if (['/containers', '/images', '/activity'].includes(path)) await row.click();
    expect(await moving(app), path).toEqual([]);
  }
  await app.keyboard.press('Control+k');
  await expect(app.getByRole('dialog')).toBeVisible();
  expect(await moving(app), 'palette').toEqual([]);
});
