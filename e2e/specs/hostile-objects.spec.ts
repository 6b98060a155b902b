import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Locator, Page } from '@playwright/test';
import { jsonLines } from '../../electron/engine/json-lines.ts';
import { tarOf } from '../../runtime/testkit/image-archives.ts';
import { imageArchiveWith } from '../fixtures/hostile-image.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { BuildsPage } from '../pages/builds-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { ImagesPage } from '../pages/images-page.ts';

const MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>';
const TURNED = 'safe\u202Egnp.exe\u0007\u001b[31m';

const SHOWN = 'safe⟨U+202E⟩gnp.exe⟨U+0007⟩⟨U+001B⟩[31m';
const LINK = 'javascript:window.pwned=3';
const LONG = 'long'.repeat(1024);

/** Answers every call with a refusal of these words. */
async function answeringRegistry(body: string): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer((_request, response) => void response.writeHead(403, { 'content-type': 'application/json' }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** No markup became elements and no script ran. */
async function nothingRan(page: Page): Promise<void> {
  const state = await page.evaluate(() => ({
    pwned: (window as unknown as { pwned?: number }).pwned ?? null,
    images: document.querySelectorAll('img[src="x"]').length,
    links: document.querySelectorAll('a[href^="javascript:"]').length,
    scripts: [...document.scripts].filter(({ src }) => src === '').length,
    polluted: ({} as { polluted?: unknown }).polluted ?? null,
  }));
  expect(state).toEqual({ pwned: null, images: 0, links: 0, scripts: 0, polluted: null });
}

/** Nothing that turns or hides text is in it as it is; a tab that was left, whose log keeps it for copying, is there for a frame more. */
async function hidesNothing(part: Locator): Promise<void> {
  await expect.poll(() => part.textContent()).not.toMatch(/[\u202e\u0007\u001b]/);
}

test('labels, commands, variables and what checks print are text wherever they are shown', async ({ app, engine }) => {
  await loadBusybox(engine, 'busybox:1');
  const { page } = app;
  const Labels = { 'com.docker.compose.project': `${MARKUP}${TURNED}`, [MARKUP]: TURNED, constructor: '__proto__' };
  const Healthcheck = { Test: ['CMD-SHELL', `printf '%s' '${TURNED}'; exit 1`], Interval: 1e9, Retries: 1 };
  const body = { Image: 'busybox:1', Cmd: ['sh', '-c', `echo '${MARKUP}'; sleep 1000`], Env: [`EVIL=${TURNED}`], Labels, Healthcheck, Tty: false };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'hostile' }, json: body })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  await engine.client.json('POST', '/volumes/create', { json: { Name: 'evil', Labels } });
  const { Id: network } = (await engine.client.json('POST', '/networks/create', { json: { Name: 'evil', Labels } })) as { Id: string };
  const containers = new ContainersPage(page);
  await containers.engineIs('Running');
  // The project is named by the label, as it was written.
  await expect(containers.grid.getByText(`${MARKUP}${SHOWN}`).first()).toBeVisible();
  const main = page.getByRole('main');
  await page.goto(`${new URL(page.url()).origin}/#/containers/${Id}`);
  for (const [tab, text] of [
    ['Logs', 'onerror="window.pwned=1"'],
    ['Health', SHOWN],
    ['Inspect', SHOWN],
    ['Processes', 'onerror="window.pwned=1"'],
    ['Edit', SHOWN],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('tab', { name: tab, selected: true })).toBeVisible();
    await expect(main.getByText(text).first()).toBeVisible();
    await hidesNothing(main);
  }
  await page.goto(`${new URL(page.url()).origin}/#/volumes`);
  await expect(containers.row('evil')).toContainText(SHOWN);
  await page.goto(`${new URL(page.url()).origin}/#/networks/${network}`);
  await page.getByRole('tab', { name: 'Settings' }).click();
  await expect(page.getByRole('region', { name: 'Settings' })).toContainText(SHOWN);
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: /^Search/ }).fill('evil');
  await expect(page.getByRole('option', { name: /^evil/ }).first()).toContainText(SHOWN);
  await hidesNothing(page.getByRole('listbox'));
  await nothingRan(page);
});

