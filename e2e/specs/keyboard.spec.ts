import { expect, type Locator, type Page } from '@playwright/test';
import { holdFrames } from '../drivers/frames.ts';
import { focusIsSeen } from '../fixtures/focus.ts';
import { test } from '../fixtures/test.ts';
import { ShellPage } from '../pages/shell-page.ts';

const list = (page: Page): Locator => page.locator('main :is([role=grid], [role=treegrid])');
const activeRow = (page: Page): Locator => page.locator('[role=row][aria-current=true]');
const details = (page: Page): Locator => page.getByRole('region', { name: /^Details of/ });

/** What Tab stops at, by name, until it comes to `last` or has gone `most` steps. */
async function tabStops(page: Page, most: number, isLast: (name: string) => boolean): Promise<string[]> {
  const stops: string[] = [];
  for (let step = 0; step < most; step++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      return element === null || element === document.body ? '' : (element.getAttribute('aria-label') ?? element.textContent ?? '');
    });
    stops.push(name);
    if (name !== '') await focusIsSeen(page, name);
    if (isLast(name)) break;
  }
  return stops;
}

test('each place is reached by its key, and its list moved in', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const places = ['Containers', 'Images', 'Volumes', 'Networks', 'Builds'];
  for (const [index, name] of places.entries()) {
    await page.keyboard.press(`Control+${index + 1}`);
    await expect(list(page)).toHaveAccessibleName(name);
    await list(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await expect(activeRow(page).first()).toBeVisible();
    await focusIsSeen(page, name);
    const row = await activeRow(page).first().getAttribute('data-row');
    if ((await activeRow(page).first().getAttribute('aria-expanded')) !== null) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(details(page), name).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(details(page)).toHaveCount(0);
    await expect(list(page)).toBeFocused();
    expect(row).not.toBeNull();
  }
  for (const name of ['Disk usage', 'Activity', 'Registries']) {
    await new ShellPage(page).run(`Show ${name}`);
    await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name })).toHaveAttribute('aria-current', 'page');
  }
});

test('keys that move mean the list while nothing has the focus', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await expect(list(page).getByRole('row').nth(1)).toBeVisible();
  await expect(page.locator('body')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(list(page)).toBeFocused();
  const first = await activeRow(page).getAttribute('aria-rowindex');
  await page.keyboard.press('ArrowDown');
  await expect(activeRow(page)).toHaveAttribute('aria-rowindex', String(Number(first) + 1));
});

test('what can be done to an image is in its details too, which hide its row in a narrow window', async ({ open }) => {
  const page = await open('objects=14&flat', '/images');
  await page.setViewportSize({ width: 900, height: 700 });
  await page.getByRole('row', { name: /nginx/ }).first().click();
  await page.keyboard.press('Enter');
  const more = details(page).getByRole('button', { name: /^More actions for / });
  await more.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: /^Push/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(more).toBeFocused();
});

test('details are walked through by Tab and arrows, and left by Escape', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await list(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(details(page)).toBeVisible();
  const stops = await tabStops(page, 25, (name) => name === 'Logs');
  expect(stops).toContain('Logs');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Terminal' })).toBeFocused();
  for (const name of ['Stats', 'Files', 'Processes']) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('tab', { name })).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tabpanel', { name: 'Processes' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(details(page)).toHaveCount(0);
  await expect(list(page)).toBeFocused();
});

