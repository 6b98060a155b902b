import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainersPage } from '../pages/containers-page.ts';

const MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>';
const TURNED = 'safe\u202Egnp.exe\u0007\u001b[31m';

test('labels, commands and variables of others are text wherever they are shown', async ({ app, engine }) => {
  await loadBusybox(engine, 'busybox:1');
  const { page } = app;
  const Labels = { 'com.docker.compose.project': MARKUP, [MARKUP]: TURNED, constructor: '__proto__' };
  const body = { Image: 'busybox:1', Cmd: ['sh', '-c', `echo '${MARKUP}'; sleep 1000`], Env: [`EVIL=${MARKUP}`], Labels, Tty: false };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'hostile' }, json: body })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  const containers = new ContainersPage(page);
  await containers.engineIs('Running');
  // The project is named by the label, as it was written.
  await expect(containers.grid.getByText(MARKUP).first()).toBeVisible();
  await page.goto(`${new URL(page.url()).origin}/#/containers/${Id}`);
  for (const tab of ['Logs', 'Inspect', 'Processes', 'Edit']) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('tab', { name: tab, selected: true })).toBeVisible();
    if (tab === 'Logs') await expect(page.getByText('onerror="window.pwned=1"').first()).toBeVisible();
  }
  const state = await page.evaluate(() => ({
    pwned: (window as unknown as { pwned?: number }).pwned ?? null,
    images: document.querySelectorAll('img[src="x"]').length,
    scripts: [...document.scripts].filter(({ src }) => src === '').length,
    polluted: ({} as { polluted?: unknown }).polluted ?? null,
  }));
  expect(state).toEqual({ pwned: null, images: 0, scripts: 0, polluted: null });
});
