import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBusyboxArchive, tarOf } from '../../runtime/testkit/image-archives.ts';
import type { TestEngine } from '../fixtures/engine.ts';
import { contentsOf } from '../fixtures/engine-root.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { BuildsPage } from '../pages/builds-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { DiskPage } from '../pages/disk-page.ts';
import { ImagesPage } from '../pages/images-page.ts';
import { RunDialogPage } from '../pages/run-dialog-page.ts';
import { VolumesPage } from '../pages/volumes-page.ts';

/** Half of it has to come before the rest is held back. */
const LARGE = 20_000_000;
/** Holes: they cost nothing, and are read as zeros for long enough for an engine to be killed meanwhile. */
const HUGE = 4_000_000_000;
const ENDED = 'the engine ended before this was done';

const filesIn = async (engine: TestEngine, folder: string): Promise<readonly string[]> => {
  const found = await readdir(join(engine.location.root, folder), { recursive: true }).catch(() => []);
  return found.filter((name) => !name.includes('trash'));
};

test('an engine killed while it loads an image: told, nothing of it is left, and it loads at the second try', async ({ app, engine }) => {
  const images = new ImagesPage(app.page);
  const archive = join(engine.home, 'large.tar');
  await makeBusyboxArchive(archive, 'large:1', { entries: [{ header: { name: 'noise' }, data: randomBytes(LARGE) }] });
  await images.engineIs('Running');
  await images.go('Images');
  const before = await contentsOf(engine);
  const release = await images.holdFiles(LARGE / 2);
  await images.loadByButton(archive);
  await expect.poll(async () => (await contentsOf(engine)).length).toBeGreaterThan(before.length);
  await engine.signal('SIGKILL');
  await release();
  await expect(app.page.getByText(ENDED).first()).toBeVisible();
  await images.photograph('load-cut-off', ['small']);
  await engine.isBack();
  await images.engineIs('Running');
  await expect.poll(() => contentsOf(engine)).toEqual(before);
  await images.loadByButton(archive);
  await expect(images.loaded('large:1')).toBeVisible({ timeout: 60_000 });
  await expect(images.row('large')).toBeVisible();
});

test('an engine killed while it builds: the build and its task have failed in words, and build at the second try', { tag: '@once' }, async ({
  app,
  engine,
}) => {
  const builds = new BuildsPage(app.page);
  const folder = join(engine.home, 'project');
  await mkdir(folder);
  await writeFile(join(folder, 'wait'), '');
  await writeFile(join(folder, 'Dockerfile'), 'FROM busybox:1\nCOPY . /app\nRUN touch /half; echo begun; [ ! -e /app/wait ] || sleep 1000\n');
  await loadBusybox(engine, 'busybox:1');
  await builds.engineIs('Running');
  await builds.go('Builds');
  await builds.openDialog();
  await builds.fill({ Folder: folder, Tags: 'mine:1' });
  await builds.submit();
  await builds.row('mine:1').click();
  await expect(builds.log).toContainText('begun');
  await engine.signal('SIGKILL');
  await engine.isBack();
  await builds.engineIs('Running');
  await expect(builds.row('mine:1')).toContainText('Failed');
  await expect(builds.details.getByText('the engine ended while it was built').first()).toBeVisible();
  // What it had printed can still be read.
  await expect(builds.log).toContainText('begun');
  await builds.photograph('build-cut-off', ['small']);
  await builds.go('Activity');
  await expect(builds.row('Build mine:1')).toContainText('Failed');
  await expect.poll(() => filesIn(engine, 'build')).toEqual([]);
  await expect.poll(() => engine.client.json('GET', '/containers/json', { query: { all: 1 } })).toEqual([]);
  await rm(join(folder, 'wait'));
  await builds.row('Build mine:1').click();
  await expect(builds.details.getByText(ENDED).first()).toBeVisible();
  await builds.details.getByRole('button', { name: 'Try again' }).click();
  await builds.go('Builds');
  await expect(builds.row('mine:1').first()).toContainText('Built', { timeout: 30_000 });
});

test('an engine killed while it makes a container: the form stays as it was, nothing is left, and it runs at the second try', { tag: '@once' }, async ({
  app,
  engine,
}) => {
  const containers = new ContainersPage(app.page);
  const run = new RunDialogPage(app.page);
  const archive = join(engine.home, 'filled.tar');
  const entries = [{ header: { name: 'data/', type: 'directory' as const } }, { header: { name: 'data/noise' }, data: 'x' }];
  await makeBusyboxArchive(archive, 'filled:1', { entries, config: { Volumes: { '/data': {} } } });
  await containers.engineIs('Running');
  const images = new ImagesPage(app.page);
  await images.go('Images');
  await images.loadByButton(archive);
  await expect(images.loaded('filled:1')).toBeVisible({ timeout: 60_000 });
  const noise = async () => (await filesIn(engine, '')).filter((name) => name.endsWith('/data/noise'));
  await expect.poll(noise).toHaveLength(1);
  const [path = ''] = await noise();
  const size = (bytes: number) => truncate(join(engine.location.root, path), bytes);
  await size(HUGE);
  const before = await contentsOf(engine);
  await images.row('filled:1').hover();
  await images.row('filled:1').getByRole('button', { name: 'Run filled:1' }).click();
  await run.fill({ name: 'full', command: 'sleep 1000' });
  await run.submit();
  // The files of the image are being copied to its volume.
  await expect.poll(async () => (await contentsOf(engine)).length, { intervals: [5] }).toBeGreaterThan(before.length);
  await engine.signal('SIGKILL');
  await size(1);
  await expect(run.dialog.getByText(ENDED)).toBeVisible();
  await run.photograph('run-cut-off', ['small']);
  // Behind a dialog that is open nothing has a role.
  await engine.isBack();
  await expect(app.page.getByRole('status', { name: 'Engine: Running', includeHidden: true })).toBeVisible();
  await expect.poll(() => contentsOf(engine)).toEqual(before);
  expect(await engine.client.json('GET', '/containers/json', { query: { all: 1 } })).toEqual([]);
  await run.submit();
  await expect(run.dialog).toHaveCount(0, { timeout: 60_000 });
  await containers.go('Containers');
  await expect(containers.row('full')).toContainText('Running');
});