test('dialogs are opened, walked and left by keys, and the focus comes back', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  const run = page.getByRole('button', { name: 'Run', exact: true }).first();
  await run.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  for (let step = 0; step < 30; step++) {
    await page.keyboard.press('Tab');
    // At the end a guard hands it on to the begin in the next frame.
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]') != null), `Tab ${step}`).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(run).toBeFocused();
  await list(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog', { name: /^Remove/ }).getByRole('button', { name: /^Remove/ })).toBeFocused();
  await focusIsSeen(page, 'the button that removes');
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeFocused();
  for (const key of ['Control+k', '?']) {
    await page.keyboard.press(key);
    await expect(dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(list(page), `after ${key}`).toBeFocused();
  }
});

test('the menu of a row opens by keys, and the focus comes back', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await list(page).focus();
  await page.keyboard.press('Home');
  for (const key of ['Shift+F10', 'ContextMenu']) {
    await page.keyboard.press(key);
    const menu = page.getByRole('menu');
    await expect(menu, key).toBeVisible();
    // Beside what it is of, not over what is left of the list.
    const [box, row] = [await menu.boundingBox(), await activeRow(page).boundingBox()];
    expect(box?.x, key).toBeGreaterThanOrEqual(row?.x ?? Infinity);
    await page.keyboard.press('ArrowDown');
    await expect(menu.locator('[role=menuitem]:focus')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(menu).toHaveCount(0);
    await expect(list(page), `after ${key}`).toBeFocused();
  }
});

test('the next key after one that opens a menu or a list is for it, before another frame', async ({ open }) => {
  const page = await open('objects=14', '/images');
  await list(page).focus();
  await page.keyboard.press('Shift+Delete');
  const what = page.getByRole('dialog').getByRole('combobox', { name: 'What to remove' });
  await expect(what).toBeFocused();
  const releaseList = await holdFrames(page);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(what).toHaveText(/^All images/);
  await releaseList();
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await expect(what).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.getByRole('button', { name: 'More actions', exact: true }).first().focus();
  const releaseMenu = await holdFrames(page);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem').nth(1)).toBeFocused();
  await releaseMenu();
  await expect(page.getByRole('menuitem').nth(1)).toBeFocused();
});

test('rows are selected, groups folded and columns chosen by keys', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  await list(page).focus();
  await page.keyboard.press('Home');
  await expect(activeRow(page)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowLeft');
  await expect(activeRow(page)).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(activeRow(page)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('2 containers selected')).toBeVisible();
  await page.keyboard.press('Control+a');
  await expect(page.getByText('14 containers selected')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText(/containers selected/)).toHaveCount(0);
  const stops = await tabStops(page, 4, (name) => name === 'Choose columns');
  expect(stops).toContain('Choose columns');
  await page.keyboard.press('Enter');
  const box = page.getByRole('checkbox', { name: /Ports/ });
  await expect(box).toBeVisible();
  const before = await box.isChecked();
  await box.focus();
  await page.keyboard.press('Space');
  await expect(box).toBeChecked({ checked: !before });
  await page.keyboard.press('Escape');
  await expect(box).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Choose columns' })).toBeFocused();
});

test('columns are sorted by, and made wider and narrower, by keys', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  const underKeyboard = async () => {
    const id = await list(page).getAttribute('aria-activedescendant');
    return page.locator(`[id="${id}"]`);
  };
  const head = (name: string) => page.getByRole('columnheader', { name, exact: true });
  await list(page).focus();
  await page.keyboard.press('Home');
  const first = await activeRow(page).getAttribute('data-row');
  await page.keyboard.press('ArrowUp');
  await expect(await underKeyboard()).toHaveAccessibleName('Created');
  await expect(head('Created')).toHaveAttribute('aria-sort', 'descending');
  await focusIsSeen(page, 'the head of a column');
  // The row is still the one whose details are shown.
  await expect(activeRow(page)).toHaveAttribute('data-row', first ?? '');
  await page.keyboard.press('Enter');
  await expect(head('Created')).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(await underKeyboard()).toHaveAccessibleName('Name');
  await page.keyboard.press('Space');
  await expect(head('Name')).toHaveAttribute('aria-sort', 'ascending');
  await expect(head('Created')).not.toHaveAttribute('aria-sort');
  for (let step = 0; step < 2; step++) await page.keyboard.press('ArrowRight');
  await expect(await underKeyboard()).toHaveAccessibleName('State');
  const box = await head('State').boundingBox();
  await page.keyboard.press('Shift+ArrowRight');
  const grip = page.getByRole('separator', { name: 'Width of State' });
  await expect(grip).toHaveAttribute('aria-valuenow', '158');
  await expect(await underKeyboard()).toHaveAccessibleName('Width of State');
  expect((await head('State').boundingBox())?.width).toBe((box?.width ?? 0) + 8);
  for (let step = 0; step < 2; step++) await page.keyboard.press('Shift+ArrowLeft');
  await expect(grip).toHaveAttribute('aria-valuenow', '142');
  await page.keyboard.press('ArrowLeft');
  await expect(await underKeyboard()).toHaveAccessibleName('Image');
  // No key of a row means one while the keyboard is in the head.
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect(page.getByText('14 containers selected')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByText(/containers selected/)).toHaveCount(0);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await expect(await underKeyboard()).toHaveAttribute('role', 'row');
  await page.reload();
  await expect(head('Name')).toHaveAttribute('aria-sort', 'ascending');
  await expect(grip).toHaveAttribute('aria-valuenow', '142');
});

