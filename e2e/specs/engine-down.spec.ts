import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { BasePage } from '../pages/base-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';

test('an engine that was stopped is shown as stopped and starts at the press of a button', async ({ app, engine }) => {
  const base = new BasePage(app.page);
  await base.engineIs('Running');
  await engine.signal('SIGTERM');
  await base.engineIs('Stopped');
  await expect(app.page.getByText('The engine was stopped. Containers keep running.')).toBeVisible();
  await base.photograph('engine-stopped');
  await app.page.getByRole('button', { name: 'Start the engine' }).click();
  await base.engineIs('Running');
});

test('an engine that crashed comes back by itself with its containers', async ({ app, engine }) => {
  const containers = new ContainersPage(app.page);
  await containers.engineIs('Running');
  await loadBusybox(engine, 'busybox:1');
  const json = { Image: 'busybox:1', Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: 'none' } };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'survivor' }, json })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  await expect(containers.row('survivor')).toContainText('Running');
  await engine.signal('SIGKILL');
  const state = () => engine.client.json('GET', `/containers/${Id}/json`).catch((error: unknown) => error);
  await expect.poll(state, { timeout: 30_000 }).toMatchObject({ State: { Running: true } });
  await containers.engineIs('Running');
  await expect(containers.row('survivor')).toContainText('Running');
});
