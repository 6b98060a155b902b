import { expect, type Page } from '@playwright/test';
import { de } from '../../renderer/strings/de/de.ts';
import { en } from '../../renderer/strings/en/en.ts';
import { es } from '../../renderer/strings/es/es.ts';
import { allFits } from '../fixtures/fits.ts';
import { test } from '../fixtures/test.ts';
import { ShellPage } from '../pages/shell-page.ts';

const WORDS = { en, de, es };
const NAMES = { de: 'Deutsch', es: 'Español' };
const LOOKS = [
  { language: 'en', zoom: 2 },
  { language: 'de', zoom: 1 },
  { language: 'de', zoom: 2 },
  { language: 'es', zoom: 1 },
  { language: 'es', zoom: 2 },
] as const;

async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, path);
}

test.describe.configure({ timeout: 300_000 });

for (const { language, zoom } of LOOKS) {
  const look = `${language} at ${zoom * 100} %`;

  /** The page in this language and size. */
  const opened = async (open: (query: string, path: string) => Promise<Page>): Promise<Page> => {
    const page = await open('objects=40', '/containers');
    if (language !== 'en') await new ShellPage(page).run(NAMES[language]);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await page.locator('main').waitFor();
    if (zoom === 2) for (let step = 0; step < 5; step++) await page.keyboard.press('Control+=');
    await expect(page.locator('#root')).toHaveCSS('zoom', String(zoom));
    return page;
  };

  test(`nothing is cut or hangs over an edge, places and details, ${look}`, async ({ open }) => {
    const page = await opened(open);
    const look = (where: string) => allFits(page, where);
    for (const path of ['/containers', '/images', '/volumes', '/networks', '/builds', '/disk', '/activity', '/registries', '/diagnostics', '/settings']) {
      await go(page, path);
      await expect(page.locator(`nav a[href$="${path}"]`)).toHaveAttribute('aria-current', 'page');
      const row = page.locator('main [data-row]:not([aria-expanded])').first();
      if (['/disk', '/diagnostics', '/settings'].includes(path)) await expect(page.locator('main [role=region]').first()).toBeVisible();
      else await expect(row).toBeVisible();
      await look(path);
      if (path === '/settings') {
        for (const section of await page.locator('main nav a').all()) {
          await section.click();
          await expect(section).toHaveAttribute('aria-current', 'page');
          await look(`${path}, ${await section.innerText()}`);
        }
      }
      if (['/disk', '/diagnostics', '/settings', '/registries'].includes(path)) continue;
      await row.locator('[role=rowheader]').click();
      await expect(page.locator('section[aria-label] h2').first()).toBeVisible();
      await look(`${path}, details`);
      for (const tab of await page.locator('main [role=tab]').all()) {
        await tab.click();
        await expect(tab).toHaveAttribute('aria-selected', 'true');
        // While one takes the place of another, both are there.
        await expect(page.getByRole('tabpanel').and(page.locator(':not([inert])'))).toBeVisible();
        await look(`${path}, ${await tab.innerText()}`);
      }
    }
  });

  test(`nothing is cut or hangs over an edge, dialogs and menus, ${look}`, async ({ open }) => {
    const page = await opened(open);
    const words = WORDS[language];
    const dialog = async (where: string, show: () => Promise<void>) => {
      await show();
      await expect(page.locator('[role=dialog], [role=menu]').last()).toBeVisible();
      await allFits(page, where);
      await page.keyboard.press('Escape');
      await expect(page.locator('[role=dialog], [role=menu]')).toHaveCount(0);
    };
    const key = (keys: string) => () => page.keyboard.press(keys);
    const press = (name: string) => async () => {
      await page.getByRole('button', { name, exact: true }).first().click();
    };
    await page.locator('main :is([role=grid], [role=treegrid])').focus();
    await dialog('palette', key('Control+k'));
    await dialog('cheat sheet', key('?'));
    await dialog('column chooser', press(words.columns.choose));
    await dialog('run', key('Control+Shift+R'));
    await dialog('build', key('Control+Shift+B'));
    await dialog('pull', key('Control+Shift+P'));
    for (const [path, name] of [
      ['/volumes', words.volumes.create],
      ['/networks', words.networks.create],
      ['/registries', words.registries.add],
      ['/disk', words.disk.cleanUp],
    ] as const) {
      await go(page, path);
      await expect(page.locator(`nav a[href$="${path}"]`)).toHaveAttribute('aria-current', 'page');
      await dialog(name, press(name));
    }
    for (const path of ['/containers', '/images', '/volumes', '/networks', '/builds', '/activity']) {
      await go(page, path);
      await expect(page.locator(`nav a[href$="${path}"]`)).toHaveAttribute('aria-current', 'page');
      await page.locator('main :is([role=grid], [role=treegrid])').focus();
      await page.keyboard.press('End');
      await expect(page.locator('main [role=row][aria-current=true]')).toBeInViewport();
      await dialog(`menu of a row, ${path}`, key('Shift+F10'));
      await page.keyboard.press('Space');
      await allFits(page, `${path}, selected`);
      if (['/containers', '/images', '/volumes'].includes(path)) await dialog(`remove, ${path}`, key('Delete'));
      await page.keyboard.press('Escape');
    }
  });
}
