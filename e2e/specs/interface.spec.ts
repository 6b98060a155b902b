import { expect, type Page } from '@playwright/test';
import { test } from '../fixtures/test.ts';

const grid = (page: Page) => page.getByRole('grid');
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
const activeName = (page: Page) => page.locator('[role=row][aria-current=true] [role=rowheader]').innerText();
const detailsOf = (page: Page, name: string | RegExp) => page.getByRole('region', { name: typeof name === 'string' ? `Details of ${name}` : name });

test('a list works by keyboard alone', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await grid(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  const second = await activeName(page);
  await expect(page.getByRole('toolbar').getByRole('button', { name: `Remove ${second}` })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('toolbar')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(detailsOf(page, second)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  const third = await activeName(page);
  expect(third).not.toBe(second);
  await expect(detailsOf(page, third)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(detailsOf(page, /^Details of/)).toHaveCount(0);
  await expect(grid(page)).toBeFocused();
  await page.keyboard.press('/');
  await page.keyboard.type('redis');
  await page.keyboard.press('Enter');
  await expect(grid(page)).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog', { name: /^Remove .*\?$/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('what was asked is shown at once, what became of it afterwards', async ({ open }) => {
  const page = await open('objects=3&flat', '/containers');
  await grid(page).focus();
  await page.keyboard.press('Home');
  const name = await activeName(page);
  await page.keyboard.press('s');
  await expect(rowOf(page, name)).toContainText('Stopping');
  await expect(rowOf(page, name)).toContainText('Exited (143)');
});

test('a held key and a double click do one thing, and not what came into its place', async ({ open }) => {
  const page = await open('objects=3&flat', '/containers');
  const { keyboard, mouse } = page;
  await grid(page).focus();
  await keyboard.press('Home');
  const name = await activeName(page);
  const row = rowOf(page, name);
  await keyboard.down('s');
  await expect(row).toContainText('Exited');
  await keyboard.down('s');
  await expect(row).not.toContainText('Starting');
  await keyboard.up('s');

  const place = await row.getByRole('button', { name: `Start ${name}` }).boundingBox();
  await mouse.move((place?.x ?? 0) + 8, (place?.y ?? 0) + 8);
  await mouse.down();
  await mouse.up();
  await expect(row.getByRole('button', { name: `Stop ${name}` })).toBeEnabled();
  await mouse.down({ clickCount: 2 });
  await mouse.up({ clickCount: 2 });
  await expect(row).not.toContainText('Stopping');

  const dialog = page.getByRole('dialog', { name: `Remove ${name}?` });
  await row.getByRole('rowheader').click();
  await page.getByRole('button', { name: 'Remove', exact: true }).dblclick();
  await expect(dialog).toBeVisible();
  await keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await row.getByRole('rowheader').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Remove' }).focus();
  await keyboard.down('Enter');
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Remove 1 container' })).toBeFocused();
  await keyboard.down('Enter');
  await keyboard.up('Enter');
  await expect(dialog).toBeVisible();
});

test('the form that takes the place of a dialog keeps the focus, and gives it back to the list', async ({ open }) => {
  const page = await open('objects=3&flat&late=container.config', '/containers');
  const answers = (what: 'hold' | 'release') => page.evaluate((name) => window.dispatchEvent(new Event(`${name}-answers`)), what);
  const dialog = page.getByRole('dialog');
  await page.getByRole('grid').focus();
  await page.keyboard.press('Home');
  await answers('hold');
  await page.keyboard.press('d');
  await expect(dialog).toBeVisible();
  await answers('release');
  const name = dialog.getByRole('textbox', { name: /^Name/ }).first();
  await expect(name).toBeVisible();
  await page.keyboard.press('End');
  await page.keyboard.type('-typed');
  await expect(name).toHaveValue(/-typed$/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('grid')).toBeFocused();
});

test('a dialog that is sent twice before the answer is sent once', async ({ open }) => {
  const page = await open('objects=3&flat&late=task.start,image.tag', '/images');
  const dialog = page.getByRole('dialog');
  const answers = (what: 'hold' | 'release') => page.evaluate((name) => window.dispatchEvent(new Event(`${name}-answers`)), what);
  await page.getByRole('button', { name: 'Pull image', exact: true }).click();
  await page.keyboard.type('team/once:1');
  await answers('hold');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Pull team/once:1' })).toBeDisabled();
  await answers('release');
  await expect(dialog).toHaveAccessibleName(/^Pulling .*team\/once:1/);
  await page.keyboard.press('Escape');

  await page.getByRole('grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('n');
  await expect(dialog.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('once:2');
  await answers('hold');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Give the name' })).toBeDisabled();
  await answers('release');
  await expect(dialog).toHaveCount(0);

  await page.goto(page.url().replace(/#.*/, '#/activity'));
  await expect(page.getByRole('row', { name: /team\/once:1/ })).toHaveCount(1);
});

test('a name is typed in its row wherever that is pushed to, and in a dialog where it is not shown', async ({ open }) => {
  const page = await open('objects=300&flat', '/containers');
  await grid(page).focus();
  await page.keyboard.press('Home');
  const name = await activeName(page);
  await page.keyboard.press('F2');
  const field = page.getByRole('textbox', { name: `New name of ${name}` });
  await expect(field).toBeFocused();
  await field.fill('another');
  await grid(page).hover({ position: { x: 300, y: 300 } });
  await page.mouse.wheel(0, 5000);
  await expect(rowOf(page, name)).not.toBeInViewport();
  await expect(field).toHaveValue('another');
  await page.keyboard.press('Escape');
  await expect(field).toHaveCount(0);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.setViewportSize({ width: 900, height: 700 });
  await expect(grid(page)).toHaveCount(0);
  await page.keyboard.press('F2');
  await expect(page.getByRole('dialog', { name: `Rename ${name}` }).getByRole('textbox')).toBeFocused();
});

test('keys mean what was opened last, not the group that they passed over before', async ({ open }) => {
  const page = await open('objects=30', '/containers');
  await page.locator('[role=row][aria-expanded]').getByRole('rowheader').first().click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('redis');
  await expect(page.getByRole('option', { name: /redis/ }).first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  const details = detailsOf(page, /^Details of/);
  await expect(details).toBeVisible();
  expect(`Details of ${await activeName(page)}`).toBe(await details.getAttribute('aria-label'));
});

test('rows are selected one by one and by range', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  const names = page.getByRole('rowheader');
  await names.nth(0).click({ modifiers: ['Control'] });
  await names.nth(2).click({ modifiers: ['Control'] });
  await expect(page.getByText('2 containers selected')).toBeVisible();
  await names.nth(4).click();
  await names.nth(6).click({ modifiers: ['Shift'] });
  await expect(page.getByText('5 containers selected')).toBeVisible();
});

test('only visible rows exist, however many there are', async ({ open }) => {
  const page = await open('objects=10000&flat', '/containers');
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '10001');
  expect(await page.getByRole('rowheader').count()).toBeLessThan(80);
  await grid(page).focus();
  await page.keyboard.press('End');
  await expect(page.locator('[role=row][aria-rowindex="10001"]')).toHaveAttribute('aria-current', 'true');
});

test('a log follows, stops when it is scrolled, counts what is new, and follows again', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await page.getByRole('rowheader', { name: 'api', exact: true }).click();
  const log = page.getByRole('log');
  await log.hover();
  await expect(log).toContainText('HTTP/1.1');
  await page.mouse.wheel(0, -900);
  const paused = page.getByRole('button', { name: /^Paused: \d+ new lines ↓/ });
  await expect(paused).toBeVisible();
  const place = await log.evaluate((element) => element.scrollTop);
  await page.waitForTimeout(1500);
  expect(await log.evaluate((element) => element.scrollTop)).toBe(place);
  await paused.click();
  await expect(paused).toHaveCount(0);
  await page.waitForTimeout(1500);
  expect(await log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)).toBeLessThan(3);
});

test('a log is searched', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await page.getByRole('rowheader', { name: 'api', exact: true }).click();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('upstream');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^1 of \d+/)).toBeVisible();
  await expect(page.locator('mark').first()).toHaveText('upstream');
});

test('a search in a log is saved under a name, chosen again after a reload, replaced and deleted, by keys', async ({ open }) => {
  const page = await open('objects=3&lines=2000&flat', '/containers');
  await page.getByRole('rowheader').first().click();
  const field = page.getByRole('searchbox', { name: 'Find in the log' });
  const dialog = page.getByRole('dialog', { name: 'Save the search' });
  const saved = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Saved searches' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Warnings' })).toBeVisible();
  };
  const toggle = (name: string) => page.getByRole('button', { name, exact: true });
  await field.fill('GET /(cart|login)');
  await field.press('Alt+r');
  await field.press('Alt+c');
  await toggle('Show only lines that match').click();
  await field.press('Alt+s');
  await expect(dialog).toContainText('Search for a regular expression · Match upper and lower case · Show only lines that match');
  await page.keyboard.press('Delete');
  await expect(dialog.getByRole('textbox')).toHaveAccessibleDescription('A name is needed to find it in the menu');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await field.press('Alt+s');
  await page.keyboard.type('Shop doors');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await toggle('Show only lines that match').click();

  await page.reload();
  await expect(field).toHaveValue('');
  await saved();
  await page.keyboard.type('Shop');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('GET /(cart|login)');
  for (const name of ['Search for a regular expression', 'Match upper and lower case', 'Show only lines that match'])
    await expect(toggle(name)).toHaveAttribute('aria-pressed', 'true');
  await saved();
  await expect(page.getByRole('menuitem', { name: 'Shop doors' }).getByLabel('on')).toBeVisible();
  await page.keyboard.press('Escape');
  await field.fill('redis');
  await field.press('Alt+s');
  await page.keyboard.type('Shop doors');
  await expect(dialog.getByRole('textbox')).toHaveAccessibleDescription('Replaces the saved search of this name');
  await page.keyboard.press('Enter');
  await saved();
  await expect(page.getByRole('menuitem', { name: 'Shop doors' })).toHaveCount(1);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('menu').last().getByRole('menuitem', { name: 'Shop doors' }).press('Enter');
  await saved();
  await expect(page.getByRole('menuitem', { name: 'Shop doors' })).toHaveCount(0);
  await expect(page.getByRole('menuitem', { name: 'Delete a saved search' })).toBeDisabled();
});

