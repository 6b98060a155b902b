import { hasNoSeriousIssue } from '../fixtures/axe.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { BasePage } from '../pages/base-page.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { DiagnosticsPage } from '../pages/diagnostics-page.ts';
import { SettingsPage } from '../pages/settings-page.ts';

test.describe.configure({ timeout: 300_000 });

test('no serious issue on any screen', { tag: '@once' }, async ({ app, engine }) => {
  const { page } = app;
  const base = new BasePage(page);
  const containers = new ContainersPage(page);
  const details = new ContainerDetailsPage(page);
  await base.engineIs('Running');
  await hasNoSeriousIssue(page, 'containers, empty');

  await loadBusybox(engine, 'busybox:1');
  const json = { Image: 'busybox:1', Cmd: ['sh', '-c', 'echo one; echo two >&2; sleep 1000'], HostConfig: { NetworkMode: 'none' } };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'looked-at' }, json })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  await containers.open('looked-at');
  const shown = {
    Logs: details.log.getByText('two'),
    Terminal: details.terminal.locator('.xterm-rows').getByText(/[#$]/).first(),
    Stats: page.getByRole('figure', { name: 'CPU', exact: true }).locator('figcaption b').first(),
    Inspect: page.getByRole('tabpanel').getByRole('radio', { name: 'JSON' }),
  };
  for (const tab of ['Logs', 'Terminal', 'Stats', 'Inspect'] as const) {
    await details.tab(tab);
    await expect(shown[tab]).toBeVisible();
    await hasNoSeriousIssue(page, `container, ${tab}`);
  }
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await hasNoSeriousIssue(page, 'run dialog');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await base.go('Images');
  await expect(base.row('busybox:1')).toBeVisible();
  await hasNoSeriousIssue(page, 'images');
});

test('no serious issue on images and registries', { tag: '@once' }, async ({ app, engine }) => {
  const { page } = app;
  const base = new BasePage(page);
  await loadBusybox(engine, 'busybox:1');
  await base.engineIs('Running');
  await base.go('Images');
  await base.row('busybox:1').click();
  for (const tab of ['Layers', 'History', 'Names', 'Used by']) {
    await page.getByRole('tab', { name: tab }).click();
    if (tab === 'Layers') await expect(page.getByRole('treeitem').first()).toBeVisible();
    await hasNoSeriousIssue(page, `image, ${tab}`);
  }
  await page.getByRole('button', { name: 'Pull image', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Image' })).toBeVisible();
  await hasNoSeriousIssue(page, 'pull dialog');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await base.go('Registries');
  await expect(base.row('docker.io')).toBeVisible();
  await hasNoSeriousIssue(page, 'registries');
});

test('no serious issue on networks, their map and disk usage', { tag: '@once' }, async ({ app, engine }) => {
  const { page } = app;
  await new BasePage(page).engineIs('Running');
  await loadBusybox(engine, 'busybox:1');
  await engine.client.json('POST', '/containers/create', { query: { name: 'stopped' }, json: { Image: 'busybox:1', Cmd: ['true'] } });
  await page.getByRole('navigation').getByRole('link', { name: 'Networks' }).click();
  await page.getByRole('rowheader', { name: 'bridge' }).click();
  await expect(page.getByRole('region', { name: 'Details of bridge' })).toBeVisible();
  await hasNoSeriousIssue(page, 'networks');
  await page.getByRole('radio', { name: 'Map' }).click();
  await expect(page.getByRole('group', { name: 'Map of networks' })).toBeVisible();
  await hasNoSeriousIssue(page, 'map of networks');
  await page.getByRole('navigation').getByRole('link', { name: 'Disk usage' }).click();
  await expect(page.getByText(/^Slipway uses/)).toBeVisible();
  await hasNoSeriousIssue(page, 'disk usage');
  await page.getByRole('button', { name: 'Clean up' }).click();
  await expect(page.getByRole('dialog', { name: 'Clean up' })).toBeVisible();
  await hasNoSeriousIssue(page, 'cleanup');
  await page.keyboard.press('Escape');
  await page.getByRole('navigation').getByRole('link', { name: 'Networks' }).click();
  await page.getByRole('button', { name: 'Create network' }).click();
  await page.getByRole('button', { name: 'Add a subnet' }).click();
  await hasNoSeriousIssue(page, 'a new network');
});

test('no serious issue on settings and diagnostics', { tag: '@once' }, async ({ app }) => {
  const { page } = app;
  const settings = new SettingsPage(page);
  const diagnostics = new DiagnosticsPage(page);
  await settings.engineIs('Running');
  for (const section of ['Appearance', 'Notifications', 'Engine', 'Resources', 'Docker compatibility', 'Shortcuts'] as const) {
    await settings.open(section);
    await expect(page.getByRole('main').getByRole('group').first()).toBeVisible();
    await hasNoSeriousIssue(page, `settings, ${section}`);
  }
  await diagnostics.open();
  await expect(diagnostics.check('launcher')).toBeVisible();
  await diagnostics.bundle.getByRole('button', { name: 'Gather and look' }).click();
  await diagnostics.preview('engine.log');
  await hasNoSeriousIssue(page, 'diagnostics');
});
