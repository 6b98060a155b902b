import { fillWithRealData } from '../fixtures/real-data.ts';
import { expect, test } from '../fixtures/test.ts';
import { BasePage } from '../pages/base-page.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { ImagesPage } from '../pages/images-page.ts';
import { LogsPage } from '../pages/logs-page.ts';

test.use({ actionTimeout: 20_000 });

/** What is opened in the lists for its details to be seen. */
const OPENED: Readonly<Record<string, string>> = {
  '#/containers': 'shop-api-1',
  '#/images': 'shop/api:1.5',
  '#/volumes': 'shop-data',
  '#/networks': 'shop',
  '#/builds': 'shop/api:1.6',
  '#/activity': 'Pull',
};

test('every screen shows real data, in light and dark, small and large', async ({ app, engine }) => {
  test.slow();
  const { page } = app;
  const base = new BasePage(page);
  const main = page.getByRole('main');
  await fillWithRealData(engine);
  await base.engineIs('Running');
  // Panels follow the size of the window in the frame after it.
  const fits = (what: string) => expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), what).toBeLessThanOrEqual(0);

  await test.step('a task that is told of', async () => {
    const images = new ImagesPage(page);
    await images.go('Images');
    await images.pull('127.0.0.1:9/team/missing:1');
    await expect(images.dialog.getByRole('alert')).toBeVisible();
    await images.dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  const places = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  expect(places.length).toBeGreaterThan(8);
  for (const [index, place] of places.entries()) {
    await test.step(place, async () => {
      await links.nth(index).click();
      await expect(main.getByText(/^(Loading|Reading|Measuring)/)).toHaveCount(0);
      await expect(main).not.toBeEmpty();
      await base.photograph('screen');
      await fits(place);
      const opened = OPENED[place];
      if (opened === undefined) return;
      await base.row(opened).first().getByRole('rowheader').click();
      await expect(page.getByRole('region', { name: /^Details of/ })).toBeVisible();
      await expect(main.getByText(/^(Loading|Reading|Measuring)/)).toHaveCount(0);
      await base.photograph('screen-details');
      await fits(`${place}, details`);
    });
  }

  await test.step('each tab of a container', async () => {
    await base.go('Containers');
    await new ContainersPage(page).open('shop-api-1');
    for (const tab of ['Logs', 'Terminal', 'Stats', 'Files', 'Processes', 'Health', 'Inspect', 'Edit'] as const) {
      await new ContainerDetailsPage(page).tab(tab);
      if (tab === 'Terminal') await new ContainerDetailsPage(page).terminalShows(/[#$]/);
      await expect(main.getByText(/^(Loading|Reading|Measuring)/)).toHaveCount(0);
      await base.photograph(`screen-tab-${tab.toLowerCase()}`);
      await fits(tab);
      // A log that is followed is still followed after its window got other sizes.
      if (tab === 'Logs') await expect(new LogsPage(page).paused).toHaveCount(0);
    }
  });

  await test.step('what lies over every screen', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search/ }).fill('shop');
    await expect(page.getByRole('option').first()).toBeVisible();
    await base.photograph('palette');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await base.photograph('cheat-sheet');
    await page.keyboard.press('Escape');
  });
});
