import { expect, test } from '../fixtures/test.ts';
import { FileBrowserPage } from '../pages/file-browser-page.ts';
import { VolumesPage } from '../pages/volumes-page.ts';

test('volumes are created, filled, cloned, exported, imported, and removed when nobody uses them', async ({ app, engine }) => {
  const volumes = new VolumesPage(app.page);
  const sizeOf = async (name: string) => ((await engine.client.json('GET', `/slipway/v1/volumes/${name}/size`)) as { Size: number }).Size;

  await test.step('a name is checked as it is typed, and the volume opens with its files', async () => {
    await volumes.goHere();
    await volumes.photograph('volumes-empty');
    await app.page.getByRole('button', { name: 'Create volume' }).click();
    const name = app.page.getByRole('dialog').getByRole('textbox', { name: 'Name' });
    await name.fill('-bad');
    await expect(app.page.getByText('Letters, digits, and then also')).toBeVisible();
    await name.fill('data');
    await app.page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await expect(volumes.row('data')).toContainText('unused');
    const files = new FileBrowserPage(app.page, 'data');
    await expect(files.browser.getByText('This folder is empty')).toBeVisible();
    await files.upload([{ name: 'rows.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }]);
    await expect(files.file('rows.csv')).toBeVisible();
    await volumes.photograph('volume-files');
  });

  await test.step('it is cloned and exported, and an archive becomes one', async () => {
    await volumes.choose('data', 'Clone');
    const clone = app.page.getByRole('dialog', { name: 'Clone data' });
    await clone.getByRole('textbox', { name: 'Name' }).fill('twin');
    await clone.getByRole('button', { name: 'Clone' }).click();
    await expect(volumes.row('twin')).toBeVisible();
    const archive = await volumes.export('data');
    expect(archive.suggestedFilename()).toBe('data.tar');
    await volumes.import('restored', await archive.path());
    await expect(volumes.row('restored')).toBeVisible();
    // The key that sent the form has pressed nothing but that.
    await expect(app.page.getByRole('menu')).toHaveCount(0);
    await expect.poll(() => sizeOf('restored')).toBe(await sizeOf('data'));
  });

  await test.step('a prune says what it takes before it does', async () => {
    await volumes.more('Remove unused volumes');
    const dialog = app.page.getByRole('dialog', { name: 'Remove unused volumes' });
    await expect(dialog.getByText('Nothing to remove')).toBeVisible();
    await dialog.getByText('Also those that have a name').click();
    await expect(dialog.getByRole('listitem')).toHaveCount(3);
    await volumes.photograph('volumes-prune');
    await dialog.getByRole('button', { name: /^Remove 3 volumes/ }).click();
    await expect(app.page.getByText('No volumes yet')).toBeVisible();
  });
});
