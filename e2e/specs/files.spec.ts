import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { FileBrowserPage } from '../pages/file-browser-page.ts';

const CHANGE = 'echo changed >> /etc/passwd; echo "<b>hostile</b>" > "/srv/<img src=x>.txt"; mkdir -p /srv/deep; exec sleep 1000';

test('files of a container are shown by what differs, changed, uploaded and downloaded', async ({ app, engine }) => {
  await loadBusybox(engine, 'busybox:1');
  const json = { Image: 'busybox:1', Cmd: ['sh', '-c', `mkdir -p /srv; ${CHANGE}`], HostConfig: { NetworkMode: 'none', Binds: ['data:/data'] } };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'browsed' }, json })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  const containers = new ContainersPage(app.page);
  const files = new FileBrowserPage(app.page, 'browsed');

  await test.step('folders say what differs from the image, and what is mounted', async () => {
    await containers.open('browsed');
    await app.page.getByRole('tab', { name: 'Files' }).click();
    await expect(files.file('etc').getByLabel('Changed: the image has it otherwise')).toBeVisible();
    await expect(files.file('data')).toBeVisible();
    await files.photograph('container-files');
    await files.openFile('srv');
    await expect(files.file('<img src=x>.txt').getByLabel('Added: not in the image')).toBeVisible();
  });

  await test.step('a text is read, changed and saved, and never over what another has written', async () => {
    await files.openFile('<img src=x>.txt');
    const text = files.text('<img src=x>.txt');
    await expect(text).toHaveValue('<b>hostile</b>\n');
    await text.fill('mine\n');
    const query = { path: '/srv/<img src=x>.txt' };
    await engine.client.json('PUT', `/slipway/v1/containers/${Id}/file`, {
      query,
      body: Readable.from([Buffer.from('theirs, longer\n')]),
    });
    await files.save();
    await expect(app.page.getByText('The file has changed since it was opened here.')).toBeVisible();
    await files.photograph('file-conflict');
    await app.page.getByRole('button', { name: 'Save over it' }).click();
    await expect(app.page.getByText('The file has changed since it was opened here.')).toBeHidden();
    const body = await engine.client.stream('GET', `/slipway/v1/containers/${Id}/file`, { query });
    expect(Buffer.concat(await body.toArray()).toString()).toBe('mine\n');
    await app.page.keyboard.press('Escape');
  });

  await test.step('files are made, uploaded, renamed and deleted', async () => {
    await files.make('New folder', 'made');
    await expect(files.file('made')).toBeVisible();
    await files.upload([{ name: 'sent.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(700_000, 7) }]);
    await expect(files.file('sent.bin')).toContainText('700');
    await files.choose('sent.bin', 'Rename');
    await app.page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('kept.bin');
    await app.page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expect(files.file('kept.bin')).toBeVisible();
    await files.choose('made', 'Delete');
    await app.page.getByRole('dialog', { name: 'Delete made?' }).getByRole('button', { name: 'Delete 1 item' }).click();
    await expect(files.file('made')).toBeHidden();
  });

  await test.step('a file is downloaded as it is, a folder as a tar', async () => {
    const file = await files.download('kept.bin', 'Download');
    expect(file.suggestedFilename()).toBe('kept.bin');
    expect((await readFile(await file.path())).equals(Buffer.alloc(700_000, 7))).toBe(true);
    const folder = await files.download('deep', 'Download as tar');
    expect(folder.suggestedFilename()).toBe('deep.tar');
    expect(execFileSync('tar', ['-tf', await folder.path()]).toString()).toBe('deep/\n');
  });

  await test.step('several that are selected are downloaded as one tar', async () => {
    for (const name of ['kept.bin', 'deep']) await files.file(name).click({ modifiers: ['Control'] });
    const both = await files.downloadSelected();
    expect(both.suggestedFilename()).toMatch(/^(kept\.bin|deep)-and-1-more\.tar$/);
    expect(
      execFileSync('tar', ['-tf', await both.path()])
        .toString()
        .trim()
        .split('\n')
        .sort(),
    ).toEqual(['deep/', 'kept.bin']);
  });

  await test.step('they are there as well when the container does not run', async () => {
    await engine.client.json('POST', `/containers/${Id}/kill`);
    await new ContainerDetailsPage(app.page).tab('Inspect');
    await app.page.getByRole('tab', { name: 'Files' }).click();
    await expect(files.file('kept.bin')).toBeVisible();
  });
});
