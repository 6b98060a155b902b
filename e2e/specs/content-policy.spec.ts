import type { Page } from '@playwright/test';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { ShellPage } from '../pages/shell-page.ts';
import { TerminalsPage } from '../pages/terminals-page.ts';

const PLACES = ['containers', 'images', 'volumes', 'networks', 'builds', 'disk', 'activity', 'registries', 'diagnostics', 'settings'];

/** Loads the page anew with an ear for what its policy refuses; answers its policy. */
async function listen(page: Page, refused: string[]): Promise<string> {
  await page.exposeFunction('tellRefused', (what: string) => void refused.push(what));
  await page.addInitScript(() => {
    const { tellRefused } = window as unknown as { tellRefused: (what: string) => void };
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, sourceFile, lineNumber }) =>
      tellRefused(`${effectiveDirective} ${sourceFile ?? ''}:${lineNumber}`),
    );
  });
  const answer = page.waitForResponse((response) => response.request().isNavigationRequest());
  await page.reload();
  return (await (await answer).headerValue('content-security-policy')) ?? '';
}

/** Styles as text, which is what the policy is there to refuse: that it does is what gives the silence before a meaning. */
const writeStyle = (page: Page) =>
  page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<style>#injected { position: fixed }</style><p id="injected" style="opacity: 0">x</p>');
    const { position, opacity } = getComputedStyle(document.getElementById('injected') as HTMLElement);
    return { position, opacity };
  });
const UNSTYLED = { position: 'static', opacity: '1' };

test('the page keeps its own policy, which takes no inline style or script, on every screen and in a terminal', async ({ app, engine }) => {
  const { page } = app;
  await loadBusybox(engine, 'busybox:1');
  const Cmd = ['sh', '-c', 'while :; do echo line; sleep 1; done'];
  const json = { Image: 'busybox:1', Cmd, HostConfig: { NetworkMode: 'none' } };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'box' }, json })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  const refused: string[] = [];
  const policy = await listen(page, refused);
  expect(policy).not.toMatch(/unsafe|nonce|\*|https?:/);
  expect(policy).toContain("style-src 'self';");

  const containers = new ContainersPage(page);
  await containers.engineIs('Running');
  await containers.open('box');
  for (const tab of ['Logs', 'Stats', 'Files', 'Processes', 'Inspect', 'Edit', 'Terminal']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await expect(page.getByRole('tab', { name: tab, selected: true })).toBeVisible();
  }
  const terminals = new TerminalsPage(page);
  await terminals.shows(/[#$]/);
  await terminals.type(String.raw`printf '\033[38;2;10;20;90mblue\033[0m \033[1;3;4mrest\033[0m\n'`);
  // Colours of a program's own are attributes of the terminal's, and its lines stand in the grid of its own sheet.
  const blue = terminals
    .terminal()
    .locator('.xterm-rows span')
    .filter({ hasText: /^blue$/ });
  await expect(blue).toHaveCSS('color', 'rgb(10, 20, 90)');
  await expect(blue).toHaveCSS('display', 'inline-block');
  await expect(terminals.terminal().locator('.xterm-rows')).toHaveCSS('font-size', '13px');
  for (const place of PLACES) {
    await page.evaluate((to) => (location.hash = `/${to}`), place);
    await expect(page.locator(`nav a[href$="/${place}"]`)).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('main').getByRole('heading').or(page.getByRole('main').getByRole('grid')).first()).toBeVisible();
  }
  await page.getByRole('combobox', { name: 'Theme' }).click();
  await expect(page.getByRole('option', { name: 'Dark', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('option')).toHaveCount(0);
  const shell = new ShellPage(page);
  await shell.find('box');
  await expect(shell.options.first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(shell.palette).toHaveCount(0);
  await containers.go('Containers');
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(refused).toEqual([]);

  expect(await writeStyle(page)).toEqual(UNSTYLED);
  await expect.poll(() => refused.map((what) => what.split(' ')[0]).sort()).toEqual(['style-src-attr', 'style-src-elem']);
});
