import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestEngine } from '../fixtures/engine.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { NetworksPage } from '../pages/networks-page.ts';

const run = promisify(execFile);
const docker = async (engine: TestEngine, ...args: string[]) => (await run('docker', ['-H', `unix://${engine.location.socket}`, ...args])).stdout.trim();
const IDLE = ['busybox:1', 'sh', '-c', 'while :; do sleep 1000; done'];

test('a network is created, a container connected to it by name and address, seen on the map, disconnected, and the network removed', async ({
  app,
  engine,
}) => {
  const networks = new NetworksPage(app.page);
  await loadBusybox(engine, 'busybox:1');
  await docker(engine, 'run', '-d', '--name', 'web', '--label', 'com.docker.compose.project=shop', ...IDLE);
  await docker(engine, 'run', '-d', '--name', 'db', '--network', 'none', ...IDLE);
  await networks.engineIs('Running');
  await networks.show();
  await expect(networks.row('bridge')).toContainText('built in');

  await test.step('what is typed is checked by the rules of the engine', async () => {
    const taken = await docker(engine, 'network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}}', 'bridge');
    await app.page.getByRole('button', { name: 'Create network' }).click();
    const dialog = networks.dialog('Create a network');
    await dialog.getByLabel('Name', { exact: true }).fill('bridge');
    await expect(dialog).toContainText('This name belongs to the engine.');
    await dialog.getByLabel('Name', { exact: true }).fill('backend');
    await dialog.getByRole('button', { name: 'Add a subnet' }).click();
    await dialog.getByRole('textbox', { name: 'Subnet' }).fill(taken);
    await expect(dialog).toContainText('Overlaps with the network bridge.');
    await dialog.getByRole('textbox', { name: 'Subnet' }).fill('10.213.7.0/24');
    await dialog.getByRole('textbox', { name: 'Gateway' }).fill('10.213.8.1');
    await expect(dialog).toContainText('Gateway: Outside of the subnet.');
    await dialog.getByRole('textbox', { name: 'Gateway' }).fill('10.213.7.1');
    await dialog.getByRole('button', { name: 'Reserve an address' }).click();
    await dialog.getByRole('group', { name: 'Reserved addresses' }).getByRole('textbox', { name: 'Name' }).fill('printer');
    await dialog.getByRole('group', { name: 'Reserved addresses' }).getByRole('textbox', { name: 'Address' }).fill('10.213.7.2');
    await networks.photograph('network-create');
    await dialog.getByRole('button', { name: 'Create network' }).click();
    await expect(dialog).toBeHidden();
    await expect(networks.row('backend')).toContainText('10.213.7.0/24');
    expect(await docker(engine, 'network', 'inspect', '-f', '{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}} {{.AuxAddress}}{{end}}', 'backend')).toBe(
      '10.213.7.0/24 10.213.7.1 map[printer:10.213.7.2]',
    );
  });

  await test.step('a container is connected with an alias and an address, and others reach it by both', async () => {
    await app.page.getByRole('button', { name: 'Connect a container', exact: true }).first().click();
    const dialog = networks.dialog('Connect a container to backend');
    await dialog.getByRole('combobox', { name: 'Container' }).fill('web');
    await app.page.keyboard.press('Escape');
    await dialog.getByLabel('IPv4 address').fill('10.213.7.1');
    await expect(dialog).toContainText('This is the gateway.');
    await dialog.getByLabel('IPv4 address').fill('10.213.7.77');
    await dialog.getByLabel('Further names').fill('shop');
    await dialog.getByLabel('MAC address').fill('02:42:0a:d5:07:4d');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(networks.member('web')).toContainText('10.213.7.77');
    await expect(networks.member('web')).toContainText('shop');
    await expect(networks.member('web')).toContainText('02:42:0a:d5:07:4d');
    const peer = await docker(engine, 'run', '--rm', '--network', 'backend', 'busybox:1', 'ping', '-c', '1', '-W', '5', 'shop');
    expect(peer).toContain('10.213.7.77');
    await networks.photograph('networks');
  });

  await test.step('the map shows it, tells who reaches whom, and works by keyboard', async () => {
    await docker(engine, 'run', '-d', '--name', 'api', '--network', 'backend', '-p', '127.0.0.1::80', ...IDLE);
    await networks.view('Map');
    await expect(networks.node(/^web, Running, on bridge and backend/)).toBeVisible();
    await expect(networks.node(/^api, Running, on backend, published localhost:\d+ → 80/)).toBeVisible();
    await expect(networks.node(/^db, Running/)).toBeVisible();
    await networks.node(/^api,/).focus();
    await expect(app.page.getByText('reaches 1 container: web on backend')).toBeVisible();
    await app.page.keyboard.press('ArrowRight');
    await expect(app.page.getByText(/2 containers run on it: .*web 10\.213\.7\.77/)).toBeVisible();
    await networks.photograph('network-map');
    await app.page.getByRole('button', { name: 'As a table' }).click();
    const row = app.page
      .getByRole('table', { name: 'Map of networks' })
      .getByRole('row')
      .filter({ has: app.page.getByRole('rowheader', { name: 'web' }) });
    await expect(row).toContainText('backend 10.213.7.77');
    await expect(row).toContainText('api');
    await app.page.getByRole('button', { name: 'As a picture' }).click();
    await networks.view('List');
  });

  await test.step('it is disconnected and removed; what is used is refused with the way on', async () => {
    await app.page.getByRole('button', { name: 'Disconnect web' }).click();
    await networks.dialog('Disconnect web from backend?').getByRole('button', { name: 'Disconnect web' }).click();
    await expect(networks.member('web')).toHaveCount(0);
    const left = () => docker(engine, 'inspect', '-f', '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}', 'web');
    await expect.poll(left).toBe('bridge');
    const remove = async () => {
      await networks.row('backend').click({ button: 'right' });
      await app.page.getByRole('menuitem', { name: 'Remove' }).click();
      await networks.dialog('Remove backend?').getByRole('button', { name: 'Remove 1 network' }).click();
    };
    await remove();
    await expect(app.page.getByText('backend was not removed. Disconnect its containers first.').first()).toBeVisible();
    await docker(engine, 'rm', '-f', 'api');
    await remove();
    await expect(networks.row('backend')).toHaveCount(0);
    await expect.poll(() => docker(engine, 'network', 'ls', '--format', '{{.Name}}')).not.toContain('backend');
  });
});

test('networks that nobody uses are named before they go', { tag: '@once' }, async ({ app, engine }) => {
  const networks = new NetworksPage(app.page);
  await loadBusybox(engine, 'busybox:1');
  for (const name of ['first', 'second', 'kept']) await docker(engine, 'network', 'create', name);
  await docker(engine, 'create', '--network', 'kept', '--name', 'sleeper', ...IDLE);
  await networks.engineIs('Running');
  await networks.show();
  await expect(networks.row('kept')).toContainText('0 of 1');
  const unused = app.page.getByRole('menuitem', { name: 'Remove unused networks' });
  await networks.moreActions.click();
  await unused.click();
  const dialog = networks.dialog('Remove 2 unused networks?');
  await expect(dialog.getByRole('listitem')).toHaveText([/^first /, /^second /]);
  await dialog.getByRole('button', { name: 'Remove 2 networks' }).click();
  await expect(networks.row('first')).toHaveCount(0);
  await expect(networks.row('second')).toHaveCount(0);
  await expect(networks.row('kept')).toBeVisible();
  await networks.moreActions.click();
  await expect(unused).toBeDisabled();
});
