import { execFile, spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { BuildsPage } from '../pages/builds-page.ts';

const DOCKERFILE = `FROM busybox:1 AS base
ARG GREETING=hello
RUN --mount=type=secret,id=token [ "$(cat /run/secrets/token)" = hush ] && echo "$GREETING from the build"
FROM base AS app
COPY . /app
RUN ls /app && [ ! -e /app/ignored ]
`;

test('a folder is built, its steps are read, a failure is found in the Dockerfile, other clients are seen too', async ({ app, engine }) => {
  const builds = new BuildsPage(app.page);
  const folder = join(engine.home, 'project');
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  await writeFile(join(folder, '.dockerignore'), 'ignored\n');
  await writeFile(join(folder, 'ignored'), 'no');
  await symlink('/etc/hostname', join(folder, 'out'));
  await writeFile(join(engine.home, 'token'), 'hush');
  await loadBusybox(engine, 'busybox:1');
  await builds.engineIs('Running');
  await builds.go('Builds');
  await expect(app.page.getByText('No builds yet')).toBeVisible();
  await builds.photograph('builds-empty');

  await test.step('the dialog checks as one types, and offers what the Dockerfile asks for', async () => {
    await builds.openDialog();
    await builds.fill({ Folder: join(engine.home, 'nowhere') });
    await expect(builds.dialog.getByText('There is no such folder.')).toBeVisible();
    await builds.fill({ Folder: folder, Tags: 'Shop' });
    await expect(builds.dialog.getByText('Shop cannot be a name')).toBeVisible();
    await builds.fill({ Tags: 'shop:1' });
    await builds.dialog.getByRole('button', { name: 'Add GREETING' }).click();
    await builds.dialog.getByRole('group', { name: 'Build arguments' }).getByLabel('Value').fill('welcome');
    await builds.dialog.getByRole('button', { name: 'Add token' }).click();
    await builds.dialog.getByLabel('Path of the file').fill(join(engine.home, 'token'));
    await expect(builds.dialog.getByText(`docker build -t shop:1 --build-arg GREETING=welcome`)).toBeVisible();
    await builds.photograph('build-dialog');
    await builds.submit();
    await expect(builds.dialog).toHaveCount(0);
  });

  await test.step('its steps, their output, and the image', async () => {
    await expect(builds.row('shop:1')).toContainText('Built');
    await builds.row('shop:1').click();
    await builds.steps.filter({ hasText: 'GREETING' }).click();
    await expect(builds.log).toContainText('welcome from the build');
    await expect(builds.steps.filter({ hasText: 'COPY . /app' })).toContainText('For the first time');
    await builds.photograph('build');
    await builds.tab('Graph');
    await expect(builds.details.getByRole('group', { name: 'Steps and what they need' })).toContainText('COPY . /app');
    await builds.details.getByRole('button', { name: 'Show the image' }).click();
    await expect(app.page.getByRole('region', { name: 'Details of shop:1' })).toBeVisible();
  });

  await test.step('it is built again, all but its files from the cache', async () => {
    await builds.go('Builds');
    await builds.row('shop:1').first().click();
    await builds.details.getByRole('button', { name: 'Build again' }).click();
    await expect(builds.row('shop:1')).toHaveCount(2);
    await expect(builds.row('shop:1').first()).toContainText('80');
  });

  await test.step('a failure is marked in the Dockerfile, and in Activity; another folder takes part by its name', async () => {
    await writeFile(join(folder, 'Dockerfile'), `${DOCKERFILE}COPY --from=shared more /\nRUN cat /more; exit 3\n`);
    await mkdir(join(engine.home, 'shared'));
    await writeFile(join(engine.home, 'shared', 'more'), 'nearly\n');
    await builds.openDialog();
    await builds.dialog.getByRole('button', { name: 'Add a context' }).click();
    const contexts = builds.dialog.getByRole('group', { name: 'Further contexts' });
    await contexts.getByRole('textbox').first().fill('shared');
    await contexts.getByRole('textbox').last().fill(join(engine.home, 'shared'));
    await builds.fill({ Folder: folder, Tags: 'broken:1' });
    await builds.dialog.getByRole('button', { name: 'Add token' }).click();
    await builds.dialog.getByLabel('Path of the file').fill(join(engine.home, 'token'));
    await builds.submit();
    await expect(builds.row('broken:1')).toContainText('Failed');
    await builds.row('broken:1').click();
    await builds.tab('Steps');
    await expect(builds.log).toContainText('nearly');
    await builds.tab('Dockerfile');
    await expect(builds.details.getByRole('listitem').filter({ hasText: 'The build failed here' })).toContainText('exit 3');
    await builds.photograph('build-failed');
    await builds.go('Activity');
    await expect(builds.row('Build broken:1')).toContainText('Failed');
    await builds.row('Build broken:1').click();
    await expect(builds.details.getByRole('button', { name: 'Try again' })).toBeVisible();
    await builds.photograph('activity');
  });

  await test.step('builds of the docker CLI are here too, and are removed from the history', async () => {
    await builds.go('Builds');
    await writeFile(join(folder, 'Dockerfile'), 'FROM busybox:1\nRUN echo by the CLI\n');
    const env = { ...process.env, DOCKER_BUILDKIT: '0' };
    await promisify(execFile)('docker', ['-H', `unix://${engine.location.socket}`, 'build', '-t', 'cli:1', folder], { env });
    await expect(builds.row('cli:1')).toContainText('Built');
    await builds.row('cli:1').click();
    await builds.details.getByRole('button', { name: 'Remove from the history' }).click();
    await expect(builds.row('cli:1')).toHaveCount(0);
    const tags = async () => ((await engine.client.json('GET', '/slipway/v1/builds')) as { tags: string[] }[]).map((build) => build.tags.join());
    await expect.poll(tags).not.toContainEqual(expect.stringContaining('cli:1'));
  });
});

test('a running build of any client is canceled from its row and from its details', { tag: '@once' }, async ({ app, engine }) => {
  const builds = new BuildsPage(app.page);
  const folder = join(engine.home, 'endless');
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), 'FROM busybox:1\nRUN touch /half; i=0; while :; do i=$((i + 1)); echo tick $i; sleep 0.2; done\n');
  await loadBusybox(engine, 'busybox:1');
  await builds.engineIs('Running');
  await builds.go('Builds');

  await test.step('one that the docker CLI began', async () => {
    const cli = spawn('docker', ['-H', `unix://${engine.location.socket}`, 'build', '--network', 'none', '-t', 'cli:1', folder], {
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = text(cli.stderr);
    await expect(builds.row('cli:1')).toContainText('Building');
    await builds.row('cli:1').click();
    await expect(builds.log).toContainText(/tick \d/);
    // It goes on by itself; the log shows its newest lines.
    const ticks = async () => Number(/.*tick (\d+)/s.exec(await builds.log.innerText())?.[1]);
    const before = await ticks();
    await expect.poll(ticks).toBeGreaterThan(before + 8);
    await builds.photograph('build-running');
    await builds.details.getByRole('button', { name: 'Cancel' }).click();
    await expect(builds.row('cli:1')).toContainText('Canceled');
    expect((await said).trim().split('\n').at(-1)).toBe('the build was canceled by another client');
    await expect.poll(() => cli.exitCode).toBe(1);
  });

  await test.step('one of the app, which is canceled in Activity too', async () => {
    await builds.openDialog();
    await builds.fill({ Folder: folder, Tags: 'mine:1' });
    await builds.submit();
    await expect(builds.row('mine:1')).toContainText('Building');
    await builds.row('mine:1').click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'Cancel' }).click();
    await expect(builds.row('mine:1')).toContainText('Canceled');
    await builds.go('Activity');
    await expect(builds.row('Build mine:1')).toContainText('Canceled');
  });

  expect(await engine.client.json('GET', '/images/json')).toHaveLength(1);
  expect(await engine.client.json('GET', '/containers/json', { query: { all: 1 } })).toEqual([]);
});
