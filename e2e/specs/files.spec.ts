import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { FileBrowserPage } from '../pages/file-browser-page.ts';

const CHANGE = 'echo changed >> /etc/passwd; echo "<b>hostile</b>" > "/srv/<img src=x>.txt"; mkdir -p /srv/deep; exec sleep 1000';
/** A folder and a file whose names are Latin-1, and a file whose name turns around what follows. */
const ODD = `cd /srv; d=$(printf 'd\\351'); mkdir $d; echo odd > $d/$(printf 'caf\\351').txt; : > $(printf 'safe\\342\\200\\256gnp.exe')`;

test('files of a container are shown by what differs, changed, uploaded and downloaded', async ({ app, engine }) => {
  await loadBusybox(engine, 'busybox:1');
  const json = { Image: 'busybox:1', Cmd: ['sh', '-c', `mkdir -p /srv; ${ODD}; ${CHANGE}`], HostConfig: { NetworkMode: 'none', Binds: ['data:/data'] } };
  const { Id } = (await engine.client.json('POST', '/containers/create', { query: { name: 'browsed' }, json })) as { Id: string };
  await engine.client.json('POST', `/containers/${Id}/start`);
  // All is made once its last command runs: a folder is listed as it is when it is opened.
  await expect.poll(async () => JSON.stringify(await engine.client.json('GET', `/containers/${Id}/top`))).toContain('"sleep 1000"');
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
  });

  await test.step('who saves by key goes on typing, and that is of the next save', async () => {
    const text = files.text('<img src=x>.txt');
    await text.press('Control+End');
    await app.page.keyboard.type('more');
    await app.page.keyboard.press('Control+s');
    await app.page.keyboard.type(' and more');
    await expect(files.browser.getByRole('button', { name: 'Save', exact: true })).toBeEnabled();
    await expect(text).toHaveValue('mine\nmore and more');
    await expect(text).toBeFocused();
    await app.page.keyboard.press('Control+s');
    await expect(files.browser.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
    await expect(text).toHaveValue('mine\nmore and more');
    await app.page.keyboard.press('Escape');
    await expect(text).toHaveCount(0);
  });

  await test.step('names that are not UTF-8 are shown with their bytes, and reached by them', async () => {
    await files.openFile('d\\xe9');
    await files.openFile('caf\\xe9.txt');
    await expect(files.text('caf\\xe9.txt')).toHaveValue('odd\n');
    await files.photograph('names-of-bytes');
    await app.page.keyboard.press('Escape');
    const file = await files.download('caf\\xe9.txt', 'Download');
    expect([file.suggestedFilename(), await readFile(await file.path(), 'utf8')]).toEqual(['caf_xe9.txt', 'odd\n']);
    await files.choose('caf\\xe9.txt', 'Rename');
    await app.page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('th\\xe9');
    await app.page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expect(files.file('th\\xe9')).toBeVisible();
    const bytes = await engine.client.stream('GET', `/slipway/v1/containers/${Id}/archive`, { query: { path: '/srv/d\\xe9' } });
    expect(Buffer.concat(await bytes.toArray()).includes(Buffer.from('d\xe9/th\xe9\0', 'latin1'))).toBe(true);
    await files.choose('th\\xe9', 'Delete');
    await app.page.getByRole('dialog', { name: 'Delete th\\xe9?' }).getByRole('button', { name: 'Delete 1 item' }).click();
    await expect(app.page.getByText('This folder is empty')).toBeVisible();
    await files.browser.getByRole('button', { name: 'To the folder above' }).click();
  });

  await test.step('what turns a name around is shown by its number, also in questions', async () => {
    await files.choose('safe⟨U+202E⟩gnp.exe', 'Delete');
    const question = app.page.getByRole('dialog', { name: 'Delete safe⟨U+202E⟩gnp.exe?' });
    await expect(question.getByRole('listitem')).toHaveText('safe⟨U+202E⟩gnp.exe');
    await question.getByRole('button', { name: 'Delete 1 item' }).click();
    await expect(files.file('safe')).toBeHidden();
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

  await test.step('what is dragged out of the window is the file as it is, a folder a tar, several by themselves in the app', async () => {
    // Of what is selected, from wherever in it.
    const both = await app.dragOut(files.file('kept.bin'));
    if (app.hasKeychain) expect([both.name, ...both.others].sort()).toEqual(['deep.tar', 'kept.bin']);
    else expect([both.name, ...both.others]).toEqual([expect.stringMatching(/-and-1-more\.tar$/)]);
    await app.page.keyboard.press('Escape');
    const file = await app.dragOut(files.file('kept.bin'));
    expect([file.name, file.content.equals(Buffer.alloc(700_000, 7))]).toEqual(['kept.bin', true]);
    const folder = await app.dragOut(files.file('deep'));
    expect(folder.name).toBe('deep.tar');
    expect(execFileSync('tar', ['-tf', '-'], { input: folder.content }).toString()).toBe('deep/\n');
  });

  await test.step('they are there as well when the container does not run', async () => {
    await files.browser.getByRole('columnheader', { name: 'Size' }).getByRole('button').first().click();
    await engine.client.json('POST', `/containers/${Id}/kill`);
    await new ContainerDetailsPage(app.page).tab('Inspect');
    await app.page.getByRole('tab', { name: 'Files' }).click();
    await expect(files.file('kept.bin')).toBeVisible();
    // As they were left.
    await expect(files.browser.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending');
  });
});