test('a terminal takes what is typed from the first key on, and goes on while another tab is shown and when the panel moves', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await page.getByRole('rowheader', { name: 'api', exact: true }).click();
  // What is typed before the terminal has its font, and with it its size and session, waits for them.
  const release = await page.evaluateHandle(() => {
    const held = Promise.withResolvers<FontFace[]>();
    document.fonts.load = () => held.promise;
    return () => held.resolve([]);
  });
  await page.getByRole('tab', { name: 'Terminal' }).click();
  const screen = page.locator('.xterm-rows');
  await page.locator('.xterm textarea').focus();
  await page.keyboard.type('early ');
  await release.evaluate((letGo) => letGo());
  await expect(screen).toContainText('root@');
  await expect(screen).toContainText('early');
  await page.keyboard.type('persist');
  await expect(screen).toContainText('persist');
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await page.getByRole('button', { name: 'Show details on the right' }).click();
  await expect(screen).toContainText('persist');
});

test('the run dialog checks, takes a .env file, and shows what the engine said', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Run a container' });
  await dialog.getByRole('button', { name: 'Run container' }).click();
  await expect(dialog.getByText('Choose an image or write its name.')).toBeVisible();
  await expect(dialog.getByRole('combobox', { name: 'Image' })).toBeFocused();
  await dialog.getByRole('combobox', { name: 'Image' }).fill('nginx:1.27');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Add a variable' }).click();
  await page.evaluate(() => navigator.clipboard.writeText('A=1\nB="two words"\n'));
  await page.keyboard.press('Control+v');
  await expect(dialog.locator('pre')).toHaveText("docker run -d -e A=1 -e 'B=two words' nginx:1.27");
  await dialog.getByRole('button', { name: 'Run container' }).click();
  await expect(dialog.getByRole('alert')).toContainText('executable file not found');
});

