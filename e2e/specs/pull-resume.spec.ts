import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultProxy } from '../../runtime/testkit/fault-proxy.ts';
import { imageArchive, tarOf } from '../../runtime/testkit/image-archives.ts';
import { TestRegistry } from '../../runtime/testkit/registry.ts';
import { expect, test } from '../fixtures/test.ts';
import { ImagesPage } from '../pages/images-page.ts';

const hasRegistry = ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasRegistry) console.log('skipped: pulls that go on: docker-registry or skopeo is not installed');

const SIZE = 6_000_000;
/** So much of the layer comes at a time. */
const HELD = 2_500_000;

test.describe('a pull that did not end well', () => {
  test.skip(!hasRegistry, 'docker-registry or skopeo is not installed');

  test('is resumed behind the bytes that are kept, after a cancel and after the engine was killed', { tag: '@once' }, async ({ app, engine }) => {
    const images = new ImagesPage(app.page);
    await using registry = await TestRegistry.start();
    const path = join(engine.home, 'large.tar');
    await writeFile(path, await imageArchive([await tarOf([{ header: { name: 'large' }, data: randomBytes(SIZE) }])], 'large:1'));
    registry.put(`docker-archive:${path}`, 'team/large:1');
    let isHeld = true;
    await using proxy = await FaultProxy.start(registry.host, (_, of) => (of.includes('/blobs/') && isHeld ? { holdAfter: HELD } : null));
    /** Where the downloads of the layer began. */
    const begun = () => proxy.requests.flatMap((line) => /bytes=(\d+)-/.exec(line)?.[1] ?? []).map(Number);
    const name = `${proxy.host}/team/large:1`;
    const size = (text: string) => images.dialog.getByText(new RegExp(text));

    await images.engineIs('Running');
    await images.go('Images');
    await images.pull(name);
    await expect(size('^2[.\\d]*\\sMB of 6')).toBeVisible({ timeout: 30_000 });
    await images.dialog.getByRole('button', { name: 'Cancel the pull' }).click();
    await expect(size('MB of 6.* are kept; resuming fetches the rest')).toBeVisible();
    await images.photograph('pull-resume');
    await images.dialog.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => begun()[0] ?? 0, { timeout: 20_000 }).toBeGreaterThan(900_000);

    // Bytes are written a MiB at a time: an engine that is killed has the last one only in memory.
    await expect(size('^[45][.\\d]*\\sMB of 6')).toBeVisible({ timeout: 30_000 });
    await engine.signal('SIGKILL');
    await expect(images.dialog.getByRole('alert')).toBeVisible();
    await expect(images.dialog.getByRole('button', { name: 'Resume' })).toBeVisible();
    await images.dialog.getByRole('button', { name: 'Close' }).last().click();
    await engine.isBack();
    await images.engineIs('Running');
    isHeld = false;
    await images.go('Activity');
    await expect(images.row(`Pull ${name}`)).toContainText('Failed');
    await images.row(`Pull ${name}`).click();
    const details = app.page.getByRole('region', { name: `Details of Pull ${name}` });
    await expect(details).toContainText(/MB of 6.* are kept; resuming fetches the rest/);
    await images.photograph('activity-resume');
    await details.getByRole('button', { name: 'Resume' }).click();
    await expect(images.row(`Pull ${name}`)).toContainText('Done', { timeout: 30_000 });
    expect(begun().at(-1)).toBeGreaterThan(begun()[0] ?? 0);
    await images.go('Images');
    await expect(images.row(name)).toBeVisible();
  });
});
