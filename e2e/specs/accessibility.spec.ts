import { seriousIssues } from '../fixtures/axe.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { BasePage } from '../pages/base-page.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { DiagnosticsPage } from '../pages/diagnostics-page.ts';
import { SettingsPage } from '../pages/settings-page.ts';

for (const theme of ['light', 'dark'] as const) {
  test(`no serious issue on any screen, ${theme}`, { tag: '@once' }, async ({ app, engine }) => {
    const { page } = app;
    const base = new BasePage(page);
    const containers = new ContainersPage(page);
    const details = new ContainerDetailsPage(page);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await base.engineIs('Running');
    expect(await seriousIssues(page), 'containers, empty').toEqual([]);

    await loadBusybox(engine, 'busybox:1');
    const json = { Image: 'busybox:1', Cmd: ['sh', '-c', 'echo one; echo two >&2; sleep 1000'], HostConfig: { NetworkMode: 'none' } };
    const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'looked-at' }, json })) as { Id: string };
    await engine.client.json('POST', `/containers/${Id}/start`);
    await containers.open('looked-at');
    for (const tab of ['Logs', 'Terminal', 'Stats', 'Inspect'] as const) {
      await details.tab(tab);
      await page.waitForTimeout(1500);
      expect(await seriousIssues(page), `container, ${tab}`).toEqual([]);
    }
    await page.getByRole('button', { name: 'Run', exact: true }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await seriousIssues(page), 'run dialog').toEqual([]);
    await page.keyboard.press('Escape');
    await base.go('Images');
    await expect(base.row('busybox:1')).toBeVisible();
    expect(await seriousIssues(page), 'images').toEqual([]);
  });

  test(`no serious issue on images and registries, ${theme}`, { tag: '@once' }, async ({ app, engine }) => {
    const { page } = app;
    const base = new BasePage(page);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await loadBusybox(engine, 'busybox:1');
    await base.engineIs('Running');
    await base.go('Images');
    await base.row('busybox:1').click();
    for (const tab of ['Layers', 'History', 'Names', 'Used by']) {
      await page.getByRole('tab', { name: tab }).click();
      if (tab === 'Layers') await expect(page.getByRole('treeitem').first()).toBeVisible();
      expect(await seriousIssues(page), `image, ${tab}`).toEqual([]);
    }
    await page.getByRole('button', { name: 'Pull image', exact: true }).click();
    await expect(page.getByRole('combobox', { name: 'Image' })).toBeVisible();
    expect(await seriousIssues(page), 'pull dialog').toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await base.go('Registries');
    await expect(base.row('docker.io')).toBeVisible();
    expect(await seriousIssues(page), 'registries').toEqual([]);
  });

  test(`no serious issue on networks, their map and disk usage, ${theme}`, { tag: '@once' }, async ({ app, engine }) => {
    const { page } = app;
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await new BasePage(page).engineIs('Running');
    await loadBusybox(engine, 'busybox:1');
    await engine.client.json('POST', '/containers/create', { query: { name: 'stopped' }, json: { Image: 'busybox:1', Cmd: ['true'] } });
    await page.getByRole('navigation').getByRole('link', { name: 'Networks' }).click();
    await page.getByRole('rowheader', { name: 'bridge' }).click();
    await expect(page.getByRole('region', { name: 'Details of bridge' })).toBeVisible();
    expect(await seriousIssues(page), 'networks').toEqual([]);
    await page.getByRole('radio', { name: 'Map' }).click();
    await expect(page.getByRole('group', { name: 'Map of networks' })).toBeVisible();
    expect(await seriousIssues(page), 'map of networks').toEqual([]);
    await page.getByRole('navigation').getByRole('link', { name: 'Disk usage' }).click();
    await expect(page.getByText(/^Slipway uses/)).toBeVisible();
    expect(await seriousIssues(page), 'disk usage').toEqual([]);
    await page.getByRole('button', { name: 'Clean up' }).click();
    await expect(page.getByRole('dialog', { name: 'Clean up' })).toBeVisible();
    expect(await seriousIssues(page), 'cleanup').toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('navigation').getByRole('link', { name: 'Networks' }).click();
    await page.getByRole('button', { name: 'Create network' }).click();
    await page.getByRole('button', { name: 'Add a subnet' }).click();
    expect(await seriousIssues(page), 'a new network').toEqual([]);
  });

  test(`no serious issue on settings and diagnostics, ${theme}`, { tag: '@once' }, async ({ app }) => {
    const { page } = app;
    const settings = new SettingsPage(page);
    const diagnostics = new DiagnosticsPage(page);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await settings.engineIs('Running');
    for (const section of ['Appearance', 'Notifications', 'Engine', 'Resources', 'Docker compatibility', 'Shortcuts'] as const) {
      await settings.open(section);
      await expect(page.getByRole('main').getByRole('group').first()).toBeVisible();
      expect(await seriousIssues(page), `settings, ${section}`).toEqual([]);
    }
    await diagnostics.open();
    await expect(diagnostics.check('launcher')).toBeVisible();
    await diagnostics.bundle.getByRole('button', { name: 'Gather and look' }).click();
    await diagnostics.preview('engine.log');
    expect(await seriousIssues(page), 'diagnostics').toEqual([]);
  });
}