test('archives are loaded in turn, canceled, refused, dropped and run', async ({ open }) => {
  const page = await open('objects=14', '/images');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Load image' }).click();
  await (await chooser).setFiles([
    { name: 'big.tar', mimeType: 'application/x-tar', buffer: Buffer.alloc(8_000_000) },
    { name: 'broken.tar', mimeType: 'application/x-tar', buffer: Buffer.alloc(1000) },
  ]);
  await expect(page.getByRole('progressbar', { name: 'Loading big.tar' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel loading big.tar' }).click();
  await expect(page.getByText('Canceled; nothing was kept')).toBeVisible();
  await expect(page.getByText('the archive ends in the middle of layer.tar')).toBeVisible();
  const files = await page.evaluateHandle(() => {
    const held = new DataTransfer();
    held.items.add(new File([new Uint8Array(5000)], 'dropped.tar'));
    return held;
  });
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: files });
  await expect(page.getByText('Drop to load the image')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: files });
  await page.getByRole('button', { name: 'Run dropped:latest' }).click();
  await expect(page.getByRole('combobox', { name: 'Image' })).toHaveValue('dropped:latest');
});

test('sorting, scope and theme are as they were left', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await page.getByRole('radio', { name: /^Running/ }).click();
  await page.getByRole('radio', { name: 'Dark' }).click();
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.getByRole('radio', { name: /^Running/ })).toBeChecked();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the palette, the cheat sheet and the host terminal open by their keys', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('postgres');
  await page.keyboard.press('Enter');
  await expect(detailsOf(page, /^Details of postgres/)).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+`');
  await expect(page.locator('.xterm-rows')).toContainText('user@');
  await page.keyboard.press('Control+`');
  await expect(page.getByRole('region', { name: 'Host terminal' })).toHaveCount(0);
});

test('each state has words: empty, no match, starting, down, stale', async ({ open }) => {
  const empty = await open('objects=0&flat', '/containers');
  await expect(empty.getByRole('button', { name: 'Load an image archive' })).toBeVisible();
  const some = await open('objects=3&flat', '/containers');
  await some.getByRole('searchbox', { name: 'Filter containers' }).fill('nothing has this name');
  await expect(some.getByText('No container matches')).toBeVisible();
  const starting = await open('engine=starting', '/images');
  await expect(starting.getByRole('status', { name: 'Engine: Starting' })).toBeVisible();
  const down = await open('engine=failed', '/containers');
  await expect(down.getByText('Another engine (process 4127) uses /var/lib/slipway.')).toBeVisible();
  await down.getByRole('button', { name: 'Start the engine' }).click();
  await expect(down.getByText('The engine was not started').first()).toBeVisible();
  const stale = await open('objects=3&flat&engine=stale', '/containers');
  await expect(stale.getByText('This is the last known state.')).toBeVisible();
});
