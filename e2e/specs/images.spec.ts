import { spawnSync } from 'node:child_process';

import { TestRegistry } from '../../runtime/testkit/registry.ts';
import { HTPASSWD } from '../fixtures/htpasswd.ts';
import { busyboxArchive } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ImagesPage } from '../pages/images-page.ts';
import { RegistriesPage } from '../pages/registries-page.ts';

const hasRegistry = ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasRegistry) console.log('skipped: images and registries: docker-registry or skopeo is not installed');

test.use({ actionTimeout: 15_000 });

test.describe('images and registries', () => {
  test.skip(!hasRegistry, 'docker-registry or skopeo is not installed');

  test('pull from a private registry after a login, look into the layers, tag, push, take an update, clean up', async ({ app, engine }) => {
    const { page } = app;
    await using registry = await TestRegistry.start({ htpasswd: HTPASSWD });
    const credentials = ['--dest-creds', 'me:secret'];
    registry.put(`docker-archive:${await busyboxArchive(engine, 'one.tar', 'one:1')}`, 'team/app:1', credentials);
    const images = new ImagesPage(page);
    const registries = new RegistriesPage(page);
    const name = `${registry.host}/team/app:1`;

    await test.step('a pull without a login says why it failed and what helps', async () => {
      await images.engineIs('Running');
      await images.go('Images');
      await images.pull('not a name');
      await expect(images.dialog).toContainText('Not a name of an image.');
      await images.dialog.getByRole('button', { name: 'Cancel', includeHidden: true }).click();
      await images.pull(name);
      await expect(images.dialog.getByRole('alert')).toContainText(`${registry.host} does not let this login have it`);
      await images.photograph('pull-denied');
    });

    await test.step('a login is given where it was missed', async () => {
      await images.dialog.getByRole('button', { name: `Log in to ${registry.host}` }).click();
      await registries.logIn({ username: 'me', password: 'secret' });
    });

    await test.step('the pull goes on from there', async () => {
      await expect(images.dialog.getByRole('combobox', { name: 'Image' })).toHaveValue(name);
      await images.submitPull();
      await expect(images.dialog).toContainText(`${name} is here`);
      await expect(images.dialog).toContainText('1 of 1 layer');
      await images.photograph('pull-done');
      await images.dialog.getByRole('button', { name: 'Close' }).last().click();
      await expect(images.row(name)).toBeVisible();
    });

    await test.step('the layers show what each did', async () => {
      await images.row(name).click();
      const tree = page.getByRole('tree', { name: /Files of the layer/ });
      await expect(tree.getByRole('treeitem', { name: /^bin .*added$/ })).toBeVisible();
      await tree.getByRole('treeitem', { name: /^bin .*added$/ }).click();
      await expect(tree.getByRole('treeitem', { name: /^busybox .*added$/ })).toBeVisible();
      await page.getByRole('searchbox', { name: 'Find files' }).fill('BIN/BUSY');
      await expect(tree.getByRole('treeitem', { name: /^\/bin\/busybox .*added$/ })).toBeVisible();
      await images.photograph('image-layers');
      for (const tab of ['History', 'Used by', 'Inspect', 'Names']) await page.getByRole('tab', { name: tab }).click();
      await expect(page.getByRole('list', { name: 'Names' })).toContainText('@sha256:');
    });

    const second = `${registry.host}/team/second:2`;
    await test.step('it gets another name and is pushed by it', async () => {
      await images.choose(name, 'Tag');
      await images.dialog.getByRole('combobox', { name: 'New name' }).fill('Big');
      await expect(images.dialog).toContainText('The name of a repository has no capital letters.');
      await images.dialog.getByRole('combobox', { name: 'New name' }).fill(second);
      await images.dialog.getByRole('button', { name: 'Give the name', includeHidden: true }).click();
      await expect(page.getByRole('list', { name: 'Names' })).toContainText(second);
      await page.getByRole('button', { name: `Push ${second}` }).click();
      await images.dialog.getByRole('combobox', { name: 'Name' }).click();
      await page.getByRole('option', { name: second }).click();
      await images.dialog.getByRole('button', { name: `Push ${second}` }).click();
      await expect
        .poll(() => spawnSync('skopeo', ['inspect', '--tls-verify=false', '--creds', 'me:secret', `docker://${second}`]).status, { timeout: 30_000 })
        .toBe(0);
    });

    await test.step('a newer image of its name is told of, and taken', async () => {
      registry.put(`docker-archive:${await busyboxArchive(engine, 'two.tar', 'two:1')}`, 'team/app:1', credentials);
      await images.more('Check for updates');
      await expect(images.row(name)).toContainText('Update available');
      await images.photograph('image-update');
      await images.choose(name, 'Update');
      await expect(images.row(name)).not.toContainText('Update available', { timeout: 30_000 });
      await expect(images.grid.getByRole('rowheader')).toHaveCount(2);
    });

    await test.step('what nobody uses goes, and the bytes are told before', async () => {
      await images.more('Clean up images');
      await images.dialog.getByRole('combobox', { name: 'What to remove' }).click();
      await page.getByRole('option', { name: 'All images that no container uses' }).click();
      const remove = images.dialog.getByRole('button', { name: /^Remove 2 images, .*B$/ });
      await expect(remove).toBeEnabled();
      await images.photograph('image-prune');
      await remove.click();
      await expect(page.getByText('No images yet')).toBeVisible();
    });
  });
});
