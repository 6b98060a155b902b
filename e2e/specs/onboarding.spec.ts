import { expect, test } from '../fixtures/test.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';
import { ShellPage } from '../pages/shell-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';

test('from nothing to a running container without a network, in under a minute', async ({ app, engine }) => {
  const welcome = new WelcomePage(app.page);
  const details = new ContainerDetailsPage(app.page);
  await expect(welcome.screen).toBeVisible();
  await welcome.photograph('welcome');
  const begun = performance.now();
  await welcome.start.click();
  await expect(welcome.row('hello')).toContainText('Running', { timeout: 60_000 });
  await expect(details.log).toContainText(/page on port 8080|hello from/, { timeout: 60_000 });
  const seconds = (performance.now() - begun) / 1000;
  console.log(`from the first click to a running container and its log: ${seconds.toFixed(1)} s`);
  expect(seconds).toBeLessThan(60);

  await expect(welcome.tour).toContainText('hello is running.');
  const rows = (await engine.client.json('GET', '/containers/json')) as { Ports: { PublicPort?: number }[] }[];
  const port = rows[0]?.Ports.find(({ PublicPort }) => PublicPort !== undefined)?.PublicPort;
  // It tells of its page right before it serves it.
  const served = () => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text(), String);
  await expect.poll(served).toContain('Your first container is running');
  await expect(details.log).toContainText('response:200');
  await welcome.tour.getByRole('button', { name: 'Open a terminal in it' }).click();
  await details.terminalShows(/[#$]/);
  await welcome.photograph('welcome-tour');
  await welcome.tour.getByRole('button', { name: 'Watch what it uses' }).click();
  await expect.poll(() => details.reading('Memory')).toBeGreaterThan(0);
  await welcome.tour.getByRole('button', { name: 'Done' }).click();
  await expect(welcome.tour).toHaveCount(0);
});

test('the first screen is skipped once and for all, and found again', { tag: '@once' }, async ({ app }) => {
  const welcome = new WelcomePage(app.page);
  await expect(welcome.screen).toBeVisible();
  await app.page.getByRole('button', { name: 'Skip' }).click();
  await expect(welcome.screen).toHaveCount(0);
  await app.page.reload();
  await welcome.engineIs('Running');
  await expect(app.page.getByRole('button', { name: 'Load an image archive' })).toBeVisible();
  await expect(welcome.screen).toHaveCount(0);
  await new ShellPage(app.page).run('First steps');
  await expect(welcome.screen).toBeVisible();
});
