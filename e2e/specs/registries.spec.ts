import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestRegistry } from '../../runtime/testkit/registry.ts';
import { HTPASSWD } from '../fixtures/htpasswd.ts';
import { busyboxArchive } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ImagesPage } from '../pages/images-page.ts';
import { RegistriesPage } from '../pages/registries-page.ts';

const hasRegistry = ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasRegistry) console.log('skipped: registries: docker-registry or skopeo is not installed');

test.use({ actionTimeout: 20_000 });
test.skip(!hasRegistry, 'docker-registry or skopeo is not installed');

test('a login is tried before it is kept, kept where that is safe or agreed to, tested, changed and forgotten', async ({ app, engine }) => {
  const { page } = app;
  await using registry = await TestRegistry.start({ htpasswd: HTPASSWD });
  const registries = new RegistriesPage(page);
  const keptByApp = () => readFile(join(engine.home, 'config/slipway/registries.json'), 'utf8').catch(() => '');
  const keptByDocker = () => readFile(join(engine.home, 'docker/config.json'), 'utf8').catch(() => '');
  const encoded = Buffer.from('me:secret').toString('base64');
  await registries.engineIs('Running');
  await registries.go('Registries');
  await expect(registries.row('docker.io')).toContainText('no login');

  await test.step('an address is checked as it is typed', async () => {
    await page.getByRole('button', { name: 'Add registry' }).click();
    await registries.address.fill('https://registry.example.com/v2');
    await expect(registries.dialog).toContainText('A host and a port, without a path.');
    await registries.address.fill(registry.host);
    await expect(registries.dialog).not.toContainText('A host and a port, without a path.');
  });

  await test.step('a wrong password is refused and kept nowhere', async () => {
    await registries.fillLogin({ username: 'me', password: 'wrong' });
    if (!app.hasKeychain) {
      await expect(registries.dialog).toContainText('cannot reach the system’s keychain');
      await registries.submitLogin();
      await expect(registries.dialog).toContainText('Without this the login cannot be kept.');
    }
    await registries.logIn({ username: 'me', password: 'wrong' });
    await expect(registries.dialog.getByRole('alert')).toContainText(`${registry.host} does not accept this login`);
    await registries.photograph('registry-login');
    expect(`${await keptByApp()}${await keptByDocker()}`).not.toContain(registry.host);
  });

  await test.step('a right one is kept in one place', async () => {
    await registries.fillLogin({ username: 'me', password: 'secret' });
    await registries.submitLogin();
    await expect(registries.dialog).toHaveCount(0);
    await expect(registries.row(registry.host)).toContainText('me');
    await expect(registries.row(registry.host)).toContainText(app.hasKeychain ? 'System keychain' : 'Docker’s configuration');
    if (app.hasKeychain) {
      expect(await keptByApp()).toContain(registry.host);
      expect(await keptByApp()).not.toContain('"secret": "secret"');
      expect(await keptByApp()).not.toContain(encoded);
      expect(await keptByDocker()).not.toContain(registry.host);
    } else {
      expect(await keptByDocker()).toContain(encoded);
      expect(await keptByApp()).not.toContain(encoded);
    }
    await registries.photograph('registries');
  });

  await test.step('it is tested, and used for a pull from there', async () => {
    await registries.choose(registry.host, 'Test the login');
    await expect(page.getByText(`${registry.host} accepts the login`)).toBeVisible();
    registry.put(`docker-archive:${await busyboxArchive(engine, 'one.tar', 'one:1')}`, 'team/app:1', ['--dest-creds', 'me:secret']);
    await registries.choose(registry.host, 'Pull from here');
    const images = new ImagesPage(page);
    await images.dialog.getByRole('combobox', { name: 'Image' }).fill(`${registry.host}/team/app:1`);
    await images.submitPull();
    await expect(images.dialog).toContainText(`${registry.host}/team/app:1 is here`);
    await images.dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  await test.step('a change that is refused leaves what is kept', async () => {
    await registries.choose(registry.host, 'Log in');
    await registries.logIn({ username: 'somebody', password: 'else' });
    await expect(registries.dialog.getByRole('alert')).toContainText(`${registry.host} does not accept this login`);
    await registries.dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(registries.row(registry.host)).toContainText('me');
  });

  await test.step('it is forgotten', async () => {
    await registries.choose(registry.host, 'Remove');
    const dialog = page.getByRole('dialog', { name: `Remove ${registry.host}?` });
    await expect(dialog).toContainText(registry.host);
    const loggedOut = 'the docker CLI is logged out as well';
    await (app.hasKeychain ? expect(dialog).not.toContainText(loggedOut) : expect(dialog).toContainText(loggedOut));
    await dialog.getByRole('button', { name: 'Remove 1 registry' }).click();
    await expect(registries.row(registry.host)).toHaveCount(0);
    expect(`${await keptByApp()}${await keptByDocker()}`).not.toContain(registry.host);
  });
});

test('a registry that does not answer is said to, and one that everybody may use needs no login', { tag: '@once' }, async ({ app }) => {
  const { page } = app;
  const registries = new RegistriesPage(page);
  await registries.engineIs('Running');
  await registries.go('Registries');
  await using stack = new AsyncDisposableStack();
  const open = stack.use(await TestRegistry.start());
  await page.getByRole('button', { name: 'Add registry' }).click();
  await registries.address.fill(open.host);
  await registries.dialog.getByRole('button', { name: 'Add without a login' }).click();
  await expect(registries.row(open.host)).toContainText('no login');
  await registries.choose(open.host, 'Test the login');
  await expect(page.getByText(`${open.host} lets everybody in`)).toBeVisible();
  await stack.disposeAsync();
  await registries.choose(open.host, 'Test the login');
  await expect(page.getByText(`${open.host} refused or did not answer`).first()).toBeVisible();
});
