import { holdFrames } from '../drivers/frames.ts';
import { expect, test } from '../fixtures/test.ts';

test('the key after one that leaves details or goes to a place means what is shown then, before another frame', async ({ open }) => {
  const page = await open('objects=14&flat', '/containers');
  const grid = page.getByRole('grid');
  const filter = page.getByRole('searchbox', { name: /^Filter/ });
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const tab = page.getByRole('tab', { name: 'Inspect' });
  await tab.click();
  await expect(page.getByRole('tabpanel').getByRole('radio', { name: 'JSON' })).toBeVisible();
  await tab.focus();

  let release = await holdFrames(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('End');
  await expect(grid.getByRole('row').last()).toHaveAttribute('aria-current', 'true');
  await expect(grid).toBeFocused();
  await page.keyboard.press('/');
  await page.keyboard.type('web');
  await release();
  await expect(filter).toBeFocused();
  await expect(filter).toHaveValue('web');
  await page.keyboard.press('Escape');

  release = await holdFrames(page);
  await page.keyboard.press('Control+2');
  await page.keyboard.press('/');
  await release();
  await page.keyboard.type('nginx');
  await expect(page.getByRole('searchbox', { name: 'Filter images' })).toBeFocused();
  await expect(page.getByRole('searchbox', { name: 'Filter images' })).toHaveValue('nginx');
});

test('the key after a try with something wrong goes into the field that is wrong, before another frame', async ({ open }) => {
  const page = await open('objects=14&flat', '/registries');
  await page.getByRole('button', { name: 'Add registry', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const address = dialog.getByRole('textbox', { name: 'Address' });
  await expect(address).toBeFocused();
  await dialog.getByRole('textbox', { name: 'User' }).focus();
  const release = await holdFrames(page);
  await page.keyboard.press('Enter');
  await page.keyboard.type('registry.example.com');
  await expect(address).toHaveValue('registry.example.com');
  await release();
  await expect(address).toBeFocused();
});
