import { execFileSync } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { DiagnosticsPage } from '../pages/diagnostics-page.ts';

test.use({ actionTimeout: 20_000 });

test('checks are explained, run again and muted for good', { tag: '@once' }, async ({ app }) => {
  const { page } = app;
  const diagnostics = new DiagnosticsPage(page);
  await diagnostics.engineIs('Running');
  await diagnostics.open();
  await expect(diagnostics.check('launcher')).toContainText('The launcher is there.');
  await diagnostics.photograph('diagnostics');
  await diagnostics.check('launcher').getByRole('button', { name: 'Mute the check launcher' }).click();
  await expect(diagnostics.check('launcher')).toContainText('Muted');
  await diagnostics.checks.getByRole('button', { name: 'Run the checks again' }).click();
  await page.reload();
  await expect(diagnostics.check('launcher')).toContainText('Muted');
  await diagnostics.check('launcher').getByRole('button', { name: 'Unmute the check launcher' }).click();
  await expect(diagnostics.check('launcher')).toContainText('OK');
  await expect(page.getByRole('region', { name: 'The engine’s event loop' })).toContainText(/Longest delay \d/);
});

test('the support bundle shows what it holds, and holds no secret', async ({ app, engine }) => {
  const { page } = app;
  const diagnostics = new DiagnosticsPage(page);
  await loadBusybox(engine, 'busybox:1');
  const json = { Image: 'busybox:1', Env: ['TOKEN=from-the-env'], Labels: { note: 'from-a-label' }, Cmd: ['echo', 'from-the-command'] };
  await engine.client.json('POST', '/containers/create', { query: { name: 'listed' }, json });
  await engine.client.json('PUT', '/slipway/v1/settings', { json: { proxies: { 'http-proxy': 'http://me:from-the-proxy@127.0.0.1:9' } } });
  await appendFile(join(engine.location.run, 'engine.log'), 'Authorization: Basic from-a-header\nDB_PASSWORD=from-the-log in /home/ada/x\n');
  await diagnostics.engineIs('Running');
  await diagnostics.open();
  await diagnostics.bundle.getByRole('button', { name: 'Gather and look' }).click();
  await expect(await diagnostics.preview('containers.json')).toContainText('listed');
  const log = await diagnostics.preview('engine.log');
  await expect(log).toContainText('DB_PASSWORD=[redacted env] in /home/[redacted home]/x');
  await expect(log.locator('mark')).toHaveCount(3);
  await diagnostics.photograph('support-bundle');

  const saved = page.waitForEvent('download');
  await diagnostics.bundle.getByRole('button', { name: 'Save the bundle' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^slipway-support-\d{4}-\d\d-\d\d\.tar$/);
  const path = join(engine.home, 'bundle.tar');
  await download.saveAs(path);
  const text = execFileSync('tar', ['-xOf', path], { encoding: 'utf8' });
  expect(execFileSync('tar', ['-tf', path], { encoding: 'utf8' })).toContain('slipway-support/doctor.json\n');
  expect(text).toContain('/listed');
  expect(text).not.toMatch(/from-(?:the-env|a-label|the-command|the-proxy|a-header|the-log)/);
});

test('without an engine the log and the bundle are there still', async ({ app, engine }) => {
  const { page } = app;
  const diagnostics = new DiagnosticsPage(page);
  await diagnostics.engineIs('Running');
  await diagnostics.open();
  await engine.signal('SIGTERM');
  await diagnostics.engineIs('Stopped');
  await expect(diagnostics.checks).toContainText('The checks did not run');
  await diagnostics.bundle.getByRole('button', { name: 'Gather and look' }).click();
  await expect(await diagnostics.preview('doctor.json')).toContainText('not available: the engine is not running');
  await expect(await diagnostics.preview('version.json')).toContainText('platform');
  await engine.start();
  await expect(diagnostics.check('launcher')).toBeVisible({ timeout: 30_000 });
});