test('one key searches in whatever is shown, and is changed as every other one', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await list(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const find = page.getByRole('searchbox', { name: 'Find in the log' });
  await expect(find).toBeVisible();
  await page.keyboard.press('Control+f');
  await expect(find).toBeFocused();
  await page.getByRole('tab', { name: 'Inspect' }).click();
  await expect(page.getByRole('tabpanel').getByRole('searchbox')).toBeVisible();
  await page.keyboard.press('Control+f');
  await expect(page.getByRole('tabpanel').getByRole('searchbox')).toBeFocused();
  await new ShellPage(page).run('Find in the log or the details');
  await expect(page.getByRole('tabpanel').getByRole('searchbox')).toBeFocused();
  await page.goto(page.url().replace(/#.*/, '#/settings/shortcuts'));
  await page.getByRole('button', { name: 'Change the keys of Find in the log or the details' }).click();
  await page.keyboard.press('Control+j');
  await page.goBack();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await expect(page.locator('main').filter({ has: find })).toContainText('J');
  await page.keyboard.press('Control+j');
  await expect(find).toBeFocused();
});

test('Escape empties a field that searches, leads to what it searches in, and from there to the list', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  const panel = page.getByRole('tabpanel');
  const searched = { Logs: panel.getByRole('log'), Inspect: panel.getByRole('region', { name: 'Summary' }) };
  for (const [tab, shown] of Object.entries(searched)) {
    await list(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: tab }).click();
    await expect(shown, tab).toBeVisible();
    await list(page).focus();
    // By the palette, which does not take the focus back to where it was opened.
    await new ShellPage(page).run('Find in the log or the details');
    await expect(panel.getByRole('searchbox'), tab).toBeFocused();
    await page.keyboard.type('e');
    await page.keyboard.press('Escape');
    await expect(panel.getByRole('searchbox'), tab).toHaveValue('');
    await expect(panel.getByRole('searchbox'), tab).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(shown, tab).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(panel, tab).toHaveCount(0);
    await expect(list(page), tab).toBeFocused();
  }
  for (const key of ['Home', 'Space', 'ArrowDown', 'Space', 'l']) await page.keyboard.press(key);
  await expect(details(page).getByRole('log')).toBeVisible();
  await page.keyboard.press('Control+f');
  await expect(details(page).getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(details(page).getByRole('log')).toBeFocused();
  await page.goto(page.url().replace(/#.*/, '#/settings'));
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Settings' })).toBeFocused();
});

test('a terminal is no trap: the panel closes by its key, and a key leads out of a session', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await list(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Control+`');
  const terminal = page.getByRole('region', { name: 'Host terminal' });
  await expect(terminal.locator('textarea').first()).toBeFocused();
  await page.keyboard.press('Control+`');
  await expect(terminal).toHaveCount(0);
  await expect(list(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Terminal' }).focus();
  await page.keyboard.press('Enter');
  const session = page.getByRole('region', { name: 'Terminal', exact: true }).locator('textarea').first();
  await session.focus();
  // What programs use stays with them.
  for (const key of ['Tab', 'Escape', 'Control+k']) await page.keyboard.press(key);
  await expect(session).toBeFocused();
  await page.keyboard.press('Control+Shift+L');
  await expect(page.getByRole('tab', { name: 'Terminal' })).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(new ShellPage(page).cheatSheet).toContainText('Leave the terminal');
});

test('files are walked through, found by typing, opened, renamed and deleted by keys', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await list(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Files' }).focus();
  await page.keyboard.press('Enter');
  const files = page.getByRole('group', { name: /^Files of/ });
  const grid = files.getByRole('grid');
  const current = (name: string) => expect(grid.locator('[aria-current="true"]').getByRole('rowheader')).toHaveText(name);
  await expect(grid.getByRole('row', { name: /etc/ })).toBeVisible();
  await grid.focus();
  await page.keyboard.press('n');
  await current('nginx.confC');
  await page.keyboard.press('o');
  await current('notes about the release that nobody has read to the end yet.mdA');
  await page.keyboard.press('F2');
  await expect(page.getByRole('dialog', { name: /^Rename notes/ }).getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(grid).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(files.getByRole('textbox', { name: /^Text of notes/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(grid).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(grid.getByRole('row', { name: /file-00000/ })).toBeVisible();
  await page.keyboard.press('Backspace');
  // On the folder that was left.
  await current('boot');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(files.getByRole('button', { name: 'Delete 3 items' })).toBeVisible();
  await page.keyboard.press('Delete');
  // Something is mounted on one of them.
  const question = page.getByRole('dialog', { name: 'Delete 2 items?' });
  await expect(question.getByRole('listitem')).toHaveText(['boot', 'dev']);
  await page.keyboard.press('Escape');
  await expect(grid).toBeFocused();
  await expect(files.getByRole('button', { name: 'Delete 3 items' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(files.getByRole('button', { name: 'Delete 3 items' })).toBeHidden();
  // From wherever among the files: never the container that they are of.
  await grid.getByRole('checkbox', { name: 'Select boot' }).click();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog', { name: 'Delete boot?' })).toBeVisible();
});

test('a terminal opens in a folder of the file browser', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  await list(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Files' }).focus();
  await page.keyboard.press('Enter');
  const files = page.getByRole('group', { name: /^Files of/ }).getByRole('grid');
  await expect(files.getByRole('row', { name: /etc/ })).toBeVisible();
  await files.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Open a terminal here' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Terminal' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('region', { name: 'Terminal', exact: true })).toBeVisible();
});
