import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBusyboxArchive } from '../../runtime/testkit/image-archives.ts';
import { TestRegistry } from '../../runtime/testkit/registry.ts';
import { openInBrowser } from '../drivers/browser-driver.ts';
import { openOnStandIn } from '../drivers/stand-in-driver.ts';
import type { TestEngine } from '../fixtures/engine.ts';
import { expect, test } from '../fixtures/test.ts';
import { ImagesPage } from '../pages/images-page.ts';

const hasRegistry = ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasRegistry) console.log('skipped: updates of images: docker-registry or skopeo is not installed');

interface Inspected {
  readonly Id: string;
  readonly Image: string;
  readonly State: { readonly Running: boolean };
  readonly Config: { readonly Env: readonly string[]; readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: { readonly Memory: number; readonly RestartPolicy: { readonly Name: string } };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}
const inspect = async ({ client }: TestEngine, name: string) => (await client.json('GET', `/containers/${name}/json`)) as Inspected;
const logged = async ({ client }: TestEngine, name: string): Promise<string> => {
  let text = '';
  for await (const chunk of await client.stream('GET', `/containers/${name}/logs`, { query: { stdout: 1 } })) text += String(chunk);
  return text;
};

test.describe('updates of images', () => {
  test.skip(!hasRegistry, 'docker-registry or skopeo is not installed');
  test.use({ actionTimeout: 15_000 });

  test('an image is updated with its containers, which keep everything of theirs, and come back when the new one fails', async ({ app, engine, driver }) => {
    let { page } = app;
    let images = new ImagesPage(page);
    await using registry = await TestRegistry.start();
    const name = `${registry.host}/team/web:1`;
    /** Another image by the same name. */
    const publish = async (version: string, command: string) => {
      const path = join(engine.home, `${version}.tar`);
      const config = { Cmd: ['sh', '-c', command], Env: ['PATH=/bin', `VERSION=${version}`], Volumes: { '/data': {} } };
      await makeBusyboxArchive(path, `web:${version}`, { config });
      registry.put(`docker-archive:${path}`, 'team/web:1');
    };
    const recreate = async () => {
      await images.go('Images');
      await images.more('Check for updates');
      await expect(images.row(name)).toContainText('Update available');
      await images.choose(name, 'Update and recreate containers');
    };

    await publish('one', 'echo version-$VERSION; echo kept >> /data/kept; exec sleep 1000');
    await images.engineIs('Running');
    await images.go('Images');
    await images.pull(name);
    await expect(images.dialog).toContainText(`${name} is here`, { timeout: 30_000 });
    await images.dialog.getByRole('button', { name: 'Close' }).last().click();
    await engine.client.json('POST', '/networks/create', { json: { Name: 'shop' } });
    const json = {
      Image: name,
      Env: ['OWN=1'],
      Labels: { team: 'shop' },
      HostConfig: { NetworkMode: 'shop', Memory: 64 * 2 ** 20, RestartPolicy: { Name: 'unless-stopped' } },
    };
    await engine.client.json('POST', '/containers/create', { query: { name: 'web' }, json });
    await engine.client.json('POST', '/containers/web/start');
    await engine.client.json('POST', '/containers/create', { query: { name: 'spare' }, json: { Image: name, HostConfig: { NetworkMode: 'none' } } });
    await expect.poll(() => logged(engine, 'web')).toContain('version-one');
    const before = await inspect(engine, 'web');

    await publish('two', 'echo version-$VERSION; cat /data/kept; exec sleep 1000');
    await app[Symbol.asyncDispose]();
    // The last look was long ago.
    await writeFile(join(engine.home, 'config/slipway/image-checks.json'), JSON.stringify({ checkedAt: 1 }));
    const desktop = driver === 'browser' ? null : await openOnStandIn({ ...engine, words: ['--hidden'], windowless: true });
    await using shell = desktop ?? (await openInBrowser(engine));
    await test.step('a newer image is found with no window and nobody asking, told once, and remembered', async () => {
      if (desktop) {
        const told = async () => (await desktop.record()).notifications.map(({ title }) => title);
        await expect.poll(told, { timeout: 40_000 }).toEqual([`A newer image is there: ${name}`]);
        const window = shell.page.context().waitForEvent('page');
        expect(await desktop.ask({ ask: 'choose', path: ['Open Slipway'] })).toBe(true);
        page = await window;
      } else page = shell.page;
      images = new ImagesPage(page);
      await images.go('Images');
      await expect(images.row(name)).toContainText('Update available', { timeout: 40_000 });
      await page.reload();
      await expect(images.row(name)).toContainText('Update available');
      await images.go('Activity');
      await images.row(`A newer image is there: ${name}`).hover();
      await images
        .row(`A newer image is there: ${name}`)
        .getByRole('button', { name: `Show ${name}` })
        .click();
      await expect(page).toHaveURL(/#\/images\/sha256/);
    });

    await test.step('it asks first, naming the containers', async () => {
      await images.choose(name, 'Update and recreate containers');
      await expect(images.dialog).toContainText(`Update ${name} and its containers?`);
      await expect(images.dialog.getByRole('listitem')).toHaveText(['spare', 'web']);
      await images.photograph('image-recreate');
      await images.dialog.getByRole('button', { name: 'Update and recreate 2 containers' }).click();
    });

    await test.step('the new ones are as the old ones were, of the new image', async () => {
      await images.go('Activity');
      const task = images.row(`Update ${name} and its containers`);
      await expect(task).toContainText('Done', { timeout: 40_000 });
      await task.click();
      await expect(page.getByRole('region', { name: /^Details of Update/ })).toContainText('2 containers recreated');
      await images.photograph('image-recreated');
      const after = await inspect(engine, 'web');
      expect([after.Id === before.Id, after.Image === before.Image, after.State.Running]).toEqual([false, false, true]);
      expect(after.Config).toMatchObject({ Labels: { team: 'shop' }, Env: expect.arrayContaining(['OWN=1', 'VERSION=two']) });
      expect(after.HostConfig).toMatchObject({ Memory: 64 * 2 ** 20, RestartPolicy: { Name: 'unless-stopped' } });
      expect(Object.keys(after.NetworkSettings.Networks)).toEqual(['shop']);
      // The volume has no name of its own; what the first one wrote is there.
      await expect.poll(() => logged(engine, 'web')).toMatch(/version-two[^]*kept/);
      expect((await inspect(engine, 'spare')).State.Running).toBe(false);
      const all = (await engine.client.json('GET', '/containers/json', { query: { all: 1 } })) as { Names: string[] }[];
      expect(all.flatMap(({ Names }) => Names).sort()).toEqual(['/spare', '/web']);
    });

    await test.step('a new one that ends at once is taken back, and the old one runs again under its name', async () => {
      const two = await inspect(engine, 'web');
      await publish('three', 'exit 9');
      await recreate();
      await images.dialog.getByRole('button', { name: 'Update and recreate 2 containers' }).click();
      await images.go('Activity');
      const task = images.row(`Update ${name} and its containers`).first();
      await expect(task).toContainText('Failed', { timeout: 40_000 });
      await task.click();
      await expect(page.getByRole('region', { name: /^Details of Update/ })).toContainText('web: the new one ended with 9 right after its start');
      expect(await inspect(engine, 'web')).toMatchObject({ Id: two.Id, Name: '/web', State: { Running: true } });
      expect((await inspect(engine, 'spare')).Image).not.toBe(two.Image);
    });
  });
});