test('names of files, history, labels and variables of an image are text wherever they are shown', { tag: '@once' }, async ({ app, engine }) => {
  const { page } = app;
  const archive = await imageArchiveWith(engine, 'evil:1', { markup: MARKUP, turned: TURNED, link: LINK, long: LONG });
  const images = new ImagesPage(page);
  await images.engineIs('Running');
  await images.go('Images');
  await images.loadByButton(archive);
  await expect(images.loaded('evil:1')).toBeVisible();
  await images.row('evil:1').click();
  const details = page.getByRole('region', { name: 'Details of evil:1' });

  await test.step('the layer explorer', async () => {
    const tree = page.getByRole('tree', { name: /Files of the layer/ });
    await expect(tree.getByText('<img src=x onerror=').first()).toBeVisible();
    // What turns the direction of a name is told by its number.
    await expect(tree.getByText(SHOWN).first()).toBeVisible();
    await expect(tree.getByText('⟨U+001B⟩]52;c;').first()).toBeVisible();
    await images.photograph('hostile-layers', ['small']);
    await nothingRan(page);
  });
  await test.step('its history', async () => {
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(details.getByText(MARKUP).first()).toBeVisible();
    await expect(details.getByText(SHOWN).first()).toBeVisible();
    await images.photograph('hostile-history', ['small']);
    await nothingRan(page);
  });
  await test.step('its names, users and inspection', async () => {
    for (const tab of ['Names', 'Used by', 'Inspect']) await page.getByRole('tab', { name: tab }).click();
    const field = details.getByRole('searchbox');
    for (const [query, seen] of [
      ['evil-label', SHOWN],
      ['image.url', LINK],
      ['onerror', 'onerror="window.pwned=1"'],
    ] as const) {
      await field.fill(query);
      await expect(details.getByRole('tree').getByText(seen).first()).toBeVisible();
    }
    await hidesNothing(details);
    await nothingRan(page);
  });
  await test.step('the palette and the form of a run', async () => {
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox', { name: /^Search/ }).fill(MARKUP);
    await expect(page.getByRole('dialog', { name: 'Search' })).toBeVisible();
    await nothingRan(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });
  await test.step('a pull that a hostile registry answers', async () => {
    const message = `${MARKUP}${TURNED}`;
    await using registry = await answeringRegistry(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
    await images.go('Images');
    await images.pull(`${registry.host}/team/app:1`);
    await expect(images.dialog.getByRole('alert')).toBeVisible();
    await images.dialog.getByText('Details').click();
    await hidesNothing(images.dialog);
    await nothingRan(page);
    await images.dialog.getByRole('button', { name: 'Close' }).last().click();
    await images.go('Activity');
    await images.row(`Pull ${registry.host}/team/app:1`).click();
    await expect(page.getByRole('region', { name: /^Details of Pull/ })).toBeVisible();
    await nothingRan(page);
  });
});

test('a hostile Dockerfile and what its steps print are text in every view of the build', { tag: '@once' }, async ({ app, engine }) => {
  const { page } = app;
  const builds = new BuildsPage(page);
  await loadBusybox(engine, 'busybox:1');
  const steps = [
    `LABEL evil='${MARKUP}' "org.opencontainers.image.url"="${LINK}"`,
    `RUN printf '%s\\n' '${MARKUP}' 'safe\u202egnp.exe'; printf '\\033]0;title\\007\\033]52;c;YQ==\\007\\033[31mred\\033[2J\\n'; : '${MARKUP}'`,
    `# ${MARKUP} \u202e ${LONG}`,
    `RUN echo '${'x'.repeat(4000)}' > /dev/null; : 'safe\u202egnp.exe'; exit 3`,
  ];
  const body = await tarOf([{ header: { name: 'Dockerfile' }, data: `FROM busybox:1\nARG EVIL\n${steps.join('\n')}\n` }]);
  const buildargs = JSON.stringify({ EVIL: `${MARKUP}${TURNED}` });
  const answer = await engine.client.stream('POST', '/build', {
    query: { t: 'evil:2', buildargs, networkmode: 'none', forcerm: 1 },
    body: Readable.from([body]),
  });
  for await (const line of jsonLines(answer)) void line;
  await builds.engineIs('Running');
  await builds.go('Builds');
  await expect(builds.row('evil:2')).toContainText('Failed');
  await builds.row('evil:2').click();
  await builds.steps.filter({ hasText: 'onerror' }).first().click();
  await expect(builds.log).toContainText(MARKUP);
  await expect(builds.log).toContainText('red');
  await expect(builds.log).not.toContainText('title');
  await builds.photograph('hostile-build', ['small']);
  expect(await page.title()).not.toBe('title');
  await nothingRan(page);
  for (const tab of ['Graph', 'Dockerfile', 'Details'] as const) {
    await builds.tab(tab);
    await expect(builds.details.getByText('onerror="window.pwned=1"').first()).toBeVisible();
    await hidesNothing(builds.details);
    await nothingRan(page);
  }
  await expect(builds.row('evil:2')).toBeVisible();
});
