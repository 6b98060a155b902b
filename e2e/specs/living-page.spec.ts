import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { test } from '../fixtures/gallery.ts';

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
    const rows = page.getByRole('grid', { name: 'Containers' }).getByRole('row');
    expect((await rows.nth(2).boundingBox())?.y).toBe(((await rows.nth(1).boundingBox())?.y ?? 0) + height);
    if (density === 'compact') {
      await page.setViewportSize({ width: 1440, height: 1540 });
      await shoot(page, density);
    }
  }
});

test('nothing moves for who wants no motion', async ({ open }) => {
  const page = await open('living', '');
  const moving = () =>
    page.evaluate(
      () =>
        document.getAnimations().filter(({ playState, effect }) => playState === 'running' && effect?.getTiming().iterations === Number.POSITIVE_INFINITY)
          .length,
    );
  expect(await moving()).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(moving).toBe(0);
  await page.getByRole('button', { name: 'Open a form' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1).length)).toBe(0);
});
