import { expect, test } from '../fixtures/test.ts';

test('keys pressed while a folder is read mean its files, never the container that they are of', async ({ open }) => {
  const page = await open('objects=14&flat&late=file.list', '/containers');
  const answers = (what: 'hold' | 'release') => page.evaluate((name) => window.dispatchEvent(new Event(`${name}-answers`)), what);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Files' }).click();
  const browser = page.getByRole('group', { name: /^Files of/ });
  const grid = browser.getByRole('grid');
  await expect(grid.getByRole('row', { name: /boot/ })).toBeVisible();
  await grid.focus();
  await page.keyboard.press('b');
  await page.keyboard.press('o');

  await answers('hold');
  await page.keyboard.press('Enter');
  // Each of them would ask about the container or do something to it.
  for (const key of ['Delete', 'd', 's', 'r', 'F2']) await page.keyboard.press(key);
  await expect(grid).toHaveCount(0);
  await answers('release');
  await expect(grid.getByRole('row', { name: /file-00000/ })).toBeVisible();
  await expect(grid).toBeFocused();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await answers('hold');
  await page.keyboard.press('Backspace');
  await expect(grid).toHaveCount(0);
  // Whoever goes elsewhere meanwhile stays there.
  await browser.getByRole('searchbox').focus();
  await answers('release');
  await expect(grid.getByRole('row', { name: /boot/ })).toBeVisible();
  await expect(browser.getByRole('searchbox')).toBeFocused();
});

test('a link that is read leads nowhere once somebody has gone elsewhere', async ({ open }) => {
  const page = await open('objects=14&flat&late=file.stat', '/containers');
  const answers = (what: 'hold' | 'release') => page.evaluate((name) => window.dispatchEvent(new Event(`${name}-answers`)), what);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Files' }).click();
  const browser = page.getByRole('group', { name: /^Files of/ });
  const grid = browser.getByRole('grid');
  await expect(grid.getByRole('row', { name: /boot/ })).toBeVisible();
  await grid.focus();
  await page.keyboard.type('lib');
  await expect(grid.getByRole('row', { name: /lib/ })).toHaveAttribute('aria-current', 'true');
  await answers('hold');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(grid.getByRole('row', { name: /file-00000/ })).toBeVisible();
  await answers('release');
  await page.keyboard.press('End');
  await expect(grid.getByRole('row', { name: /file-00039/ })).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('Backspace');
  await expect(grid.getByRole('row', { name: /bin/ }).first()).toHaveAttribute('aria-current', 'true');
});