test('an engine killed during a cleanup: told, what was left is offered again', { tag: '@once' }, async ({ app, engine }) => {
  const disk = new DiskPage(app.page);
  await loadBusybox(engine, 'busybox:1');
  const spares = ['spare0', 'spare1', 'spare2'];
  const json = { Image: 'busybox:1', HostConfig: { NetworkMode: 'none' } };
  for (const name of spares) await engine.client.json('POST', '/containers/create', { query: { name }, json });
  const left = async () => ((await engine.client.json('GET', '/containers/json', { query: { all: 1 } })) as unknown[]).length;
  await disk.engineIs('Running');
  await disk.show();
  const cleanUp = async () => {
    await app.page.getByRole('button', { name: 'Clean up' }).click();
    await disk.cleanup.getByRole('checkbox', { name: 'Stopped containers' }).click();
    await disk.cleanup.getByRole('button', { name: /^Remove \d+ objects?/ }).click();
  };
  // The removal of the second waits for its start.
  using _ = engine.holdStarts();
  const start = engine.client.json('POST', '/containers/spare1/start').catch(() => undefined);
  await cleanUp();
  await expect.poll(left).toBe(spares.length - 1);
  await engine.signal('SIGKILL');
  await start;
  await expect(app.page.getByText(ENDED).first()).toBeVisible();
  await disk.photograph('cleanup-cut-off', ['small']);
  await engine.isBack();
  await disk.engineIs('Running');
  expect(await left()).toBe(spares.length - 1);
  await disk.show();
  await cleanUp();
  await expect.poll(left, { timeout: 30_000 }).toBe(0);
  await expect.poll(() => filesIn(engine, 'snapshots')).toEqual([]);
});

test('an engine killed while a volume is imported: told, no half volume, and it imports at the second try', { tag: '@once' }, async ({ app, engine }) => {
  const volumes = new VolumesPage(app.page);
  const archive = join(engine.home, 'volume.tar');
  await writeFile(archive, await tarOf([{ header: { name: 'noise' }, data: randomBytes(LARGE) }]));
  await volumes.engineIs('Running');
  await volumes.goHere();
  const before = await contentsOf(engine);
  const release = await volumes.holdFiles(LARGE / 2);
  await volumes.import('data', archive);
  await expect.poll(async () => (await contentsOf(engine)).length).toBeGreaterThan(before.length);
  await engine.signal('SIGKILL');
  await release();
  await expect(app.page.getByRole('heading', { name: 'data was not imported', includeHidden: true })).toHaveCount(1);
  // Behind its Details.
  await expect(app.page.getByText(ENDED)).toHaveCount(1);
  await volumes.photograph('import-cut-off', ['small']);
  await engine.isBack();
  await volumes.engineIs('Running');
  await expect.poll(() => contentsOf(engine)).toEqual(before);
  await expect(volumes.row('data')).toHaveCount(0);
  await app.page.keyboard.press('Escape');
  await volumes.import('data', archive);
  await expect(volumes.row('data')).toBeVisible({ timeout: 60_000 });
  const sizeOf = async () => ((await engine.client.json('GET', '/slipway/v1/volumes/data/size')) as { Size: number }).Size;
  await expect.poll(sizeOf, { timeout: 60_000 }).toBeGreaterThanOrEqual(LARGE);
});

test('an engine killed while a volume is exported: the download fails as a whole, and a second one is whole', { tag: '@once' }, async ({ app, engine }) => {
  const volumes = new VolumesPage(app.page);
  await engine.client.json('POST', '/volumes/create', { json: { Name: 'data' } });
  const { Mountpoint } = (await engine.client.json('GET', '/volumes/data')) as { Mountpoint: string };
  await writeFile(join(Mountpoint, 'noise'), 'x');
  await truncate(join(Mountpoint, 'noise'), HUGE);
  await volumes.goHere();
  const download = await volumes.export('data');
  await engine.signal('SIGKILL');
  expect(await download.failure()).not.toBeNull();
  await engine.isBack();
  await volumes.engineIs('Running');
  await truncate(join(Mountpoint, 'noise'), 1000);
  const again = await volumes.export('data');
  expect([await again.failure(), again.suggestedFilename()]).toEqual([null, 'data.tar']);
});
