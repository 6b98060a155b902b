import { expect, type Page } from '@playwright/test';
import { hasNoSeriousIssue } from '../fixtures/axe.ts';
import { test } from '../fixtures/test.ts';

/** Goes there as a link does, on the page that is open. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, path);
  await expect(page.locator(`nav a[href$="${path}"]`)).toHaveAttribute('aria-current', 'page');
}

const rowHeader = (page: Page, name: string | RegExp) => page.getByRole('rowheader', { name }).first();

/** Each tab of the object whose row is clicked. */
async function tabsAreFine(page: Page, what: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await page.getByRole('tab', { name, exact: true }).click();
    // While one takes the place of another, both are there.
    await expect(page.getByRole('tabpanel').and(page.locator(':not([inert])'))).toBeVisible();
    await expect(page.getByText(/^(Loading|Reading)/)).toHaveCount(0);
    await hasNoSeriousIssue(page, `${what}, ${name}`);
  }
}

/** Opens a dialog by a button or a menu, looks at it, and leaves it. */
async function dialogIsFine(page: Page, what: string, open: () => Promise<void>): Promise<void> {
  await open();
  await expect(page.getByRole('dialog')).toBeVisible();
  await hasNoSeriousIssue(page, what);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

const press = (page: Page, name: string | RegExp) => async () => {
  await page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();
};

test.describe.configure({ timeout: 300_000 });

test('no serious issue in containers', async ({ open }) => {
  const page = await open('objects=40', '/containers');
  await expect(page.getByRole('treegrid')).toBeVisible();
  await hasNoSeriousIssue(page, 'containers in groups');
  await rowHeader(page, 'api').click();
  await tabsAreFine(page, 'container', ['Logs', 'Terminal', 'Stats', 'Files', 'Processes', 'Inspect', 'Edit']);
  await page.getByRole('tab', { name: 'Inspect', exact: true }).click();
  await page.getByRole('radio', { name: 'JSON' }).click();
  await expect(page.getByRole('tree', { name: 'Properties' })).toBeVisible();
  await hasNoSeriousIssue(page, 'container, Inspect as JSON');
});

test('no serious issue in the health of a container', async ({ open }) => {
  const page = await open('objects=12&flat', '/containers');
  await rowHeader(page, 'postgres').click();
  await tabsAreFine(page, 'container', ['Health']);
});

test('no serious issue with several containers', async ({ open }) => {
  const page = await open('objects=12&flat', '/containers');
  await rowHeader(page, 'api').click({ modifiers: ['Control'] });
  await page
    .getByRole('rowheader')
    .nth(2)
    .click({ modifiers: ['Control'] });
  await hasNoSeriousIssue(page, 'selected containers');
  await page.getByRole('button', { name: 'Logs of 2 containers' }).click();
  const log = page.getByRole('log');
  await expect(log.locator('[data-row]').first()).toBeVisible();
  await hasNoSeriousIssue(page, 'merged logs');
  const sources = page.getByRole('group', { name: 'Containers in this list' }).getByRole('button');
  await sources.first().click();
  await page.getByRole('searchbox', { name: 'Find in the log' }).fill('http');
  await expect(log.locator('mark').first()).toBeVisible();
  await hasNoSeriousIssue(page, 'merged logs, one muted, searched');
  await sources.last().click();
  await expect(log).toHaveCount(0);
  await hasNoSeriousIssue(page, 'merged logs, all muted');
});

test('no serious issue in images', async ({ open }) => {
  const page = await open('objects=40', '/images');
  await rowHeader(page, /./).click();
  await tabsAreFine(page, 'image', ['Layers', 'History', 'Names', 'Used by', 'Inspect']);
  await dialogIsFine(page, 'pull dialog', press(page, 'Pull image'));
  await dialogIsFine(page, 'clean up images', async () => {
    await press(page, 'More actions')();
    await page.getByRole('menuitem', { name: 'Clean up images' }).click();
  });
  for (const item of ['Tag', 'Push', 'Remove']) {
    await dialogIsFine(page, `${item} of an image`, async () => {
      await rowHeader(page, /nginx/).click({ button: 'right' });
      await page.getByRole('menuitem', { name: new RegExp(`^${item}( \\S+)?$`) }).click();
    });
  }
});

test('no serious issue in volumes and networks', async ({ open }) => {
  const page = await open('objects=40', '/volumes');
  await rowHeader(page, /./).click();
  await tabsAreFine(page, 'volume', ['Files', 'Used by', 'Inspect']);
  await dialogIsFine(page, 'create a volume', press(page, 'Create volume'));
  await dialogIsFine(page, 'remove unused volumes', async () => {
    await press(page, 'More actions')();
    await page.getByRole('menuitem', { name: 'Remove unused volumes' }).click();
  });
  await go(page, '/networks');
  await rowHeader(page, 'bridge').click();
  await hasNoSeriousIssue(page, 'network');
  await dialogIsFine(page, 'create a network', press(page, 'Create network'));
  await page.getByRole('radio', { name: 'Map' }).click();
  await hasNoSeriousIssue(page, 'map of networks');
});

test('no serious issue in builds, activity, registries and disk usage', async ({ open }) => {
  const page = await open('objects=40', '/builds');
  await rowHeader(page, /./).click();
  await tabsAreFine(page, 'build', ['Steps', 'Graph', 'Dockerfile', 'Details']);
  await dialogIsFine(page, 'build dialog', press(page, 'Build an image'));
  await go(page, '/activity');
  await rowHeader(page, /./).click();
  await hasNoSeriousIssue(page, 'activity');
  await go(page, '/registries');
  await expect(rowHeader(page, 'docker.io')).toBeVisible();
  await hasNoSeriousIssue(page, 'registries');
  await dialogIsFine(page, 'add a registry', press(page, 'Add registry'));
  await go(page, '/disk');
  await expect(page.getByText(/^Slipway uses/)).toBeVisible();
  await hasNoSeriousIssue(page, 'disk usage');
  await dialogIsFine(page, 'clean up', press(page, /^Clean up/));
});

test('no serious issue in what belongs to no object', async ({ open }) => {
  const empty = await open('objects=0', '/welcome');
  await expect(empty.getByRole('region', { name: 'From nothing to a running container' })).toBeVisible();
  await hasNoSeriousIssue(empty, 'first screen');
  const down = await open('objects=3&engine=failed', '/containers');
  await expect(down.getByText(/Another engine/).first()).toBeVisible();
  await hasNoSeriousIssue(down, 'engine down');
  const page = await open('objects=12', '/containers');
  await dialogIsFine(page, 'run dialog', press(page, 'Run'));
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('web');
  await expect(page.getByRole('option').first()).toBeVisible();
  await hasNoSeriousIssue(page, 'palette');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('treegrid').focus();
  await dialogIsFine(page, 'cheat sheet', () => page.keyboard.press('?'));
});

test('no serious issue in settings and diagnostics', async ({ open }) => {
  const page = await open('objects=12', '/settings');
  const sections = page.getByRole('main').getByRole('navigation').getByRole('link');
  await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
  await hasNoSeriousIssue(page, 'settings');
  await expect(sections.nth(2)).toBeVisible();
  for (const section of await sections.all()) {
    await section.click();
    await expect(section).toHaveAttribute('aria-current', 'page');
    await hasNoSeriousIssue(page, `settings, ${await section.innerText()}`);
  }
  await go(page, '/diagnostics');
  await hasNoSeriousIssue(page, 'diagnostics');
});
