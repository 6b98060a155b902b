import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openInBrowser } from '../drivers/browser-driver.ts';
import { openOnStandIn } from '../drivers/stand-in-driver.ts';
import { hasNoSeriousIssue } from '../fixtures/axe.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ActivityPage } from '../pages/activity-page.ts';
import { BuildsPage } from '../pages/builds-page.ts';
import { ImagesPage } from '../pages/images-page.ts';

test.use({ actionTimeout: 15_000 });

const BUILD = 'Build mine:1';
/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1/none:1';

test('tasks and notices by keyboard: progress, cancel, another try, the reason of a failure, and all of it after a restart', async ({
  app,
  engine,
  driver,
}) => {
  const { page } = app;
  const activity = new ActivityPage(page);
  const folder = join(engine.home, 'project');
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), 'FROM busybox:1\nCOPY . /app\nRUN [ ! -e /app/wait ] || sleep 1000\n');
  await writeFile(join(folder, 'wait'), '');
  await loadBusybox(engine, 'busybox:1');

  await test.step('empty, it says what it is for', async () => {
    await activity.engineIs('Running');
    await activity.showByKey();
    await expect(page.getByText('Nothing has happened yet')).toBeVisible();
    await activity.photograph('activity-empty', ['small']);
  });

  await test.step('what runs shows how far it is, and is canceled by a key', async () => {
    const builds = new BuildsPage(page);
    await builds.go('Builds');
    await builds.openDialog();
    await builds.fill({ Folder: folder, Tags: 'mine:1' });
    await builds.submit();
    await expect(builds.dialog).toHaveCount(0);
    await activity.showByKey(BUILD);
    await expect(activity.progress(BUILD)).toBeVisible();
    await expect(activity.row(BUILD)).toContainText('Step 2 of 3');
    await page.keyboard.press('Enter');
    await expect(activity.details(BUILD).getByRole('table', { name: 'Parts' })).toContainText('COPY . /app');
    await activity.photograph('activity-running');
    await page.keyboard.press('c');
    await expect(activity.row(BUILD)).toContainText('Canceled');
    await expect(activity.details(BUILD)).toContainText('It was canceled');
  });

  await test.step('another try takes its place, and a build that ended is told once', async () => {
    await rm(join(folder, 'wait'));
    await page.keyboard.press('r');
    await expect(activity.row(BUILD)).toContainText('Done', { timeout: 30_000 });
    await expect(activity.names).toHaveText([BUILD]);
    await page.keyboard.press('Escape');
    await expect(activity.details(BUILD)).toHaveCount(0);
  });

  await test.step('a failure says why and what to do next; what failed elsewhere is a notice', async () => {
    const images = new ImagesPage(page);
    await images.go('Images');
    await images.pull(NOWHERE);
    await expect(images.dialog.getByRole('alert')).toBeVisible({ timeout: 30_000 });
    await page.keyboard.press('Escape');
    await expect(images.dialog).toHaveCount(0);
    const json = { Image: 'busybox:1', Cmd: ['sh', '-c', 'exit 3'], HostConfig: { NetworkMode: 'none' } };
    await engine.client.json('POST', '/containers/create', { query: { name: 'worker' }, json });
    await engine.client.json('POST', '/containers/worker/start');
    // One more for the pull.
    await expect(activity.news).toHaveText('2');
    await activity.showByKey('worker exited with code 3');
    await expect(activity.names).toHaveText(['worker exited with code 3', `Pull ${NOWHERE}`, BUILD]);
    await expect(activity.news).toHaveCount(0);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const details = activity.details(`Pull ${NOWHERE}`);
    await expect(details).toContainText('127.0.0.1:1 does not answer. Check the name, the network and the proxy.');
    await expect(details).toContainText('ECONNREFUSED');
    await expect(details.getByRole('button', { name: 'Try again' })).toBeVisible();
    await activity.photograph('activity-failed');
    await hasNoSeriousIssue(page, 'a task that failed');
    await page.keyboard.press('Escape');
  });

  await test.step('it is filtered by words and by what became of it', async () => {
    await page.keyboard.press('/');
    await expect(activity.filter).toBeFocused();
    await page.keyboard.type('WORKER');
    await expect(activity.names).toHaveText(['worker exited with code 3']);
    await page.keyboard.press('Escape');
    await expect(activity.names).toHaveCount(3);
    await page.getByRole('radio', { name: 'Failed' }).press('Space');
    await expect(activity.names).toHaveText([`Pull ${NOWHERE}`]);
    await page.getByRole('radio', { name: 'All' }).press('Space');
  });

  await writeFile(join(folder, 'wait'), '');
  const builds = new BuildsPage(page);
  await builds.go('Builds');
  await expect(builds.row('mine:1')).toHaveCount(2);
  await builds.row('mine:1').first().click();
  await builds.details.getByRole('button', { name: 'Build again' }).click();
  await activity.showByKey();
  await expect(activity.progress(BUILD)).toBeVisible();
  await app[Symbol.asyncDispose]();
  await using next = await (driver === 'browser' ? openInBrowser(engine) : openOnStandIn(engine));
  const again = new ActivityPage(next.page);

  await test.step('a restart keeps the list; what it cut off says so, and is tried again or removed by keys', async () => {
    await again.engineIs('Running');
    await again.showByKey(BUILD);
    await expect(again.names).toHaveText([BUILD, 'worker exited with code 3', `Pull ${NOWHERE}`, BUILD]);
    await expect(again.row(BUILD).first()).toContainText('Interrupted');
    await next.page.keyboard.press('Enter');
    await expect(again.details(BUILD)).toContainText('Slipway was closed before this was done');
    await again.photograph('activity-interrupted', ['small']);
    await rm(join(folder, 'wait'));
    await next.page.keyboard.press('r');
    await expect(again.row(BUILD).first()).toContainText('Done', { timeout: 30_000 });
    await next.page.keyboard.press('Escape');
    await again.grid.focus();
    await next.page.keyboard.press('Home');
    await next.page.keyboard.press('Delete');
    await expect(again.names).toHaveCount(3);
    await next.page.getByRole('button', { name: 'Clear the history' }).press('Enter');
    await expect(next.page.getByText('Nothing has happened yet')).toBeVisible();
  });
});
